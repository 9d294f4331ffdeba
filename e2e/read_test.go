//go:build e2e

package e2e

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"strata/e2e/harness"
)

// network is a VPC as AWS has it.
type network struct {
	id, main string
	subnets  []subnet
	// nats are the ids of the subnets that NAT gateways stand in, by gateway.
	nats map[string]string
}

// subnet is one with all that decides about its traffic.
type subnet struct {
	id, tier, zone string
	cidr           netip.Prefix
	routes         []ec2types.Route
	acl            []ec2types.NetworkAclEntry
}

const everywhere = "0.0.0.0/0"

// readNetworking checks that the network is what the environment's file asks for.
func readNetworking(t *testing.T, env *harness.Environment) {
	t.Helper()
	n := readNetwork(t, env)
	checkSubnets(t, env, n)
	checkWaysOut(t, env, n)
	checkGuards(t, n)
	checkDefaults(t, env, n)
	checkEndpoints(t, env, n)
	checkFlowLog(t, env, n)
	checkLoadBalancer(t, env, n)
	readState(t, env, "networking")
}

func within(vpc string) []ec2types.Filter {
	return []ec2types.Filter{{Name: new("vpc-id"), Values: []string{vpc}}}
}

func readNetwork(t *testing.T, env *harness.Environment) *network {
	t.Helper()
	ctx := t.Context()
	vpcs, err := env.AWS.EC2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{Filters: []ec2types.Filter{{Name: new("cidr"), Values: []string{env.Network.CIDR.String()}}}})
	mustRead(t, err)
	if len(vpcs.Vpcs) != 1 {
		t.Fatalf("there are %d VPCs with the range %s, want one; a second apply may have made another", len(vpcs.Vpcs), env.Network.CIDR)
	}
	n := &network{id: aws.ToString(vpcs.Vpcs[0].VpcId), nats: map[string]string{}}

	nats, err := env.AWS.EC2.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{Filter: within(n.id)})
	mustRead(t, err)
	for _, nat := range nats.NatGateways {
		if nat.State != ec2types.NatGatewayStateDeleted { // AWS shows it for an hour
			n.nats[aws.ToString(nat.NatGatewayId)] = aws.ToString(nat.SubnetId)
		}
	}
	routes := map[string][]ec2types.Route{}
	tables, err := env.AWS.EC2.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: within(n.id)})
	mustRead(t, err)
	for _, table := range tables.RouteTables {
		for _, association := range table.Associations {
			if aws.ToBool(association.Main) {
				n.main = aws.ToString(table.RouteTableId)
			} else {
				routes[aws.ToString(association.SubnetId)] = table.Routes
			}
		}
	}
	entries := map[string][]ec2types.NetworkAclEntry{}
	acls, err := env.AWS.EC2.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{Filters: within(n.id)})
	mustRead(t, err)
	for _, acl := range acls.NetworkAcls {
		for _, association := range acl.Associations {
			entries[aws.ToString(association.SubnetId)] = acl.Entries
		}
	}
	subnets, err := env.AWS.EC2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: within(n.id)})
	mustRead(t, err)
	for _, s := range subnets.Subnets {
		id := aws.ToString(s.SubnetId)
		n.subnets = append(n.subnets, subnet{
			id: id, tier: tag(s.Tags, "Tier"), zone: aws.ToString(s.AvailabilityZone), cidr: netip.MustParsePrefix(aws.ToString(s.CidrBlock)),
			routes: routes[id], acl: entries[id],
		})
		holds(t, !aws.ToBool(s.MapPublicIpOnLaunch), "nothing gets a public address unasked", s)
	}
	return n
}

func tag(tags []ec2types.Tag, key string) string {
	for _, tag := range tags {
		if aws.ToString(tag.Key) == key {
			return aws.ToString(tag.Value)
		}
	}
	return ""
}

