package permissions

import (
	"strings"
	"testing"
)

// Each case is one statement in a policy of a kind, and what is found: the problem and the rule,
// or nothing.
func TestStatements(t *testing.T) {
	for _, c := range []struct {
		name      string
		kind      Kind
		statement string
		want      []string
	}{
		{"a statement as it should be", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]}`, nil},

		// malformed
		{"no sid", IdentityPolicy,
			`{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]}`,
			[]string{`the sid "" must say in letters and digits what the statement is for [malformed]`}},
		{"a sid that IAM refuses", IdentityPolicy,
			`{"sid": "read-objects", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]}`,
			[]string{`the sid "read-objects" must say in letters and digits what the statement is for [malformed]`}},
		{"no action", IdentityPolicy,
			`{"sid": "Nothing", "resources": ["arn:aws:s3:::strata-dev-assets/*"]}`,
			[]string{"names no action [malformed]"}},
		{"an identity policy with a principal", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`,
			[]string{"names principals, but who holds the identity policy is the principal [malformed]"}},
		{"a bucket policy without one", BucketPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-logs/*"]}`,
			[]string{"names no principals, which the bucket policy needs [malformed]"}},
		{"a trust policy with a resource", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`,
			[]string{"names resources, but the role of the trust policy is the resource [malformed]"}},
		{"a key policy without one", KeyPolicy,
			`{"sid": "Use", "actions": ["kms:Decrypt"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`,
			[]string{"names no resources, which the key policy needs [malformed]"}},
		{"a repository policy without one", RepositoryPolicy,
			`{"sid": "Pull", "actions": ["ecr:BatchGetImage"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`, nil},
		{"an identity policy without a resource", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": []}`,
			[]string{"names no resources, which the identity policy needs [malformed]"}},

		// unknown-action
		{"a misspelt action", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:GetObjekt"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]}`,
			[]string{"AWS has no action s3:GetObjekt; did you mean s3:GetObject? [unknown-action]"}},
		{"an API that is no action", IdentityPolicy,
			`{"sid": "List", "actions": ["s3:ListObjectsV2"], "resources": ["arn:aws:s3:::strata-dev-assets"]}`,
			[]string{"AWS has no action s3:ListObjectsV2 [unknown-action]"}},
		{"an unknown service, in a Deny too", IdentityPolicy,
			`{"sid": "Refuse", "effect": "Deny", "actions": ["s4:GetObject"], "resources": ["*"]}`,
			[]string{"AWS has no action s4:GetObject, as far as this check knows: a service that is new to the platform belongs into scripts/actions.py; did you mean s3:GetObject? [unknown-action]"}},
		{"a wildcard that matches nothing", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:Fetch*"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]}`,
			[]string{"no action of AWS matches s3:Fetch* [unknown-action]"}},
		{"a wildcard that matches something", KeyPolicy,
			`{"sid": "Use", "actions": ["kms:GenerateDataKey*"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`, nil},

		// every-action
		{"every action", IdentityPolicy,
			`{"sid": "All", "actions": ["*"], "resources": ["arn:aws:s3:::strata-dev-assets"]}`,
			[]string{"allows *: name the actions that are needed [every-action]"}},
		{"every action of a service", IdentityPolicy,
			`{"sid": "All", "actions": ["logs:*"], "resources": ["arn:aws:logs:eu-central-1:111111111111:log-group:/strata/dev/api:*"]}`,
			[]string{"allows logs:*: name the actions that are needed [every-action]"}},
		{"a Deny of every action of a service", IdentityPolicy,
			`{"sid": "None", "effect": "Deny", "actions": ["logs:*"], "resources": ["*"]}`, nil},
		{"a boundary that names services", Boundary,
			`{"sid": "Most", "actions": ["logs:*", "s3:*"], "resources": ["*"]}`, nil},
		{"a boundary that names nothing", Boundary,
			`{"sid": "Most", "actions": ["*"], "resources": ["*"]}`,
			[]string{"allows *: name the actions that are needed [every-action]"}},

		// left-out
		{"NotAction, NotResource and NotPrincipal in an Allow", BucketPolicy,
			`{"sid": "Most", "not_actions": ["s3:DeleteBucket"], "not_resources": ["arn:aws:s3:::strata-dev-logs/*"], "not_principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`,
			[]string{
				"allows with NotAction everything but what it names: name what it allows [left-out]",
				"allows with NotPrincipal everything but what it names: name what it allows [left-out]",
				"allows with NotResource everything but what it names: name what it allows [left-out]",
			}},
		{"NotAction in a Deny", IdentityPolicy,
			`{"sid": "Elsewhere", "effect": "Deny", "not_actions": ["iam:GetRole"], "resources": ["*"], "condition": [{"test": "StringNotEquals", "variable": "aws:RequestedRegion", "values": ["eu-central-1"]}]}`, nil},

		// broad-resource
		{"every resource", IdentityPolicy,
			`{"sid": "Read", "actions": ["secretsmanager:GetSecretValue"], "resources": ["*"]}`,
			[]string{"allows secretsmanager:GetSecretValue on every resource: name those that are meant, as arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${SecretId}, or narrow them by a condition, as aws:ResourceTag/… [broad-resource]"}},
		{"every resource of a kind", IdentityPolicy,
			`{"sid": "Read", "actions": ["ssm:GetParameter"], "resources": ["arn:aws:ssm:eu-central-1:111111111111:parameter/*"]}`,
			[]string{"allows ssm:GetParameter on every resource: name those that are meant, as arn:${Partition}:ssm:${Region}:${Account}:parameter/${ParameterNameWithoutLeadingSlash}, or narrow them by a condition, as aws:ResourceTag/… [broad-resource]"}},
		{"every bucket", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::*"]}`,
			[]string{"allows s3:GetObject on every resource: name those that are meant, as arn:${Partition}:s3:::${BucketName}/${ObjectName}, or narrow them by a condition, as aws:ResourceTag/… [broad-resource]"}},
		{"names that begin alike", IdentityPolicy,
			`{"sid": "Read", "actions": ["secretsmanager:GetSecretValue"], "resources": ["arn:aws:secretsmanager:*:111111111111:secret:strata-dev-*"]}`, nil},
		{"all that have a tag", IdentityPolicy,
			`{"sid": "Read", "actions": ["secretsmanager:GetSecretValue"], "resources": ["*"], "condition": [{"test": "StringEquals", "variable": "aws:ResourceTag/Project", "values": ["strata"]}]}`, nil},
		{"all that have any tag at all", IdentityPolicy,
			`{"sid": "Read", "actions": ["secretsmanager:GetSecretValue"], "resources": ["*"], "condition": [{"test": "StringLike", "variable": "aws:ResourceTag/Project", "values": ["*"]}]}`,
			[]string{"allows secretsmanager:GetSecretValue on every resource: name those that are meant, as arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${SecretId}, or narrow them by a condition, as aws:ResourceTag/… [broad-resource]"}},
		{"all whose tag is right if they have it", IdentityPolicy,
			`{"sid": "Read", "actions": ["secretsmanager:GetSecretValue"], "resources": ["*"], "condition": [{"test": "StringEqualsIfExists", "variable": "aws:ResourceTag/Project", "values": ["strata"]}]}`,
			[]string{"allows secretsmanager:GetSecretValue on every resource: name those that are meant, as arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${SecretId}, or narrow them by a condition, as aws:ResourceTag/… [broad-resource]"}},
		{"an action that AWS can't hold to resources", IdentityPolicy,
			`{"sid": "SignIn", "actions": ["ecr:GetAuthorizationToken", "ssmmessages:OpenDataChannel"], "resources": ["*"]}`, nil},
		{"the log groups of the whole account", LogsPolicy,
			`{"sid": "Write", "actions": ["logs:PutLogEvents"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["delivery.logs.amazonaws.com"]}], "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["111111111111"]}]}`,
			[]string{"allows logs:PutLogEvents on every resource: name those that are meant, as arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:${LogStreamName}, or narrow them by a condition, as aws:ResourceTag/… [broad-resource]"}},
		{"the secret itself", SecretPolicy,
			`{"sid": "Read", "actions": ["secretsmanager:GetSecretValue"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`, nil},

		// misplaced-resource
		{"objects where the bucket is meant", IdentityPolicy,
			`{"sid": "List", "actions": ["s3:ListBucket"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]}`,
			[]string{"s3:ListBucket does nothing on arn:aws:s3:::strata-dev-assets/*: its resource is arn:${Partition}:s3:::${BucketName} [misplaced-resource]"}},
		{"the bucket where objects are meant", BucketPolicy,
			`{"sid": "Write", "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::strata-dev-logs"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`,
			[]string{"s3:PutObject does nothing on arn:aws:s3:::strata-dev-logs: its resource is arn:${Partition}:s3:::${BucketName}/${ObjectName} [misplaced-resource]"}},
		{"a resource for an action that has none", IdentityPolicy,
			`{"sid": "SignIn", "actions": ["ecr:GetAuthorizationToken"], "resources": ["arn:aws:ecr:eu-central-1:111111111111:repository/strata-dev-*"]}`,
			[]string{"ecr:GetAuthorizationToken does nothing on arn:aws:ecr:eu-central-1:111111111111:repository/strata-dev-*: its resource is *, since it is about none in particular [misplaced-resource]"}},
		{"what AWS checks the listing of log groups on", IdentityPolicy,
			`{"sid": "Find", "actions": ["logs:DescribeLogGroups"], "resources": ["arn:aws:logs:eu-central-1:111111111111:log-group:*"]}`, nil},
		{"a resource that the table lacks", IdentityPolicy,
			`{"sid": "Pull", "actions": ["ecr:BatchImportUpstreamImage"], "resources": ["arn:aws:ecr:eu-central-1:111111111111:repository/strata-dev-*"]}`, nil},
		{"a key's alias instead of the key", IdentityPolicy,
			`{"sid": "Use", "actions": ["kms:Decrypt"], "resources": ["arn:aws:kms:eu-central-1:111111111111:alias/strata-dev-data"]}`,
			[]string{"kms:Decrypt does nothing on arn:aws:kms:eu-central-1:111111111111:alias/strata-dev-data: its resource is arn:${Partition}:kms:${Region}:${Account}:key/${KeyId} [misplaced-resource]"}},

		// unknown-condition
		{"a misspelt key", BucketPolicy,
			`{"sid": "RefusePlainHTTP", "effect": "Deny", "actions": ["s3:*"], "resources": ["arn:aws:s3:::strata-dev-logs/*"], "principals": [{"type": "*", "identifiers": ["*"]}], "condition": [{"test": "Bool", "variable": "aws:SecureTransprot", "values": ["false"]}]}`,
			[]string{"AWS has no condition key aws:SecureTransprot; did you mean aws:SecureTransport? [unknown-condition]"}},
		{"a key in another case", BucketPolicy,
			`{"sid": "RefusePlainHTTP", "effect": "Deny", "actions": ["s3:*"], "resources": ["arn:aws:s3:::strata-dev-logs/*"], "principals": [{"type": "*", "identifiers": ["*"]}], "condition": [{"test": "Bool", "variable": "AWS:securetransport", "values": ["false"]}]}`, nil},
		{"an operator that there is not", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"], "condition": [{"test": "StringMatches", "variable": "aws:PrincipalTag/Team", "values": ["web"]}]}`,
			[]string{"AWS has no operator StringMatches [unknown-condition]"}},
		{"operators with what they may have around them", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"], "condition": [{"test": "ForAnyValue:StringEqualsIfExists", "variable": "aws:TagKeys", "values": ["Team"]}, {"test": "StringEquals", "variable": "s3:ExistingObjectTag/Public", "values": ["yes"]}]}`, nil},
		{"a key of another service", IdentityPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"], "condition": [{"test": "StringEquals", "variable": "kms:ViaService", "values": ["s3.eu-central-1.amazonaws.com"]}]}`,
			[]string{"kms:ViaService is no key of what the statement speaks of: no request has it [unknown-condition]"}},

		// confused-deputy
		{"a service that acts for anybody", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"]}]}`,
			[]string{"lets ecs-tasks.amazonaws.com act for any account (confused deputy): add a condition on aws:SourceAccount 111111111111, or aws:SourceArn [confused-deputy]"}},
		{"a service that acts for the account", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"]}], "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["111111111111"]}]}`, nil},
		{"a service that acts for a resource of the account", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"]}], "condition": [{"test": "ArnLike", "variable": "aws:SourceArn", "values": ["arn:aws:ecs:eu-central-1:111111111111:*"]}]}`, nil},
		{"a service that acts for another account", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["config.amazonaws.com"]}], "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["222222222222"]}]}`,
			[]string{"lets config.amazonaws.com act for any account (confused deputy): add a condition on aws:SourceAccount 111111111111, or aws:SourceArn [confused-deputy]"}},
		{"a source whose ARN names no account", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["s3.amazonaws.com"]}], "condition": [{"test": "ArnLike", "variable": "aws:SourceArn", "values": ["arn:aws:s3:::strata-dev-assets"]}]}`,
			[]string{"lets s3.amazonaws.com act for any account (confused deputy): add a condition on aws:SourceAccount 111111111111, or aws:SourceArn [confused-deputy]"}},
		{"services that say nothing of a source", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["ec2.amazonaws.com", "cloudtrail.amazonaws.com"]}]}`, nil},
		{"a service that says nothing of a source only elsewhere", BucketPolicy,
			`{"sid": "Write", "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::strata-dev-logs/*"], "principals": [{"type": "Service", "identifiers": ["cloudtrail.amazonaws.com"]}]}`,
			[]string{"lets cloudtrail.amazonaws.com act for any account (confused deputy): add a condition on aws:SourceAccount 111111111111, or aws:SourceArn [confused-deputy]"}},
		{"a load balancer's logs under the account's path", BucketPolicy,
			`{"sid": "Write", "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::strata-dev-logs/access/AWSLogs/111111111111/*"], "principals": [{"type": "Service", "identifiers": ["logdelivery.elasticloadbalancing.amazonaws.com"]}]}`, nil},
		{"a load balancer's logs under any path", BucketPolicy,
			`{"sid": "Write", "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::strata-dev-logs/*"], "principals": [{"type": "Service", "identifiers": ["logdelivery.elasticloadbalancing.amazonaws.com"]}]}`,
			[]string{"lets logdelivery.elasticloadbalancing.amazonaws.com act for any account (confused deputy): add a condition on aws:SourceAccount 111111111111, or aws:SourceArn [confused-deputy]"}},
		{"CloudWatch Logs, held by the log group", KeyPolicy,
			`{"sid": "Encrypt", "actions": ["kms:Decrypt"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["logs.eu-central-1.amazonaws.com"]}], "condition": [{"test": "ArnEquals", "variable": "kms:EncryptionContext:aws:logs:arn", "values": ["arn:aws:logs:eu-central-1:111111111111:log-group:/strata/dev/api"]}]}`, nil},
		{"CloudWatch Logs, held by nothing", KeyPolicy,
			`{"sid": "Encrypt", "actions": ["kms:Decrypt"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["logs.eu-central-1.amazonaws.com"]}]}`,
			[]string{"lets logs.eu-central-1.amazonaws.com act for any account (confused deputy): add a condition on aws:SourceAccount 111111111111, or aws:SourceArn [confused-deputy]"}},
		{"EventBridge on a topic", TopicPolicy,
			`{"sid": "Publish", "actions": ["sns:Publish"], "resources": ["arn:aws:sns:eu-central-1:111111111111:strata-dev-alarms"], "principals": [{"type": "Service", "identifiers": ["events.amazonaws.com"]}]}`, nil},
		{"a condition that EventBridge never meets", TopicPolicy,
			`{"sid": "Publish", "actions": ["sns:Publish"], "resources": ["arn:aws:sns:eu-central-1:111111111111:strata-dev-alarms"], "principals": [{"type": "Service", "identifiers": ["events.amazonaws.com"]}], "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["111111111111"]}]}`,
			[]string{"allows events.amazonaws.com nothing: it never has the keys aws:SourceAccount, aws:SourceArn, aws:SourceOrgID, aws:SourceOrgPaths in a topic policy, so take the condition away [confused-deputy]"}},
		{"EventBridge on a topic's key", KeyPolicy,
			`{"sid": "Publish", "actions": ["kms:Decrypt", "kms:GenerateDataKey*"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["events.amazonaws.com"]}]}`, nil},
		{"CloudTrail, held by the trail", KeyPolicy,
			`{"sid": "Encrypt", "actions": ["kms:GenerateDataKey*"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["cloudtrail.amazonaws.com"]}], "condition": [{"test": "StringLike", "variable": "kms:EncryptionContext:aws:cloudtrail:arn", "values": ["arn:aws:cloudtrail:*:111111111111:trail/*"]}]}`, nil},
		{"CloudTrail, held by another account's trail", KeyPolicy,
			`{"sid": "Encrypt", "actions": ["kms:GenerateDataKey*"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["cloudtrail.amazonaws.com"]}], "condition": [{"test": "StringLike", "variable": "kms:EncryptionContext:aws:cloudtrail:arn", "values": ["arn:aws:cloudtrail:*:222222222222:trail/*"]}]}`,
			[]string{"lets cloudtrail.amazonaws.com act for any account (confused deputy): add a condition on aws:SourceAccount 111111111111, or aws:SourceArn [confused-deputy]"}},
		{"another service on a topic", TopicPolicy,
			`{"sid": "Publish", "actions": ["sns:Publish"], "resources": ["arn:aws:sns:eu-central-1:111111111111:strata-dev-alarms"], "principals": [{"type": "Service", "identifiers": ["budgets.amazonaws.com"]}]}`,
			[]string{"lets budgets.amazonaws.com act for any account (confused deputy): add a condition on aws:SourceAccount 111111111111, or aws:SourceArn [confused-deputy]"}},

		// federation
		{"a workflow of one repository", TrustPolicy, github(`"StringEquals"`, `"repo:acme/shop:environment:production"`), nil},
		{"workflows of one repository", TrustPolicy, github(`"StringLike"`, `"repo:acme/shop:*"`), nil},
		{"workflows of all repositories of an owner", TrustPolicy, github(`"StringLike"`, `"repo:acme/*:environment:production"`),
			[]string{"trusts everybody whom arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com vouches for: add a condition on token.actions.githubusercontent.com:sub that names the repository, as repo:owner/name:environment:production [federation]"}},
		{"workflows of any repository among others", TrustPolicy, github(`"StringLike"`, `"repo:acme/shop:*", "*"`),
			[]string{"trusts everybody whom arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com vouches for: add a condition on token.actions.githubusercontent.com:sub that names the repository, as repo:owner/name:environment:production [federation]"}},
		{"a subject that must only not be wrong", TrustPolicy, github(`"ForAllValues:StringEquals"`, `"repo:acme/shop:environment:production"`),
			[]string{"trusts everybody whom arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com vouches for: add a condition on token.actions.githubusercontent.com:sub that names the repository, as repo:owner/name:environment:production [federation]"}},
		{"any audience and any subject", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRoleWithWebIdentity"], "principals": [{"type": "Federated", "identifiers": ["arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"]}]}`,
			[]string{
				"trusts arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com for any audience: add a condition StringEquals token.actions.githubusercontent.com:aud sts.amazonaws.com [federation]",
				"trusts everybody whom arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com vouches for: add a condition on token.actions.githubusercontent.com:sub that names the repository, as repo:owner/name:environment:production [federation]",
			}},
		{"a subject of another provider", TrustPolicy, strings.ReplaceAll(github(`"StringEquals"`, `"repo:acme/shop:environment:production"`), "oidc-provider/token", "oidc-provider/other"),
			[]string{
				"token.actions.githubusercontent.com:aud is a key of an identity provider that the statement does not name as its principal [unknown-condition]",
				"token.actions.githubusercontent.com:sub is a key of an identity provider that the statement does not name as its principal [unknown-condition]",
				"trusts arn:aws:iam::111111111111:oidc-provider/other.actions.githubusercontent.com for any audience: add a condition StringEquals other.actions.githubusercontent.com:aud sts.amazonaws.com [federation]",
				"trusts everybody whom arn:aws:iam::111111111111:oidc-provider/other.actions.githubusercontent.com vouches for: add a condition on other.actions.githubusercontent.com:sub that names the repository, as repo:owner/name:environment:production [federation]",
			}},

		{"an identity provider of another kind", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRoleWithSAML"], "principals": [{"type": "Federated", "identifiers": ["arn:aws:iam::111111111111:saml-provider/acme"]}]}`,
			[]string{"trusts arn:aws:iam::111111111111:saml-provider/acme, and this check knows OpenID Connect providers only [federation]"}},

		// open-principal
		{"everybody", BucketPolicy,
			`{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-logs/*"], "principals": [{"type": "*", "identifiers": ["*"]}]}`,
			[]string{"allows everybody (*): name who is meant, or add a condition as aws:PrincipalAccount [open-principal]"}},
		{"everybody of the account", EndpointPolicy,
			`{"sid": "Within", "actions": ["s3:GetObject"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["*"]}], "condition": [{"test": "StringEquals", "variable": "aws:PrincipalAccount", "values": ["111111111111"]}]}`, nil},
		{"everybody, denied", BucketPolicy,
			`{"sid": "Refuse", "effect": "Deny", "actions": ["s3:DeleteBucket"], "resources": ["arn:aws:s3:::strata-dev-logs"], "principals": [{"type": "*", "identifiers": ["*"]}]}`, nil},
		{"another account", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "AWS", "identifiers": ["arn:aws:iam::222222222222:root"]}]}`,
			[]string{"allows arn:aws:iam::222222222222:root, who is not of account 111111111111: add a condition as aws:PrincipalOrgID or, in a trust policy, sts:ExternalId [open-principal]"}},
		{"another account that tells a secret", TrustPolicy,
			`{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "AWS", "identifiers": ["222222222222"]}], "condition": [{"test": "StringEquals", "variable": "sts:ExternalId", "values": ["f00"]}]}`, nil},
		{"an account that is looked up", BucketPolicy,
			`{"sid": "Write", "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::strata-dev-logs/*"], "principals": [{"type": "AWS", "identifiers": ["${data.aws_elb_service_account.elb.arn}"]}]}`,
			[]string{"allows ${data.aws_elb_service_account.elb.arn}, who is not of account 111111111111: add a condition as aws:PrincipalOrgID or, in a trust policy, sts:ExternalId [open-principal]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := used(t, c.kind, c.statement)
			var got []string
			for _, f := range checked(t, s) {
				got = append(got, f.Problem+" ["+f.Rule+"]")
			}
			if g, w := strings.Join(got, "\n"), strings.Join(c.want, "\n"); g != w {
				t.Errorf("found\n%s\nwant\n%s", g, w)
			}
		})
	}
}

// github is the trust in workflows whose subject is, by an operator, one of some.
func github(operator, subjects string) string {
	return `{"sid": "Trust", "actions": ["sts:AssumeRoleWithWebIdentity"],
		"principals": [{"type": "Federated", "identifiers": ["arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"]}],
		"condition": [
			{"test": "StringEquals", "variable": "token.actions.githubusercontent.com:aud", "values": ["sts.amazonaws.com"]},
			{"test": ` + operator + `, "variable": "token.actions.githubusercontent.com:sub", "values": [` + subjects + `]}]}`
}
