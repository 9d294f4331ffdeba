//go:build e2e

package harness

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
)

// Clients ask the emulated AWS, as whoever they were made for.
type Clients struct {
	ACM      *acm.Client
	DynamoDB *dynamodb.Client
	EC2      *ec2.Client
	ECR      *ecr.Client
	ELB      *elb.Client
	IAM      *iam.Client
	KMS      *kms.Client
	Logs     *cloudwatchlogs.Client
	Route53  *route53.Client
	S3       *s3.Client
	Secrets  *secretsmanager.Client
	STS      *sts.Client
	WAF      *wafv2.Client
}

// clients are made from nothing that lies in the user's home or environment.
func clients(endpoint, region string, who aws.Credentials) *Clients {
	config := aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.StaticCredentialsProvider{Value: who},
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
	return &Clients{
		ACM:      acm.NewFromConfig(config),
		DynamoDB: dynamodb.NewFromConfig(config),
		EC2:      ec2.NewFromConfig(config),
		ECR:      ecr.NewFromConfig(config),
		ELB:      elb.NewFromConfig(config),
		IAM:      iam.NewFromConfig(config),
		KMS:      kms.NewFromConfig(config),
		Logs:     cloudwatchlogs.NewFromConfig(config),
		Route53:  route53.NewFromConfig(config),
		S3:       s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
		Secrets:  secretsmanager.NewFromConfig(config),
		STS:      sts.NewFromConfig(config),
		WAF:      wafv2.NewFromConfig(config),
	}
}
