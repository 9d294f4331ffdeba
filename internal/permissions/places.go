package permissions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"strata/internal/rendered"
)

// Kind is what a policy document is used as.
type Kind string

// The kinds of policies.
const (
	IdentityPolicy   Kind = "identity policy"
	Boundary         Kind = "permissions boundary"
	TrustPolicy      Kind = "trust policy"
	KeyPolicy        Kind = "key policy"
	BucketPolicy     Kind = "bucket policy"
	EndpointPolicy   Kind = "endpoint policy"
	SecretPolicy     Kind = "secret policy"
	RepositoryPolicy Kind = "repository policy"
	RegistryPolicy   Kind = "registry policy"
	LogsPolicy       Kind = "log resource policy"
	TopicPolicy      Kind = "topic policy"
	QueuePolicy      Kind = "queue policy"
	VaultPolicy      Kind = "vault policy"
	TablePolicy      Kind = "table policy"
	BusPolicy        Kind = "event bus policy"
	FilePolicy       Kind = "file system policy"
)

// grantsToHolder tells whether the policy belongs to who may act, and so names no principal.
func (k Kind) grantsToHolder() bool { return k == IdentityPolicy || k == Boundary }

// itself tells whether * in the policy is the one thing that it belongs to, or, in an endpoint
// policy, whatever lies behind the endpoint.
func (k Kind) itself() bool {
	return slices.Contains([]Kind{KeyPolicy, EndpointPolicy, SecretPolicy, RepositoryPolicy, VaultPolicy, TablePolicy, FilePolicy}, k)
}

// place is where a policy document may stand, and the most characters that it may have there,
// or 0 where AWS names no limit for the single document.
type place struct {
	kind  Kind
	limit int
}

// places by resource type and path of attributes. The limits:
//   - IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; that of a
//     trust policy is the default quota
//   - DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
//   - ECR: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
//   - EFS: https://docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html
//   - EventBridge: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
//   - KMS: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
//   - Logs: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
//   - S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
//   - Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
//   - SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
//   - SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
//   - VPC: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
var places = map[string]place{
	"aws_backup_vault_policy.policy":                         {kind: VaultPolicy},
	"aws_cloudwatch_event_bus_policy.policy":                 {BusPolicy, 10240},
	"aws_cloudwatch_log_resource_policy.policy_document":     {LogsPolicy, 5120},
	"aws_dynamodb_resource_policy.policy":                    {TablePolicy, 20480},
	"aws_ecr_registry_policy.policy":                         {RegistryPolicy, 10240},
	"aws_ecr_repository_creation_template.repository_policy": {RepositoryPolicy, 10240},
	"aws_ecr_repository_policy.policy":                       {RepositoryPolicy, 10240},
	"aws_efs_file_system_policy.policy":                      {FilePolicy, 20000},
	"aws_iam_group_policy.policy":                            {kind: IdentityPolicy},
	"aws_iam_policy.policy":                                  {IdentityPolicy, 6144},
	"aws_iam_role.assume_role_policy":                        {TrustPolicy, 2048},
	"aws_iam_role.inline_policy.policy":                      {kind: IdentityPolicy},
	"aws_iam_role_policy.policy":                             {kind: IdentityPolicy},
	"aws_iam_user_policy.policy":                             {kind: IdentityPolicy},
	"aws_kms_key.policy":                                     {KeyPolicy, 32768},
	"aws_kms_key_policy.policy":                              {KeyPolicy, 32768},
	"aws_kms_replica_key.policy":                             {KeyPolicy, 32768},
	"aws_s3_bucket_policy.policy":                            {BucketPolicy, 20480},
	"aws_secretsmanager_secret.policy":                       {SecretPolicy, 20480},
	"aws_secretsmanager_secret_policy.policy":                {SecretPolicy, 20480},
	"aws_sns_topic.policy":                                   {TopicPolicy, 30720},
	"aws_sns_topic_policy.policy":                            {TopicPolicy, 30720},
	"aws_sqs_queue.policy":                                   {QueuePolicy, 8192},
	"aws_sqs_queue_policy.policy":                            {QueuePolicy, 8192},
	"aws_vpc_endpoint.policy":                                {EndpointPolicy, 20480},
	"aws_vpc_endpoint_policy.policy":                         {EndpointPolicy, 20480},
}

// documents reads every policy of a stack and finds out what each is used as.
func (c *check) documents(s *stack) (all []*document) {
	byAddress := map[string]*document{}
	for _, b := range s.Data {
		if b.Type == "aws_iam_policy_document" {
			d, err := s.readBlock(b)
			if err != nil {
				c.report("unread-policy", s, d.address, "", "can't be read: %v; write its statements out", err)
				d.statements = nil
			}
			byAddress[d.address], all = d, append(all, d)
		}
	}
	for _, b := range slices.Concat(s.Resources, s.Data) {
		if b.Type == "aws_iam_policy_document" {
			continue
		}
		each("", map[string]any(b.Object), func(path, value string) {
			if d := c.use(s, b, path, value, byAddress); d != nil {
				all = append(all, d)
			}
		})
	}
	for _, d := range all {
		if len(d.usages) == 0 {
			c.report("unused-document", s, d.address, "", "is used by nothing: put it where it belongs or take it away")
		}
	}
	return all
}

// use notes what stands in an attribute: a document, or a policy as JSON, which it returns.
func (c *check) use(s *stack, b rendered.Block, path, value string, documents map[string]*document) (inline *document) {
	at, expected := places[b.Type+"."+path]
	if b.Type == "aws_iam_policy" && c.isBoundary(s, b) {
		at.kind = Boundary
	}
	var d *document
	var address string
	for _, address = range rendered.References(value) {
		if d = documents[address]; d != nil {
			break
		}
	}
	if d == nil && isPolicy(value) {
		var err error
		if inline, err = s.readJSON(b, value); err != nil {
			c.report("unread-policy", s, b.Address(), "", "%s can't be read: %v", path, err)
			inline.statements = nil
		}
		d = inline
	}
	encoded := strings.Contains(value, "jsonencode(") && strings.Contains(value, "Statement")
	switch {
	case d != nil && (inline != nil || value == "${"+address+".json}" || value == "${"+address+".minified_json}"):
		if !expected {
			c.report("unread-policy", s, b.Address(), "", "%s holds a policy where this check expects none: add it to its table of places", path)
		}
		d.usages = append(d.usages, usage{at, b})
	case expected || d != nil || encoded:
		c.report("unread-policy", s, b.Address(), "", "%s is %s, whose statements can't be read: use a data source aws_iam_policy_document", path, shorten(value))
	}
	return inline
}

func shorten(text string) string {
	const most = 60
	if len(text) > most {
		return fmt.Sprintf("%q…", text[:most])
	}
	return fmt.Sprintf("%q", text)
}

// isBoundary tells whether a managed policy only limits: a role or user has it as its permissions
// boundary, or its name says so, and nobody has it as a policy that grants.
func (c *check) isBoundary(s *stack, policy rendered.Block) bool {
	arn := s.resolve("${" + policy.Address() + ".arn}")
	called := strings.HasSuffix(policy.Name, "boundary") || strings.HasSuffix(policy.String("name"), "boundary")
	return (called || slices.Contains(c.boundaries, arn)) && !slices.Contains(c.attached, arn)
}

// each calls f with every string of a value and the attributes that lead to it.
func each(path string, value any, f func(path, value string)) {
	switch v := value.(type) {
	case string:
		f(path, v)
	case []any:
		for _, item := range v {
			each(path, item, f)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			each(strings.TrimPrefix(path+"."+key, "."), v[key], f)
		}
	}
}
