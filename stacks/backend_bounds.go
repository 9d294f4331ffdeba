package stacks

import (
	"slices"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"

	"strata/constructs/policy"
	"strata/constructs/reference"
	"strata/constructs/role"
	"strata/internal/naming"
)

// bound makes the policy that no role of the environment goes beyond.
func (b *Backend) bound() {
	var state []string
	for _, bucket := range b.stateBuckets {
		state = append(state, bucket, bucket+"/*")
	}
	b.managedPolicy("boundary", "The most that a role of the environment can do", b.boundary.Statement(b.env.Account),
		// Some may do more in all buckets that are named like the environment's. Copying is neither.
		policy.Statement{Sid: "LeaveTheStateAlone", Deny: true, Actions: []string{"s3:Delete*", "s3:Put*"}, Resources: state})
}

// managedPolicy makes a policy, <project>-<environment>-<name>, and returns its ARN.
func (b *Backend) managedPolicy(name, description string, statements ...policy.Statement) *string {
	whole := b.names.Of(naming.Policy, name)
	id := underscored(name) + "_policy"
	iampolicy.NewIamPolicy(b.stack, jsii.String(id), &iampolicy.IamPolicyConfig{
		Name: jsii.String(whole), Description: jsii.String(description),
		Policy: policy.Document(b.stack, id+"_document", statements...),
		Tags:   &map[string]*string{"Name": jsii.String(whole)},
	})
	return reference.To("aws_iam_policy", id, "arn")
}

// pipelineBounds hold whatever policies a role of the pipeline may be given one day: it works in
// the services of the platform, and can't become, or make, anybody who can do more.
func (b *Backend) pipelineBounds() []policy.Statement {
	account, prefix := b.env.Account, b.names.Prefix()
	iam := func(resource string) string { return "arn:aws:iam::" + account + ":" + resource }
	copies := []string{b.stateBuckets[0] + "/" + b.env.Name + "/backend/*.tfstate"}
	for _, bucket := range b.stateBuckets[1:] {
		copies = append(copies, bucket+"/*")
	}
	own := []string{role.ARN(account, b.replicationRole())}
	for _, name := range pipelineRoles {
		own = append(own, b.pipelineRoleARN(name), iam("policy/"+prefix+"-"+name+"-*"))
	}
	own = append(own, b.boundary.ARN, policyARN(account, b.names.Of(naming.Policy, "pipeline-boundary")), iam("oidc-provider/*"))
	regions := append(b.regions(), "us-east-1")
	slices.Sort(regions)
	services := make([]string, 0, len(platformServices))
	for _, service := range platformServices {
		services = append(services, service+":*")
	}
	return []policy.Statement{
		// A boundary grants nothing; what the roles' own policies grant is spelt out.
		{Sid: "ServicesOfThePlatform", Actions: services, Resources: []string{"*"}, Conditions: []policy.Condition{
			// Services of the whole world are asked in us-east-1.
			policy.When("StringEquals", "aws:RequestedRegion", slices.Compact(regions)...)}},
		{Sid: "RolesOfThePlatform", Actions: []string{"iam:*"}, Resources: []string{
			iam("role/" + prefix + "-*"), iam("instance-profile/" + prefix + "-*"), iam("policy/" + prefix + "-*"), iam("role/aws-service-role/*"), iam("oidc-provider/*")}},
		{Sid: "SettingsOfTheAccount", Actions: []string{"iam:DeleteAccountPasswordPolicy", "iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"}, Resources: []string{"*"}},
		{Sid: "LeaveThePipelineAlone", Deny: true, Actions: iamWrites, Resources: own},
		{Sid: "MakeNoRoleWithoutBounds", Deny: true, Resources: []string{"*"},
			Actions:    []string{"iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"},
			Conditions: []policy.Condition{policy.When("StringNotEquals", "iam:PermissionsBoundary", b.boundary.ARN)}},
		{Sid: "KeepTheBounds", Deny: true, Actions: []string{"iam:DeleteRolePermissionsBoundary"}, Resources: []string{"*"}},
		{Sid: "LeaveTheStateAlone", Deny: true, Actions: []string{"s3:Delete*", "s3:Put*"}, Resources: append(copies, b.stateBuckets...)},
		{Sid: "KeepEveryState", Deny: true, Actions: []string{"s3:DeleteObject*"}, Resources: []string{b.stateBuckets[0] + "/*.tfstate"}},
		{Sid: "LeaveTheLocksAlone", Deny: true, Resources: []string{b.lockTableARN()}, Actions: []string{
			"dynamodb:DeleteResourcePolicy", "dynamodb:DeleteTable", "dynamodb:PutResourcePolicy", "dynamodb:TagResource", "dynamodb:UntagResource", "dynamodb:Update*Table*"}},
		{Sid: "LeaveTheStatesKeysAlone", Deny: true, Resources: b.stateKeys, Actions: []string{
			"kms:CreateGrant", "kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:Update*"}},
	}
}

// platformServices are the services of AWS that the platform is made of.
var platformServices = []string{
	"access-analyzer", "acm", "application-autoscaling", "autoscaling", "backup", "backup-storage", "budgets", "ce", "cloudtrail", "cloudwatch",
	"config", "dynamodb", "ec2", "ecr", "ecs", "elasticache", "elasticloadbalancing", "events", "guardduty", "inspector2", "kms", "logs",
	"rds", "route53", "s3", "secretsmanager", "securityhub", "sns", "sqs", "ssm", "tag", "wafv2",
}

// iamWrites change a role, a policy or an identity provider.
var iamWrites = []string{
	"iam:Add*", "iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*", "iam:PassRole", "iam:Put*", "iam:Remove*", "iam:Set*", "iam:Tag*", "iam:Untag*", "iam:Update*",
}
