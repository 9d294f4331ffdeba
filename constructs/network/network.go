// Package network is a VPC with three tiers of subnets, what leads out of them, and the
// network ACLs between them.
//
// Default settings: no subnet gives public addresses; each private subnet leaves through the
// NAT gateway of its own zone; data subnets have no way out; S3 and DynamoDB are reached
// without the internet; the security group, ACL and route table that AWS makes with a VPC
// are emptied, so that nothing works by forgetting to choose.
package network

import (
	"net/netip"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultnetworkacl"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultroutetable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultsecuritygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/internetgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/subnet"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/reference"
)

// Props of a network.
type Props struct {
	// Name is the beginning of the names of everything in the network.
	Name string
	// CIDR of the VPC, from /16 to /22.
	CIDR netip.Prefix
	// Region, and the letters of its availability zones to use.
	Region string
	Zones  []string
	// SingleNAT has all zones leave through one NAT gateway, which is cheaper and is lost with
	// its zone. Default: one a zone.
	SingleNAT bool
	// Ports that the network ACLs open.
	Ports Ports
}

// Ports that the network ACLs open, all TCP. 22 and 3389 stay closed to the internet.
type Ports struct {
	// What private and data subnets listen on, by who calls: load balancers and bastions in public
	// subnets, and services in private ones.
	PublicToPrivate, PrivateToPrivate []int
	PublicToData, PrivateToData       []int
	// Egress is where private and public subnets may call the internet; 443 is always among them.
	Egress []int
}

// Network is a VPC with its subnets.
type Network struct {
	// ID and address range of the VPC.
	ID, CIDR *string
	Layout   Layout

	vpc         vpc.Vpc
	subnets     map[Tier][]zoned
	routeTables map[Tier][]*string

	natAddresses []*string

	props   Props
	scope   constructs.Construct
	gateway internetgateway.InternetGateway
}

type zoned struct {
	zone string
	id   *string
}

// New makes a network. It panics when the range or a zone is not as Layout asks.
func New(scope constructs.Construct, id string, props Props) *Network {
	layout, err := NewLayout(props.CIDR)
	if err != nil {
		panic(err)
	}
	n := &Network{
		Layout: layout, subnets: map[Tier][]zoned{}, routeTables: map[Tier][]*string{}, props: props, scope: scope,
		vpc: vpc.NewVpc(scope, jsii.String(id), &vpc.VpcConfig{
			CidrBlock:          jsii.String(layout.VPC()),
			EnableDnsSupport:   true,
			EnableDnsHostnames: true, // private names of interface endpoints need it
			Tags:               name(props.Name),
		}),
	}
	n.ID, n.CIDR = n.vpc.Id(), n.vpc.CidrBlock()
	n.emptyDefaults()
	n.gateway = internetgateway.NewInternetGateway(scope, jsii.String("internet_gateway"), &internetgateway.InternetGatewayConfig{
		VpcId: n.ID, Tags: name(props.Name),
	})
	for _, tier := range Tiers {
		for _, zone := range props.Zones {
			n.addSubnet(tier, zone)
		}
	}
	n.route()
	n.guard()
	return n
}

// SubnetIDs of a tier, in the order of the zones.
func (n *Network) SubnetIDs(tier Tier) *[]*string {
	ids := make([]*string, 0, len(n.subnets[tier]))
	for _, s := range n.subnets[tier] {
		ids = append(ids, s.id)
	}
	return &ids
}

// RouteTableIDs of a tier.
func (n *Network) RouteTableIDs(tiers ...Tier) *[]*string {
	var ids []*string
	for _, tier := range tiers {
		ids = append(ids, n.routeTables[tier]...)
	}
	return &ids
}

// InternetGateway is here for what can only answer the internet once it is there.
func (n *Network) InternetGateway() cdktf.ITerraformDependable { return n.gateway }

func (n *Network) addSubnet(tier Tier, zone string) {
	cidr, err := n.Layout.Subnet(tier, zone)
	if err != nil {
		panic(err)
	}
	id := string(tier) + "_" + zone
	subnet.NewSubnet(n.scope, jsii.String(id), &subnet.SubnetConfig{
		VpcId:               n.ID,
		CidrBlock:           jsii.String(cidr),
		AvailabilityZone:    jsii.String(n.props.Region + zone),
		MapPublicIpOnLaunch: false,
		Tags:                &map[string]*string{"Name": jsii.String(n.props.Name + "-" + string(tier) + "-" + zone), "Tier": jsii.String(string(tier))},
	})
	n.subnets[tier] = append(n.subnets[tier], zoned{zone, reference.To("aws_subnet", id, "id")})
}

// emptyDefaults adopts what AWS makes with every VPC and takes all rules and routes out of it.
func (n *Network) emptyDefaults() {
	tags := name(n.props.Name + "-default-unused")
	defaultsecuritygroup.NewDefaultSecurityGroup(n.scope, jsii.String("default_security_group"), &defaultsecuritygroup.DefaultSecurityGroupConfig{
		VpcId: n.ID, Tags: tags,
	})
	defaultnetworkacl.NewDefaultNetworkAcl(n.scope, jsii.String("default_network_acl"), &defaultnetworkacl.DefaultNetworkAclConfig{
		DefaultNetworkAclId: n.vpc.DefaultNetworkAclId(), Tags: tags,
	})
	defaultroutetable.NewDefaultRouteTable(n.scope, jsii.String("default_route_table"), &defaultroutetable.DefaultRouteTableConfig{
		DefaultRouteTableId: n.vpc.DefaultRouteTableId(), Tags: tags,
	})
}

func name(value string) *map[string]*string {
	return &map[string]*string{"Name": jsii.String(value)}
}

// NATAddresses are the public addresses that private subnets call from.
func (n *Network) NATAddresses() *[]*string { return &n.natAddresses }