// checkSubnets: a subnet of each tier in each zone, with the ranges that were reviewed.
func checkSubnets(t *testing.T, env *harness.Environment, n *network) {
	t.Helper()
	var got, want []string
	for _, s := range n.subnets {
		got = append(got, fmt.Sprint(s.tier, " ", s.zone, " ", s.cidr))
		if !env.Network.CIDR.Contains(s.cidr.Addr()) {
			t.Errorf("the subnet %s lies outside of the VPC's %s", s.cidr, env.Network.CIDR)
		}
	}
	for _, r := range env.Stacks["networking"].Of("aws_subnet") {
		want = append(want, fmt.Sprint(r.String("tags", "Tier"), " ", r.String("availability_zone"), " ", r.String("cidr_block")))
	}
	slices.Sort(got)
	slices.Sort(want)
	holds(t, slices.Equal(got, want), fmt.Sprintf("the subnets are %v", want), got)
	holds(t, len(n.subnets) == 3*len(env.Network.Zones), fmt.Sprintf("three tiers in the zones %v", env.Network.Zones), got)
}

// checkWaysOut: public subnets leave through the internet gateway, private ones through their
// zone's NAT gateway or the only one, data subnets not at all.
func checkWaysOut(t *testing.T, env *harness.Environment, n *network) {
	t.Helper()
	gateways, err := env.AWS.EC2.DescribeInternetGateways(t.Context(), &ec2.DescribeInternetGatewaysInput{
		Filters: []ec2types.Filter{{Name: new("attachment.vpc-id"), Values: []string{n.id}}},
	})
	mustRead(t, err)
	if len(gateways.InternetGateways) != 1 {
		t.Fatalf("the VPC has %d internet gateways, want one", len(gateways.InternetGateways))
	}
	wanted := 1
	if env.Network.NAT == "per_zone" {
		wanted = len(env.Network.Zones)
	}
	holds(t, len(n.nats) == wanted, fmt.Sprintf("nat: %s makes %d NAT gateways", env.Network.NAT, wanted), n.nats)

	by := map[string]subnet{}
	for _, s := range n.subnets {
		by[s.id] = s
	}
	for _, s := range n.subnets {
		var out *ec2types.Route
		for i, route := range s.routes {
			if aws.ToString(route.DestinationCidrBlock) == everywhere {
				out = &s.routes[i]
			}
		}
		what := fmt.Sprintf("the %s subnet of zone %s ", s.tier, s.zone)
		switch s.tier {
		case "public":
			holds(t, out != nil && aws.ToString(out.GatewayId) == aws.ToString(gateways.InternetGateways[0].InternetGatewayId), what+"leaves through the internet gateway", s.routes)
		case "private":
			if out == nil {
				t.Errorf("%s has no way out; its routes are %+v", what, s.routes)
				continue
			}
			nat := by[n.nats[aws.ToString(out.NatGatewayId)]]
			holds(t, nat.tier == "public", what+"leaves through a NAT gateway in a public subnet", out)
			holds(t, env.Network.NAT == "single" || nat.zone == s.zone, what+"leaves through its own zone's NAT gateway", nat.zone)
		default:
			holds(t, len(s.routes) > 0 && out == nil, what+"has no way out", s.routes)
			for _, route := range s.routes {
				holds(t, aws.ToString(route.GatewayId) == "local", what+"leads nowhere but into the VPC", route)
			}
		}
	}
}

// checkGuards asks each subnet's network ACL about packets from the internet.
func checkGuards(t *testing.T, n *network) {
	t.Helper()
	const ephemeral = 50000
	for _, s := range n.subnets {
		internet := netip.MustParseAddr("203.0.113.7")
		// An answer from the internet comes to a port like this, so it can't be closed.
		for port, open := range map[int32]bool{22: false, 3389: false, 443: s.tier == "public", ephemeral: s.tier != "data"} {
			holds(t, passes(s.acl, false, internet, port) == open, fmt.Sprintf("a packet from the internet to port %d of a %s subnet passes: %t", port, s.tier, open), s.acl)
		}
		holds(t, passes(s.acl, true, internet, 443) == (s.tier != "data"), "only data subnets can't call the internet, as the "+s.tier+" subnet", s.acl)
	}
}

// passes says what an ACL makes of a TCP packet from or, on the way out, to an address: the
// matching rule with the lowest number decides.
func passes(acl []ec2types.NetworkAclEntry, out bool, address netip.Addr, port int32) bool {
	rules := slices.Clone(acl)
	slices.SortFunc(rules, func(a, b ec2types.NetworkAclEntry) int { return cmp.Compare(*a.RuleNumber, *b.RuleNumber) })
	for _, r := range rules {
		tcp := aws.ToString(r.Protocol) == "6" && r.PortRange != nil && *r.PortRange.From <= port && port <= *r.PortRange.To
		if aws.ToBool(r.Egress) == out && (tcp || aws.ToString(r.Protocol) == "-1") && netip.MustParsePrefix(aws.ToString(r.CidrBlock)).Contains(address) {
			return r.RuleAction == ec2types.RuleActionAllow
		}
	}
	return false
}

