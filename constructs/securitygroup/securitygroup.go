// Package securitygroup is a security group, one rule one resource.
//
// Default settings: nothing comes in and nothing goes out. A connection is a rule on either
// side, and names the other side by its group or its prefix list; an address block stands for
// the internet alone. A group can be replaced: the new one comes first.
package securitygroup

import (
	"strconv"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupegressrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/reference"
)

// Props of a security group.
type Props struct {
	// Name of the group, which must change with whatever makes AWS replace it: the VPC and the
	// description.
	Name string
	// Title is what people call the group.
	Title string
	// Description says what is in the group.
	Description string
	// VPCID that the group is in.
	VPCID *string
}

// Peer is an end of a connection.
type Peer struct {
	// Name of the peer, for the names and descriptions of rules.
	Name string
	// GroupID of the peer's security group, or the id of its prefix list, or its address block.
	GroupID, PrefixListID *string
	CIDR                  string
}

// Internet is everybody outside.
func Internet() Peer { return Peer{Name: "internet", CIDR: "0.0.0.0/0"} }

// New makes a security group, named id_security_group, and returns it as a peer.
func New(scope constructs.Construct, id string, props Props) Peer {
	securitygroup.NewSecurityGroup(scope, jsii.String(id+"_security_group"), &securitygroup.SecurityGroupConfig{
		Name: jsii.String(props.Name), Description: jsii.String(props.Description), VpcId: props.VPCID,
		Tags:      &map[string]*string{"Name": jsii.String(props.Title)},
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: jsii.Bool(true)},
	})
	return Peer{Name: id, GroupID: reference.To("aws_security_group", id+"_security_group", "id")}
}

// Connect lets one peer call another on a TCP port: a way out of the one's group and a way into
// the other's, of those that have a group.
func Connect(scope constructs.Construct, from, to Peer, port int, why string) {
	on := "_on_" + strconv.Itoa(port)
	if from.GroupID != nil {
		vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(scope, jsii.String(from.Name+"_to_"+to.Name+on), &vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
			SecurityGroupId: from.GroupID, Description: jsii.String(why), IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(port), ToPort: jsii.Number(port),
			ReferencedSecurityGroupId: to.GroupID, PrefixListId: to.PrefixListID, CidrIpv4: to.cidr(),
		})
	}
	if to.GroupID != nil {
		vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(scope, jsii.String(to.Name+"_from_"+from.Name+on), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
			SecurityGroupId: to.GroupID, Description: jsii.String(why), IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(port), ToPort: jsii.Number(port),
			ReferencedSecurityGroupId: from.GroupID, PrefixListId: from.PrefixListID, CidrIpv4: from.cidr(),
		})
	}
}

func (p Peer) cidr() *string {
	if p.CIDR == "" {
		return nil
	}
	return jsii.String(p.CIDR)
}
