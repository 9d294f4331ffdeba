package bootstrap

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// What is asked of AWS, and no more.
type (
	identity interface {
		GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
	}
	buckets interface {
		HeadBucket(context.Context, *s3.HeadBucketInput, ...func(*s3.Options)) (*s3.HeadBucketOutput, error)
		GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
		ListObjectsV2(context.Context, *s3.ListObjectsV2Input, ...func(*s3.Options)) (*s3.ListObjectsV2Output, error)
	}
	tables interface {
		items
		DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
		Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	}
	keys interface {
		DescribeKey(context.Context, *kms.DescribeKeyInput, ...func(*kms.Options)) (*kms.DescribeKeyOutput, error)
		ListAliases(context.Context, *kms.ListAliasesInput, ...func(*kms.Options)) (*kms.ListAliasesOutput, error)
		ListKeys(context.Context, *kms.ListKeysInput, ...func(*kms.Options)) (*kms.ListKeysOutput, error)
		ListResourceTags(context.Context, *kms.ListResourceTagsInput, ...func(*kms.Options)) (*kms.ListResourceTagsOutput, error)
	}
	identities interface {
		GetOpenIDConnectProvider(context.Context, *iam.GetOpenIDConnectProviderInput, ...func(*iam.Options)) (*iam.GetOpenIDConnectProviderOutput, error)
		GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
		GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
		GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error)
		ListAttachedRolePolicies(context.Context, *iam.ListAttachedRolePoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error)
	}
)

// cloud is AWS, region by region.
type cloud struct {
	identity identity
	buckets  func(region string) buckets
	tables   func(region string) tables
	keys     func(region string) keys
	iam      identities
}

func newCloud(ctx context.Context, region string) (*cloud, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return nil, advise(fmt.Errorf("the AWS configuration: %w", err), "check AWS_PROFILE and ~/.aws")
	}
	return &cloud{
		identity: sts.NewFromConfig(cfg),
		buckets:  func(r string) buckets { return s3.NewFromConfig(cfg, func(o *s3.Options) { o.Region = r }) },
		tables:   func(r string) tables { return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.Region = r }) },
		keys:     func(r string) keys { return kms.NewFromConfig(cfg, func(o *kms.Options) { o.Region = r }) },
		iam:      iam.NewFromConfig(cfg),
	}, nil
}

// checkAccount refuses credentials of another account than the rendered one.
func (c *cloud) checkAccount(ctx context.Context, r *Rendering) error {
	who, err := c.identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return advise(fmt.Errorf("AWS doesn't say whose credentials these are: %w", err),
			"log in to the account %s (`aws sso login`, or set AWS_PROFILE)", r.Account)
	}
	if is := aws.ToString(who.Account); is != r.Account {
		return advise(fmt.Errorf("these credentials (%s) are for the account %s, and %s lives in %s; nothing was touched",
			aws.ToString(who.Arn), is, r.Environment, r.Account),
			"log in to %s, or correct `account` in environments/%s.yaml and run `make synth`", r.Account, r.Environment)
	}
	return nil
}