// checkDefaults: what AWS gives to every VPC lets nothing through, and nothing stands in it.
func checkDefaults(t *testing.T, env *harness.Environment, n *network) {
	t.Helper()
	groups, err := env.AWS.EC2.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: within(n.id)})
	mustRead(t, err)
	for _, group := range groups.SecurityGroups {
		if aws.ToString(group.GroupName) == "default" {
			holds(t, len(group.IpPermissions)+len(group.IpPermissionsEgress) == 0, "the default security group is empty", group)
		}
	}
	acls, err := env.AWS.EC2.DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{Filters: within(n.id)})
	mustRead(t, err)
	for _, acl := range acls.NetworkAcls {
		if !aws.ToBool(acl.IsDefault) {
			continue
		}
		holds(t, len(acl.Associations) == 0, "no subnet has the default ACL", acl.Associations)
		for _, entry := range acl.Entries {
			holds(t, entry.RuleAction == ec2types.RuleActionDeny, "the default ACL lets nothing through", entry)
		}
	}
	tables, err := env.AWS.EC2.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{RouteTableIds: []string{n.main}})
	mustRead(t, err)
	main := tables.RouteTables[0]
	holds(t, len(main.Routes) == 1 && len(main.Associations) == 1, "the main route table leads nowhere and no subnet has it", main)
}

// interfaces are the endpoints that a name in the file stands for, where it isn't the service's.
var interfaces = map[string][]string{
	"ecr": {"ecr.api", "ecr.dkr"}, "ssm": {"ssm", "ssmmessages", "ec2messages"},
}

// checkEndpoints: S3 and DynamoDB always, and the services that the file names.
func checkEndpoints(t *testing.T, env *harness.Environment, n *network) {
	t.Helper()
	wanted := map[string]ec2types.VpcEndpointType{"s3": ec2types.VpcEndpointTypeGateway, "dynamodb": ec2types.VpcEndpointTypeGateway}
	for _, name := range env.Network.InterfaceEndpoints {
		services := interfaces[name]
		if services == nil {
			services = []string{name}
		}
		for _, service := range services {
			wanted[service] = ec2types.VpcEndpointTypeInterface
		}
	}
	endpoints, err := env.AWS.EC2.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{Filters: within(n.id)})
	mustRead(t, err)
	got := map[string]ec2types.VpcEndpointType{}
	for _, endpoint := range endpoints.VpcEndpoints {
		service := strings.TrimPrefix(aws.ToString(endpoint.ServiceName), "com.amazonaws."+env.Region+".")
		got[service] = endpoint.VpcEndpointType
		holds(t, strings.Contains(aws.ToString(endpoint.PolicyDocument), env.Account), "the endpoint "+service+" serves the account alone", aws.ToString(endpoint.PolicyDocument))
	}
	holds(t, maps.Equal(got, wanted), fmt.Sprintf("the endpoints are %v", wanted), got)
}

// checkFlowLog: all traffic is written down, encrypted, for as long as the file says.
func checkFlowLog(t *testing.T, env *harness.Environment, n *network) {
	t.Helper()
	logs, err := env.AWS.EC2.DescribeFlowLogs(t.Context(), &ec2.DescribeFlowLogsInput{Filter: []ec2types.Filter{{Name: new("resource-id"), Values: []string{n.id}}}})
	mustRead(t, err)
	if len(logs.FlowLogs) != 1 {
		t.Fatalf("the VPC has %d flow logs, want one", len(logs.FlowLogs))
	}
	log := logs.FlowLogs[0]
	holds(t, aws.ToString(log.FlowLogStatus) == "ACTIVE" && log.TrafficType == ec2types.TrafficTypeAll, "the flow log is on for all traffic", log)
	name := aws.ToString(log.LogGroupName)
	if name == "" {
		_, name, _ = strings.Cut(aws.ToString(log.LogDestination), ":log-group:")
	}
	checkLogGroup(t, env, name, env.Network.FlowLogDays)
}
