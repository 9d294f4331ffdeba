//go:build e2e

package harness

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/inspector2"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/smithy-go"
)

// Clients ask the emulated AWS, as whoever they were made for.
type Clients struct {
	ACM         *acm.Client
	Analyzer    *accessanalyzer.Client
	Config      *configservice.Client
	DynamoDB    *dynamodb.Client
	EC2         *ec2.Client
	ECR         *ecr.Client
	ELB         *elb.Client
	GuardDuty   *guardduty.Client
	IAM         *iam.Client
	Inspector   *inspector2.Client
	KMS         *kms.Client
	Logs        *cloudwatchlogs.Client
	Route53     *route53.Client
	S3          *s3.Client
	S3Account   *s3control.Client
	Secrets     *secretsmanager.Client
	SecurityHub *securityhub.Client
	STS         *sts.Client
	WAF         *wafv2.Client
}

// clients are made from nothing that lies in the user's home or environment.
func clients(endpoint, region string, who aws.Credentials) *Clients {
	config := aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.StaticCredentialsProvider{Value: who},
		// A refusal is an answer; a connection that the emulator has just closed is none.
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Retryables = []retry.IsErrorRetryable{retry.RetryableConnectionError{}}
			})
		},
	}
	return &Clients{
		ACM:         acm.NewFromConfig(config),
		Analyzer:    accessanalyzer.NewFromConfig(config),
		Config:      configservice.NewFromConfig(config),
		DynamoDB:    dynamodb.NewFromConfig(config),
		EC2:         ec2.NewFromConfig(config),
		ECR:         ecr.NewFromConfig(config),
		ELB:         elb.NewFromConfig(config),
		GuardDuty:   guardduty.NewFromConfig(config),
		IAM:         iam.NewFromConfig(config),
		Inspector:   inspector2.NewFromConfig(config),
		KMS:         kms.NewFromConfig(config),
		Logs:        cloudwatchlogs.NewFromConfig(config),
		Route53:     route53.NewFromConfig(config),
		S3:          s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
		S3Account:   s3control.NewFromConfig(config, func(o *s3control.Options) { o.HTTPClient = through(endpoint) }),
		Secrets:     secretsmanager.NewFromConfig(config),
		SecurityHub: securityhub.NewFromConfig(config),
		STS:         sts.NewFromConfig(config),
		WAF:         wafv2.NewFromConfig(config),
	}
}

// through finds the emulator whatever the host's name, which has the account in it for S3 Control.
func through(endpoint string) *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(endpoint) },
	}}
}

// Absent says whether an error is a service's way to say that there is none: one of the codes.
func Absent(err error, codes ...string) bool {
	var refusal smithy.APIError
	return errors.As(err, &refusal) && slices.Contains(codes, refusal.ErrorCode())
}
