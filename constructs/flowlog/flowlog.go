// Package flowlog records all traffic of a VPC in CloudWatch Logs.
//
// Default settings: accepted and rejected traffic, a record a minute, encrypted with the
// platform's own key, written by a role that can write nothing else.
package flowlog

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	awsflowlog "github.com/cdktf/cdktf-provider-aws-go/aws/v19/flowlog"

	"strata/constructs/key"
	"strata/constructs/policy"
	"strata/constructs/role"
)

// Props of a flow log.
type Props struct {
	// Name of the flow log and of the role that writes it, at most 64 characters.
	Name string
	// Boundary is what the role can never go beyond.
	Boundary *role.Boundary
	// LogGroup is the name of the log group to make.
	LogGroup string
	// VPCID of the VPC to watch.
	VPCID *string
	// Account and Region of the VPC.
	Account, Region string
	// Key encrypts the log group; its policy must let CloudWatch Logs.
	Key *key.Key
	// RetentionDays is how many days records are kept; CloudWatch Logs takes certain numbers only.
	RetentionDays int
}

// Log is a flow log with its log group.
type Log struct{ GroupName, GroupARN *string }

// The fields say who talked to whom in which direction over which way out, and whether it was
// let through: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html.
var fields = []string{
	"version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol",
	"packets", "bytes", "start", "end", "action", "log-status", "vpc-id", "subnet-id", "az-id", "tcp-flags",
	"type", "pkt-srcaddr", "pkt-dstaddr", "pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path",
}

// New makes a flow log.
func New(scope constructs.Construct, id string, props Props) *Log {
	group := cloudwatchloggroup.NewCloudwatchLogGroup(scope, jsii.String(id+"_group"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name:            jsii.String(props.LogGroup),
		KmsKeyId:        props.Key.ARN,
		RetentionInDays: jsii.Number(props.RetentionDays),
	})
	groupARN := group.Arn()
	writer := role.New(scope, id+"_role", role.Props{
		Name: props.Name, Description: "Lets VPC flow logs write to " + props.LogGroup, Boundary: props.Boundary,
		Trust: role.ForService("vpc-flow-logs.amazonaws.com", props.Account, "arn:aws:ec2:"+props.Region+":"+props.Account+":vpc-flow-log/*"),
		Statements: []policy.Statement{{
			Sid:       "WriteRecords",
			Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []string{*groupARN, *groupARN + ":*"},
		}, {
			Sid:       "FindGroup",
			Actions:   []string{"logs:DescribeLogGroups"},
			Resources: []string{"arn:aws:logs:" + props.Region + ":" + props.Account + ":log-group:*"},
		}},
	})
	grants := writer.Grants()
	awsflowlog.NewFlowLog(scope, jsii.String(id), &awsflowlog.FlowLogConfig{
		VpcId:                  props.VPCID,
		TrafficType:            jsii.String("ALL"),
		LogDestinationType:     jsii.String("cloud-watch-logs"),
		LogDestination:         groupARN,
		IamRoleArn:             writer.ARN,
		MaxAggregationInterval: jsii.Number(60),
		LogFormat:              jsii.String(format()),
		Tags:                   &map[string]*string{"Name": jsii.String(props.Name)},
		DependsOn:              &grants,
	})
	return &Log{GroupName: group.Name(), GroupARN: groupARN}
}

// Two dollar signs, so that Terraform takes ${version} as text and not as a reference.
func format() string { return "$${" + strings.Join(fields, "} $${") + "}" }
