package loadbalancer

import (
	"strata/constructs/bucket"
	"strata/constructs/policy"
)

// Logs says where the logs of a load balancer go.
type Logs struct {
	// Bucket is the name of the bucket to make.
	Bucket string
	// Account that the load balancer is in.
	Account string
	// Days that the logs are kept.
	Days int
}

const (
	accessPrefix     = "access"
	connectionPrefix = "connection"
)

// makeLogs makes the bucket. ELB can write only to one that S3's own key encrypts, under a
// path that names the account, as the same principal in every region:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html.
func (l *LoadBalancer) makeLogs() *bucket.Bucket {
	logs := l.props.Logs
	made := bucket.New(l.scope, "load_balancer_logs", bucket.Props{
		Name: logs.Bucket, ExpireDays: logs.Days, NoncurrentDays: 7, Emptied: !l.props.Protected,
		Statements: func(arn string) []policy.Statement {
			return []policy.Statement{{
				Sid:        "LetLoadBalancersWrite",
				Principals: []policy.Principal{policy.Service("logdelivery.elasticloadbalancing.amazonaws.com")},
				Actions:    []string{"s3:PutObject"},
				Resources: []string{
					arn + "/" + accessPrefix + "/AWSLogs/" + logs.Account + "/*",
					arn + "/" + connectionPrefix + "/AWSLogs/" + logs.Account + "/*",
				},
			}}
		},
	})
	l.LogsBucketName, l.LogsBucketARN = made.Name, made.ARN
	return made
}
