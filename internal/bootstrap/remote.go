package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// object reads an object of the state bucket; nil when it is not there.
func (c *cloud) object(ctx context.Context, r *Rendering, key string) ([]byte, error) {
	got, err := c.buckets(r.Region).GetObject(ctx, &s3.GetObjectInput{
		Bucket: &r.Bucket, Key: &key, ExpectedBucketOwner: &r.Account,
	})
	var missing *types.NoSuchKey
	if errors.As(err, &missing) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading s3://%s/%s: %w", r.Bucket, key, err)
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		return nil, fmt.Errorf("reading s3://%s/%s: %w", r.Bucket, key, err)
	}
	return body, nil
}

// inUse lists what still needs the state bucket: states of other layers that hold something,
// and objects that are not Terraform's.
func (c *cloud) inUse(ctx context.Context, r *Rendering) ([]string, error) {
	var found []string
	pages := s3.NewListObjectsV2Paginator(c.buckets(r.Region), &s3.ListObjectsV2Input{
		Bucket: &r.Bucket, ExpectedBucketOwner: &r.Account,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing s3://%s: %w", r.Bucket, err)
		}
		for _, o := range page.Contents {
			key := aws.ToString(o.Key)
			if key == r.Key || strings.HasSuffix(key, ".tflock") {
				continue
			}
			why, err := c.holds(ctx, r, key)
			if err != nil {
				return nil, err
			}
			if why != "" {
				found = append(found, key+" "+why)
			}
		}
	}
	return found, nil
}

func (c *cloud) holds(ctx context.Context, r *Rendering, key string) (string, error) {
	if !strings.HasSuffix(key, ".tfstate") {
		return "is not Terraform's", nil
	}
	body, err := c.object(ctx, r, key)
	if err != nil {
		return "", err
	}
	s, err := readState(body)
	if err != nil {
		return "is " + err.Error(), nil //nolint:nilerr // what can't be read may hold anything
	}
	if n := len(s.addresses()); n > 0 {
		return fmt.Sprintf("holds %d resources", n), nil
	}
	return "", nil
}

// locks lists the infos of all locks in the table but the one on this state.
func (c *cloud) locks(ctx context.Context, r *Rendering, mine string) (map[string]string, error) {
	found := map[string]string{}
	pages := dynamodb.NewScanPaginator(c.tables(r.Region), &dynamodb.ScanInput{TableName: &r.Table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the lock table: %w", err)
		}
		for _, item := range page.Items {
			if id, info := text(item["LockID"]), item["Info"]; info != nil && id != mine {
				found[id] = text(info)
			}
		}
	}
	return found, nil
}
