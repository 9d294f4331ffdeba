package bootstrap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// fakeTable is a lock table that knows the conditions that are asked of it.
type fakeTable map[string]map[string]types.AttributeValue

var errTableGone = &types.ResourceNotFoundException{}

func (f fakeTable) holds(id string, condition *string, values map[string]types.AttributeValue) bool {
	item, there := f[id]
	known, info := text(values[":known"]), text(item["Info"])
	switch {
	case condition == nil:
		return true
	case *condition == "attribute_not_exists(LockID) OR contains(Info, :known)":
		return !there || strings.Contains(info, known)
	case *condition == "Info = :known":
		return there && info == known
	case *condition == "contains(Info, :mine)":
		return there && strings.Contains(info, text(values[":mine"]))
	}
	panic("a condition that nobody taught: " + *condition)
}

func (f fakeTable) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: f[text(in.Key["LockID"])]}, nil
}

func (f fakeTable) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	id := text(in.Item["LockID"])
	if !f.holds(id, in.ConditionExpression, in.ExpressionAttributeValues) {
		return nil, &types.ConditionalCheckFailedException{Item: f[id]}
	}
	f[id] = in.Item
	return &dynamodb.PutItemOutput{}, nil
}

func (f fakeTable) DeleteItem(_ context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	if f == nil {
		return nil, errTableGone
	}
	id := text(in.Key["LockID"])
	if !f.holds(id, in.ConditionExpression, in.ExpressionAttributeValues) {
		return nil, &types.ConditionalCheckFailedException{}
	}
	delete(f, id)
	return &dynamodb.DeleteItemOutput{}, nil
}

// fakeKey is a key with what is asked of one.
type fakeKey struct {
	id, alias string
	made      int
	state     kmstypes.KeyState
	hidden    bool
	tags      map[string]string
}

type fakeKeys []fakeKey

func (f fakeKeys) ListAliases(context.Context, *kms.ListAliasesInput, ...func(*kms.Options)) (*kms.ListAliasesOutput, error) {
	out := &kms.ListAliasesOutput{}
	for _, k := range f {
		if k.alias != "" {
			out.Aliases = append(out.Aliases, kmstypes.AliasListEntry{AliasName: &k.alias})
		}
	}
	return out, nil
}

func (f fakeKeys) ListKeys(context.Context, *kms.ListKeysInput, ...func(*kms.Options)) (*kms.ListKeysOutput, error) {
	out := &kms.ListKeysOutput{}
	for _, k := range f {
		out.Keys = append(out.Keys, kmstypes.KeyListEntry{KeyId: &k.id})
	}
	return out, nil
}

func (f fakeKeys) DescribeKey(_ context.Context, in *kms.DescribeKeyInput, _ ...func(*kms.Options)) (*kms.DescribeKeyOutput, error) {
	for _, k := range f {
		if k.id != *in.KeyId && k.alias != *in.KeyId {
			continue
		}
		if k.hidden {
			return nil, &smithy.GenericAPIError{Code: "AccessDeniedException"}
		}
		if k.state == "" {
			k.state = kmstypes.KeyStateEnabled
		}
		made := time.Unix(int64(k.made), 0)
		return &kms.DescribeKeyOutput{KeyMetadata: &kmstypes.KeyMetadata{
			KeyId: &k.id, CreationDate: &made, KeyState: k.state, KeyManager: kmstypes.KeyManagerTypeCustomer,
		}}, nil
	}
	return nil, errors.New("no such key")
}

func (f fakeKeys) ListResourceTags(_ context.Context, in *kms.ListResourceTagsInput, _ ...func(*kms.Options)) (*kms.ListResourceTagsOutput, error) {
	out := &kms.ListResourceTagsOutput{}
	for _, k := range f {
		if k.id != *in.KeyId {
			continue
		}
		for name, value := range k.tags {
			out.Tags = append(out.Tags, kmstypes.Tag{TagKey: &name, TagValue: &value})
		}
	}
	return out, nil
}

// fakeBucket answers every HEAD with its status, and holds objects.
type fakeBucket struct {
	status  int
	objects map[string]string
}

func (f fakeBucket) HeadBucket(context.Context, *s3.HeadBucketInput, ...func(*s3.Options)) (*s3.HeadBucketOutput, error) {
	if f.status == http.StatusOK {
		return &s3.HeadBucketOutput{}, nil
	}
	return nil, &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: f.status}}, Err: errors.New("refused"),
	}
}

func (f fakeBucket) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	body, ok := f.objects[*in.Key]
	if !ok {
		return nil, &s3types.NoSuchKey{}
	}
	return &s3.GetObjectOutput{Body: io.NopCloser(strings.NewReader(body))}, nil
}

func (f fakeBucket) ListObjectsV2(context.Context, *s3.ListObjectsV2Input, ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	out := &s3.ListObjectsV2Output{}
	for key := range f.objects {
		out.Contents = append(out.Contents, s3types.Object{Key: &key})
	}
	return out, nil
}

// inFolder gives a test a work folder, and what is said there.
func inFolder(t *testing.T) (*folder, *bytes.Buffer) {
	t.Helper()
	said := &bytes.Buffer{}
	f, err := openFolder(t.Context(), t.TempDir(), report{said})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.close(); err != nil {
			t.Error(err)
		}
	})
	return f, said
}
