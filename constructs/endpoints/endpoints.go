// Package endpoints are the ways from a VPC to AWS services that don't lead over the internet.
//
// Default settings: S3 and DynamoDB through gateway endpoints; interface endpoints by choice,
// with private DNS names; policies that let only principals of the account through, and to
// data only in the account.
package endpoints

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpoint"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/policy"
)

// Props of a VPC's endpoints.
type Props struct {
	// Name is the beginning of the endpoints' names.
	Name string
	// Account and Region of the VPC.
	Account, Region string
	// VPCID, and the route tables from which S3 and DynamoDB are reached.
	VPCID         *string
	RouteTableIDs *[]*string
	// SubnetIDs hold the interface endpoints: one subnet a zone.
	SubnetIDs *[]*string
	// SecurityGroup is the name of the interface endpoints' security group.
	SecurityGroup string
	// Services to make interface endpoints for, by the names of Services. Default: none.
	Services []string
}

// Endpoints of a VPC.
type Endpoints struct {
	// SecurityGroupID of the interface endpoints; empty where there are none.
	SecurityGroupID *string
	// S3PrefixListID and DynamoDBPrefixListID name the services' addresses in a security group.
	S3PrefixListID, DynamoDBPrefixListID *string
}

// New makes the endpoints.
func New(scope constructs.Construct, props Props) *Endpoints {
	e := &Endpoints{SecurityGroupID: jsii.String("")}
	e.S3PrefixListID = props.gateway(scope, "s3", props.s3()...)
	e.DynamoDBPrefixListID = props.gateway(scope, "dynamodb", props.within(dynamodbActions, true))
	if len(props.Services) > 0 {
		e.SecurityGroupID = props.group(scope)
		for _, service := range props.Services {
			for _, endpoint := range services[service] {
				props.connect(scope, endpoint, e.SecurityGroupID)
			}
		}
	}
	return e
}

func (p Props) gateway(scope constructs.Construct, service string, statements ...policy.Statement) *string {
	id := service + "_endpoint"
	return vpcendpoint.NewVpcEndpoint(scope, jsii.String(id), &vpcendpoint.VpcEndpointConfig{
		VpcId: p.VPCID, VpcEndpointType: jsii.String("Gateway"), ServiceName: p.serviceName(service),
		RouteTableIds: p.RouteTableIDs,
		Policy:        policy.Document(scope, id+"_policy", statements...),
		Tags:          p.tags(service),
	}).PrefixListId()
}

func (p Props) connect(scope constructs.Construct, e endpoint, group *string) {
	id := e.id() + "_endpoint"
	vpcendpoint.NewVpcEndpoint(scope, jsii.String(id), &vpcendpoint.VpcEndpointConfig{
		VpcId: p.VPCID, VpcEndpointType: jsii.String("Interface"), ServiceName: p.serviceName(e.service),
		SubnetIds: p.SubnetIDs, SecurityGroupIds: &[]*string{group}, PrivateDnsEnabled: true,
		Policy: policy.Document(scope, id+"_policy", p.within(e.actions, e.data)),
		Tags:   p.tags(e.id()),
	})
}

func (p Props) group(scope constructs.Construct) *string {
	group := securitygroup.NewSecurityGroup(scope, jsii.String("endpoints_security_group"), &securitygroup.SecurityGroupConfig{
		Name: jsii.String(p.SecurityGroup), Description: jsii.String("Interface endpoints of AWS services"), VpcId: p.VPCID,
		Tags:      p.tags("endpoints"),
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: jsii.Bool(true)},
	})
	return group.Id()
}

// within lets principals of the account act, and, where the actions touch data, only on what
// the account owns: nobody can carry data out to an account of their own.
func (p Props) within(actions []string, data bool) policy.Statement {
	conditions := []policy.Condition{policy.When("StringEquals", "aws:PrincipalAccount", p.Account)}
	if data {
		conditions = append(conditions, policy.When("StringEquals", "aws:ResourceAccount", p.Account))
	}
	return policy.Statement{
		Sid: "WithinTheAccount", Principals: []policy.Principal{policy.AnyPrincipal()},
		Actions: actions, Resources: []string{"*"}, Conditions: conditions,
	}
}

// s3 also lets image layers through: ECR keeps them in a bucket of its own and hands out
// signed addresses, so the caller is not a principal of the account:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.
func (p Props) s3() []policy.Statement {
	return []policy.Statement{p.within(s3Actions, true), {
		Sid: "ImageLayers", Principals: []policy.Principal{policy.AnyPrincipal()},
		Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::prod-" + p.Region + "-starport-layer-bucket/*"},
	}}
}

func (p Props) serviceName(service string) *string {
	return jsii.String("com.amazonaws." + p.Region + "." + service)
}

func (p Props) tags(thing string) *map[string]*string {
	return &map[string]*string{"Name": jsii.String(p.Name + "-" + thing)}
}
