package stacks_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"strata/environments"
	"strata/internal/rendered"
)

func TestSubnetsLieApartInTheirVPC(t *testing.T) {
	var vpcs []netip.Prefix
	each(t, "networking", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		vpc := netip.MustParsePrefix(s.Of("aws_vpc")[0].String("cidr_block"))
		for _, other := range vpcs {
			if vpc.Overlaps(other) {
				t.Errorf("%s overlaps %s of another environment", vpc, other)
			}
		}
		vpcs = append(vpcs, vpc)
		zones, subnets := map[string]int{}, []netip.Prefix{}
		for _, subnet := range s.Of("aws_subnet") {
			cidr := netip.MustParsePrefix(subnet.String("cidr_block"))
			if !vpc.Contains(cidr.Addr()) {
				t.Errorf("%s: %s lies outside of the VPC %s", subnet.Address(), cidr, vpc)
			}
			for _, other := range subnets {
				if cidr.Overlaps(other) {
					t.Errorf("%s: %s overlaps %s", subnet.Address(), cidr, other)
				}
			}
			subnets = append(subnets, cidr)
			zones[subnet.String("availability_zone")]++
			if subnet.At("map_public_ip_on_launch") != false {
				t.Errorf("%s gives out public addresses", subnet.Address())
			}
		}
		if len(zones) != len(env.Network.Zones) || slices.ContainsFunc(env.ZoneNames(), func(z string) bool { return zones[z] != 3 }) {
			t.Errorf("subnets per zone are %v, want one of each tier in %v", zones, env.ZoneNames())
		}
	})
}

// reference finds the name of the resource that an attribute refers to.
func reference(r rendered.Object, attribute string) string {
	addresses := rendered.References(r.String(attribute))
	if len(addresses) != 1 {
		return ""
	}
	return addresses[0][strings.LastIndex(addresses[0], ".")+1:]
}

func TestEverySubnetLeavesAsItsTierMay(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		table := map[string]string{} // of each subnet
		for _, a := range s.Of("aws_route_table_association") {
			table[reference(a.Object, "subnet_id")] = reference(a.Object, "route_table_id")
		}
		way := map[string]string{} // out of each table
		for _, r := range s.Of("aws_route") {
			if r.String("destination_cidr_block") != "0.0.0.0/0" {
				t.Errorf("%s: an unexpected route", r.Address())
			}
			way[reference(r.Object, "route_table_id")] = reference(r.Object, "gateway_id") + reference(r.Object, "nat_gateway_id")
		}
		for i, zone := range env.Network.Zones {
			nat := "nat_" + zone
			if env.Network.NAT == "single" {
				nat = "nat_" + env.Network.Zones[0]
			}
			for subnet, want := range map[string]string{"public_" + zone: "internet_gateway", "private_" + zone: nat, "data_" + zone: ""} {
				if table[subnet] == "" {
					t.Errorf("subnet %s has no route table of its own, it would fall back to the default one", subnet)
				}
				if got := way[table[subnet]]; got != want {
					t.Errorf("subnet %s leaves through %q, want %q", subnet, got, want)
				}
			}
			if i == 0 || env.Network.NAT == "per_zone" {
				at := slices.IndexFunc(s.Of("aws_nat_gateway"), func(n rendered.Block) bool { return n.Name == nat })
				if at < 0 || reference(s.Of("aws_nat_gateway")[at].Object, "subnet_id") != "public_"+zone {
					t.Errorf("%s does not stand in the public subnet of its zone", nat)
				}
			}
		}
	})
}

func TestWhatAWSMakesByDefaultIsEmptied(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		for _, kind := range []string{"aws_default_security_group", "aws_default_network_acl", "aws_default_route_table"} {
			if len(s.Of(kind)) != 1 {
				t.Fatalf("no %s is adopted", kind)
			}
			for _, way := range []string{"ingress", "egress", "route"} {
				if rules := s.Of(kind)[0].At(way); rules != nil {
					t.Errorf("%s has %s: %v", kind, way, rules)
				}
			}
		}
	})
}

type aclRule struct {
	number, from, to int
	allow, tcp       bool
	cidr             netip.Prefix
}

func aclRules(acl rendered.Block, way string) (rules []aclRule) {
	for _, r := range acl.Objects(way) {
		rules = append(rules, aclRule{r.Int("rule_no"), r.Int("from_port"), r.Int("to_port"),
			r.String("action") == "allow", r.String("protocol") == "tcp", netip.MustParsePrefix(r.String("cidr_block"))})
	}
	slices.SortFunc(rules, func(a, b aclRule) int { return a.number - b.number })
	return rules
}

