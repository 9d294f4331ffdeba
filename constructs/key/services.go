package key

import "strata/constructs/policy"

// ForLogGroups lets CloudWatch Logs encrypt the named log groups, of which a part may be *, and
// no other: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html.
func ForLogGroups(account, region string, names ...string) policy.Statement {
	arns := make([]string, 0, len(names))
	for _, name := range names {
		arns = append(arns, "arn:aws:logs:"+region+":"+account+":log-group:"+name)
	}
	return policy.Statement{
		Sid: "EncryptLogGroups", Principals: []policy.Principal{policy.Service("logs." + region + ".amazonaws.com")},
		Actions: Use, Resources: []string{"*"},
		Conditions: []policy.Condition{policy.When("ArnLike", "kms:EncryptionContext:aws:logs:arn", arns...)},
	}
}

// ForTrail lets CloudTrail encrypt what a trail delivers. It decrypts too, since the bucket has a
// key of its own under this one:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html.
func ForTrail(account, region, name string) []policy.Statement {
	trail := "arn:aws:cloudtrail:" + region + ":" + account + ":trail/" + name
	of := policy.When("ArnEquals", "aws:SourceArn", trail)
	from := func(sid string, actions []string, conditions ...policy.Condition) policy.Statement {
		return policy.Statement{
			Sid: sid, Principals: []policy.Principal{policy.Service("cloudtrail.amazonaws.com")},
			Actions: actions, Resources: []string{"*"}, Conditions: append([]policy.Condition{of}, conditions...),
		}
	}
	return []policy.Statement{
		from("EncryptTheTrail", []string{"kms:GenerateDataKey*"},
			policy.When("ArnEquals", "kms:EncryptionContext:aws:cloudtrail:arn", trail)),
		from("ReadTheTrailsKey", []string{"kms:Decrypt", "kms:DescribeKey"}),
	}
}

// ForConfig lets AWS Config deliver into a bucket that the key encrypts:
// https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html.
func ForConfig(account string) policy.Statement {
	return policy.Statement{
		Sid: "DeliverConfiguration", Principals: []policy.Principal{policy.Service("config.amazonaws.com")},
		Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []string{"*"},
		Conditions: []policy.Condition{policy.When("StringEquals", "aws:SourceAccount", account)},
	}
}

// Publisher is an AWS service that publishes to topics, and the resources that it does so for.
type Publisher struct {
	// Sid is the statement's.
	Sid string
	// Service is its principal, as cloudwatch.amazonaws.com.
	Service string
	// Sources are ARNs, of which a part may be *.
	Sources []string
}

// ForPublishers lets services publish to the account's topics:
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services.
func ForPublishers(account string, publishers ...Publisher) (statements []policy.Statement) {
	for _, p := range publishers {
		statements = append(statements, policy.Statement{
			Sid: p.Sid, Principals: []policy.Principal{policy.Service(p.Service)},
			Actions: publish, Resources: []string{"*"},
			Conditions: []policy.Condition{
				policy.When("StringEquals", "aws:SourceAccount", account),
				policy.When("ArnLike", "aws:SourceArn", p.Sources...),
			},
		})
	}
	return statements
}

// ForEventRules lets EventBridge publish to the account's topics. It says nothing of whom it acts
// for; the topic that it encrypts for does. On the same page: "not supported for
// EventBridge-to-encrypted topics".
func ForEventRules(account, region string) policy.Statement {
	return policy.Statement{
		Sid: "PublishEvents", Principals: []policy.Principal{policy.Service("events.amazonaws.com")},
		Actions: publish, Resources: []string{"*"},
		Conditions: []policy.Condition{policy.When("ArnLike", "kms:EncryptionContext:aws:sns:topicArn", "arn:aws:sns:"+region+":"+account+":*")},
	}
}

var publish = []string{"kms:Decrypt", "kms:GenerateDataKey*"}

// ForAutoScaling lets Amazon EC2 Auto Scaling start instances whose volumes the key encrypts. The
// role must be there: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html.
func ForAutoScaling(roleARN string) []policy.Statement {
	principals := []policy.Principal{policy.Roles(roleARN)}
	return []policy.Statement{
		{Sid: "EncryptVolumes", Principals: principals, Actions: Use, Resources: []string{"*"}},
		{Sid: "KeepVolumesOpen", Principals: principals, Actions: []string{"kms:CreateGrant"}, Resources: []string{"*"},
			Conditions: []policy.Condition{policy.When("Bool", "kms:GrantIsForAWSResource", "true")}},
	}
}
