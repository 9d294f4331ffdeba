package endpoints

import (
	"maps"
	"slices"
	"strings"
)

// endpoint is one interface endpoint: what may be called through it, and whether that touches
// what an account owns.
type endpoint struct {
	service string
	actions []string
	data    bool
}

func (e endpoint) id() string { return strings.ReplaceAll(e.service, ".", "_") }

// services by the name that a user chooses; some need several endpoints to work.
var services = map[string][]endpoint{
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
	"ecr": {
		{service: "ecr.api", actions: ecrActions},
		{service: "ecr.dkr", actions: ecrActions},
	},
	"logs": {{service: "logs", data: true, actions: []string{
		"logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"}}},
	"secretsmanager": {{service: "secretsmanager", data: true, actions: []string{
		"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"}}},
	"kms": {{service: "kms", data: true, actions: []string{
		"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}}},
	// Session Manager and ECS Exec:
	// https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
	"ssm": {
		{service: "ssm", actions: []string{
			"ssm:DescribeAssociation", "ssm:DescribeDocument", "ssm:GetDeployablePatchSnapshotForInstance", "ssm:GetDocument",
			"ssm:GetManifest", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:ListAssociations",
			"ssm:ListInstanceAssociations", "ssm:PutComplianceItems", "ssm:PutInventory", "ssm:UpdateAssociationStatus",
			"ssm:UpdateInstanceAssociationStatus", "ssm:UpdateInstanceInformation"}},
		{service: "ssmmessages", actions: []string{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"}},
		{service: "ec2messages", actions: []string{
			"ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage", "ec2messages:GetEndpoint",
			"ec2messages:GetMessages", "ec2messages:SendReply"}},
	},
	"sts":        {{service: "sts", actions: []string{"sts:AssumeRole", "sts:GetCallerIdentity"}}},
	"monitoring": {{service: "monitoring", actions: []string{"cloudwatch:PutMetricData"}}},
	// For what deploys and watches services from within. Fargate itself needs no endpoint of ECS:
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
	"ecs": {{service: "ecs", data: true, actions: []string{
		"ecs:DescribeServices", "ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ExecuteCommand", "ecs:ListServices",
		"ecs:ListTasks", "ecs:RunTask", "ecs:StopTask", "ecs:UpdateService"}}},
}

// Services that interface endpoints can be made for, sorted.
func Services() []string { return slices.Sorted(maps.Keys(services)) }

// The actions on data; whoever manages buckets and tables does it from outside of the VPC.
var (
	s3Actions = []string{
		"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetBucketLocation", "s3:GetObject",
		"s3:GetObjectAttributes", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketMultipartUploads",
		"s3:ListBucketVersions", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging",
	}
	dynamodbActions = []string{
		"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable",
		"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
	}
	ecrActions = []string{
		"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:DescribeImages",
		"ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer",
	}
)