// admits tells whether the ACL lets all of a block through on a port: the first rule that
// matches decides, and what none matches is denied.
func admits(rules []aclRule, block netip.Prefix, port int) bool {
	for _, r := range rules {
		if !r.tcp || port < r.from || port > r.to {
			continue
		}
		if r.cidr.Bits() <= block.Bits() && r.cidr.Contains(block.Addr()) {
			return r.allow
		}
		if block.Overlaps(r.cidr) && !r.allow {
			return false
		}
	}
	return false
}

func TestNetworkACLsFitAWSAndGuardEverySubnet(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		guarded := map[string]bool{}
		for _, acl := range s.Of("aws_network_acl") {
			for _, id := range acl.List("subnet_ids") {
				guarded[rendered.References(id)[0]] = true
			}
			for _, way := range []string{"ingress", "egress"} {
				rules := aclRules(acl, way)
				if len(rules) > 20 {
					t.Errorf("%s has %d rules %s, AWS takes 20", acl.Address(), len(rules), way)
				}
				numbers := map[int]bool{}
				for _, r := range rules {
					if r.number < 1 || r.number > 32766 || numbers[r.number] {
						t.Errorf("%s: rule number %d is out of range or used twice", acl.Address(), r.number)
					}
					numbers[r.number] = true
				}
			}
		}
		for _, subnet := range s.Of("aws_subnet") {
			if !guarded[subnet.Address()] {
				t.Errorf("%s has no network ACL of its own", subnet.Address())
			}
		}
	})
}

func TestTheInternetReachesOnlyTheWebPortsThroughTheACLs(t *testing.T) {
	internet := netip.MustParsePrefix("203.0.113.0/24")
	each(t, "networking", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		for _, acl := range s.Of("aws_network_acl") {
			in := aclRules(acl, "ingress")
			for port := 1; port < 1024; port++ {
				want := acl.Name == "public_acl" && (port == 80 || port == 443)
				if admits(in, internet, port) != want {
					t.Errorf("%s: port %d from the internet is admitted: %v, want %v", acl.Address(), port, !want, want)
				}
			}
			if admits(in, internet, 3389) {
				t.Errorf("%s: 3389 is open to the internet", acl.Address())
			}
			if answers := admits(in, internet, 50000); answers != (acl.Name != "data_acl") {
				t.Errorf("%s: answers from the internet are admitted: %v", acl.Address(), answers)
			}
		}
	})
}

func TestSecurityGroupsOpenOnlyTheWebToTheInternet(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		for _, group := range s.Of("aws_security_group") {
			if group.At("ingress") != nil || group.At("egress") != nil {
				t.Errorf("%s: one rule is one resource", group.Address())
			}
			if group.String("description") == "" || group.At("lifecycle", "create_before_destroy") != true {
				t.Errorf("%s must be described and replaceable while it is in use", group.Address())
			}
		}
		for _, r := range append(s.Of("aws_vpc_security_group_ingress_rule"), s.Of("aws_vpc_security_group_egress_rule")...) {
			if r.String("description") == "" {
				t.Errorf("%s has no description", r.Address())
			}
			if r.String("ip_protocol") != "tcp" || r.Int("from_port") != r.Int("to_port") {
				t.Errorf("%s opens more than one port", r.Address())
			}
			if everywhere := r.String("cidr_ipv4") == "0.0.0.0/0" || r.String("cidr_ipv6") == "::/0"; everywhere {
				web := reference(r.Object, "security_group_id") == "load_balancer_security_group" && (r.Int("from_port") == 80 || r.Int("from_port") == 443)
				if r.Type == "aws_vpc_security_group_ingress_rule" && !web {
					t.Errorf("%s is open to everywhere", r.Address())
				}
			}
		}
	})
}

func TestEndpointsHoldToTheAccount(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		interfaces := 0
		for _, e := range s.Of("aws_vpc_endpoint") {
			if e.String("vpc_endpoint_type") == "Interface" {
				interfaces++
				if e.At("private_dns_enabled") != true {
					t.Errorf("%s: callers would still go over the internet", e.Address())
				}
			}
			for _, statement := range document(t, s, e.String("policy")) {
				if statement.String("sid") == "ImageLayers" {
					if got := statement.List("resources"); !slices.Equal(got, []string{"arn:aws:s3:::prod-" + env.Region + "-starport-layer-bucket/*"}) {
						t.Errorf("%s lets %v through, want only ECR's bucket of image layers", e.Address(), got)
					}
					continue
				}
				var held bool
				for _, c := range statement.Objects("condition") {
					held = held || c.String("variable") == "aws:PrincipalAccount" && slices.Equal(c.List("values"), []string{env.Account})
				}
				if !held {
					t.Errorf("%s lets other accounts through", e.Address())
				}
			}
		}
		if want := len(env.Network.InterfaceEndpoints); interfaces < want {
			t.Errorf("%d interface endpoints, the environment file asks for %d services", interfaces, want)
		}
	})
}
