package bootstrap

import (
	"context"
	"crypto/md5" //nolint:gosec // the digest that Terraform keeps beside its lock is an MD5
	"encoding/hex"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// mendDigest makes the digest in the lock table that of the state in the bucket; object is
// nil when there is no state. Terraform writes the object first and the digest after it, and
// refuses a state when it was killed in between. Only who holds the lock may mend.
func (l *lock) mendDigest(ctx context.Context, object []byte) error {
	key := map[string]types.AttributeValue{"LockID": str(l.state + "-md5")}
	got, err := l.items.GetItem(ctx, &dynamodb.GetItemInput{TableName: &l.table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return fmt.Errorf("reading the state's digest: %w", err)
	}
	noted := text(got.Item["Digest"])
	if noted == "" {
		return nil // Terraform compares only what is there
	}
	if object == nil {
		if _, err := l.items.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &l.table, Key: key}); err != nil {
			return fmt.Errorf("removing a digest that has no state: %w", err)
		}
		l.say.note("removed the digest of a state that is not there")
		return nil
	}
	sum := md5.Sum(object) //nolint:gosec // see above
	is := hex.EncodeToString(sum[:])
	if noted == is {
		return nil
	}
	key["Digest"] = str(is)
	if _, err := l.items.PutItem(ctx, &dynamodb.PutItemInput{TableName: &l.table, Item: key}); err != nil {
		return fmt.Errorf("mending the state's digest: %w", err)
	}
	l.say.note("mended the digest of the state: an earlier run was killed before it had written it")
	return nil
}
