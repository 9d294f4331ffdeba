package permissions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"strata/internal/rendered"
)

// kind is what a policy document is used as.
type kind string

// The kinds of policies.
const (
	identityPolicy kind = "identity policy"
	boundary       kind = "permissions boundary"
	trustPolicy    kind = "trust policy"
	keyPolicy      kind = "key policy"
	bucketPolicy   kind = "bucket policy"
	endpointPolicy kind = "endpoint policy"
	secretPolicy   kind = "secret policy"
	ecrPolicy      kind = "repository policy"
	registryPolicy kind = "registry policy"
	logsPolicy     kind = "log resource policy"
	topicPolicy    kind = "topic policy"
	queuePolicy    kind = "queue policy"
	vaultPolicy    kind = "vault policy"
	tablePolicy    kind = "table policy"
	busPolicy      kind = "event bus policy"
	filePolicy     kind = "file system policy"
)

// grantsToHolder tells whether the policy belongs to who may act, and so names no principal.
func (k kind) grantsToHolder() bool { return k == identityPolicy || k == boundary }

// itself tells whether * in the policy is the one thing that it belongs to, or, in an endpoint
// policy, whatever lies behind the endpoint.
func (k kind) itself() bool {
	return slices.Contains([]kind{keyPolicy, endpointPolicy, secretPolicy, ecrPolicy, vaultPolicy, tablePolicy, filePolicy}, k)
}

// place is where a policy document may stand, and the most characters that it may have there,
// or 0 where AWS names no limit for the single document.
type place struct {
	kind  kind
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
	"aws_backup_vault_policy.policy":                         {kind: vaultPolicy},
	"aws_cloudwatch_event_bus_policy.policy":                 {busPolicy, 10240},
	"aws_cloudwatch_log_resource_policy.policy_document":     {logsPolicy, 5120},
	"aws_dynamodb_resource_policy.policy":                    {tablePolicy, 20480},
	"aws_ecr_registry_policy.policy":                         {registryPolicy, 10240},
	"aws_ecr_repository_creation_template.repository_policy": {ecrPolicy, 10240},
	"aws_ecr_repository_policy.policy":                       {ecrPolicy, 10240},
	"aws_efs_file_system_policy.policy":                      {filePolicy, 20000},
	"aws_iam_group_policy.policy":                            {kind: identityPolicy},
	"aws_iam_policy.policy":                                  {identityPolicy, 6144},
	"aws_iam_role.assume_role_policy":                        {trustPolicy, 2048},
	"aws_iam_role.inline_policy.policy":                      {kind: identityPolicy},
	"aws_iam_role_policy.policy":                             {kind: identityPolicy},
	"aws_iam_user_policy.policy":                             {kind: identityPolicy},
	"aws_kms_key.policy":                                     {keyPolicy, 32768},
	"aws_kms_key_policy.policy":                              {keyPolicy, 32768},
	"aws_kms_replica_key.policy":                             {keyPolicy, 32768},
	"aws_s3_bucket_policy.policy":                            {bucketPolicy, 20480},
	"aws_secretsmanager_secret.policy":                       {secretPolicy, 20480},
	"aws_secretsmanager_secret_policy.policy":                {secretPolicy, 20480},
	"aws_sns_topic.policy":                                   {topicPolicy, 30720},
	"aws_sns_topic_policy.policy":                            {topicPolicy, 30720},
	"aws_sqs_queue.policy":                                   {queuePolicy, 8192},
	"aws_sqs_queue_policy.policy":                            {queuePolicy, 8192},
	"aws_vpc_endpoint.policy":                                {endpointPolicy, 20480},
	"aws_vpc_endpoint_policy.policy":                         {endpointPolicy, 20480},
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
		at.kind = boundary
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
