package network

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/eip"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/natgateway"
	awsroute "github.com/cdktf/cdktf-provider-aws-go/aws/v19/route"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetableassociation"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/reference"
)

// route gives each tier its route tables: one for all public subnets, one for each private
// subnet, one without any way out for all data subnets.
func (n *Network) route() {
	public := n.addTable(Public, "public")
	awsroute.NewRoute(n.scope, jsii.String("public_internet"), &awsroute.RouteConfig{
		RouteTableId: public, DestinationCidrBlock: jsii.String(everywhere), GatewayId: n.gateway.Id(),
	})
	data := n.addTable(Data, "data")

	var nat *string
	for i, private := range n.subnets[Private] {
		if nat == nil || !n.props.SingleNAT {
			nat = n.addNAT(n.subnets[Public][i])
		}
		table := n.addTable(Private, "private_"+private.zone)
		awsroute.NewRoute(n.scope, jsii.String("private_"+private.zone+"_internet"), &awsroute.RouteConfig{
			RouteTableId: table, DestinationCidrBlock: jsii.String(everywhere), NatGatewayId: nat,
		})
		n.associate(private, "private_"+private.zone, table)
		n.associate(n.subnets[Public][i], "public_"+private.zone, public)
		n.associate(n.subnets[Data][i], "data_"+private.zone, data)
	}
}

func (n *Network) addTable(tier Tier, id string) *string {
	routetable.NewRouteTable(n.scope, jsii.String(id+"_routes"), &routetable.RouteTableConfig{
		VpcId: n.ID, Tags: name(n.props.Name + "-" + dashed(id)),
	})
	table := reference.To("aws_route_table", id+"_routes", "id")
	n.routeTables[tier] = append(n.routeTables[tier], table)
	return table
}

func (n *Network) associate(s zoned, id string, table *string) {
	routetableassociation.NewRouteTableAssociation(n.scope, jsii.String(id+"_association"), &routetableassociation.RouteTableAssociationConfig{
		SubnetId: s.id, RouteTableId: table,
	})
}

func (n *Network) addNAT(public zoned) *string {
	tags := name(n.props.Name + "-nat-" + public.zone)
	// An address can be mapped only while the VPC has an internet gateway.
	after := &[]cdktf.ITerraformDependable{n.gateway}
	address := eip.NewEip(n.scope, jsii.String("nat_"+public.zone+"_address"), &eip.EipConfig{
		Domain: jsii.String("vpc"), Tags: tags, DependsOn: after,
	})
	n.natAddresses = append(n.natAddresses, address.PublicIp())
	return natgateway.NewNatGateway(n.scope, jsii.String("nat_"+public.zone), &natgateway.NatGatewayConfig{
		SubnetId: public.id, AllocationId: address.Id(), Tags: tags, DependsOn: after,
	}).Id()
}
