package network

import (
	"fmt"
	"slices"
)

// Rule of a network ACL. ICMP rules let path MTU discovery through.
type rule struct {
	allow    bool
	icmp     bool
	cidr     string
	from, to int
}

// acl is the rules of a tier. An ACL keeps no state: for each flow that it lets pass one way
// it lets the answers pass the other way, which arrive on ephemeral ports.
type acl struct{ in, out []rule }

// Rules that an ACL may have in each direction, by AWS's default quota:
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html.
const maxRules = 20

const everywhere = "0.0.0.0/0"

func allow(cidr string, from, to int) rule { return rule{allow: true, cidr: cidr, from: from, to: to} }
func deny(cidr string, port int) rule      { return rule{cidr: cidr, from: port, to: port} }

// NAT gateways and load balancers answer on, and call from, any port above 1023:
// https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html.
func answers(cidr string) rule { return allow(cidr, 1024, 65535) }

// Fragmentation needed (type 3, code 4): without it a connection whose packets are too large
// for a link hangs.
func mtu() rule { return rule{allow: true, icmp: true, cidr: everywhere} }

// ephemeral lets answers in. Remote administration is refused from the internet before the
// ephemeral ports, which contain 3389, are allowed; the VPC's own answers arrive there too.
func ephemeral(vpc string) []rule {
	return []rule{answers(vpc), deny(everywhere, 22), deny(everywhere, 3389), answers(everywhere), mtu()}
}

// acls of all tiers. The flows they are made for:
//
//	internet → load balancer on 80 and 443
//	load balancer → services; services → services that serve them
//	services and bastion → internet on the egress ports, through NAT or directly
//	services and bastion → endpoints on 443; → databases and caches
func acls(l Layout, ports Ports) map[Tier]acl {
	public, private, data := l.Block(Public), l.Block(Private), l.Block(Data)

	to := func(cidr string, ranges []portRange) (rules []rule) {
		for _, r := range ranges {
			rules = append(rules, allow(cidr, r.from, r.to))
		}
		return rules
	}
	// Answers go where calls come from.
	answersTo := func(cidr string, called []portRange) (rules []rule) {
		if len(called) > 0 {
			rules = append(rules, answers(cidr))
		}
		return rules
	}
	publicToPrivate, privateToPrivate := mergeRanges(ports.PublicToPrivate, 6), mergeRanges(ports.PrivateToPrivate, 6)
	publicToData, privateToData := mergeRanges(ports.PublicToData, 4), mergeRanges(ports.PrivateToData, 4)
	// 443 is always a way out: the gateway endpoints of S3 and DynamoDB answer there, under
	// public addresses.
	egress := mergeRanges(append([]int{443}, ports.Egress...), 5)
	// On its way through a NAT gateway it enters a public subnet, which is open on 80 and 443.
	through := mergeRanges(slices.DeleteFunc(slices.Clone(ports.Egress), func(p int) bool { return p == 80 || p == 443 }), 5)

	return map[Tier]acl{
		Public: {
			in: slices.Concat(
				to(everywhere, []portRange{{80, 80}, {443, 443}}),
				to(private, through),
				ephemeral(l.VPC())),
			out: slices.Concat(
				to(private, publicToPrivate),
				to(data, publicToData),
				to(everywhere, egress),
				[]rule{answers(everywhere), mtu()}),
		},
		Private: {
			in: slices.Concat(
				to(public, publicToPrivate),
				to(private, privateToPrivate),
				ephemeral(l.VPC())),
			out: slices.Concat(
				to(private, privateToPrivate),
				to(data, privateToData),
				to(everywhere, egress),
				answersTo(public, publicToPrivate),
				answersTo(private, privateToPrivate),
				[]rule{mtu()}),
		},
		Data: {
			in:  slices.Concat(to(public, publicToData), to(private, privateToData)),
			out: slices.Concat(answersTo(public, publicToData), answersTo(private, privateToData)),
		},
	}
}

func (a acl) check(tier Tier) error {
	if in, out := len(a.in), len(a.out); in > maxRules || out > maxRules {
		return fmt.Errorf("the network ACL of the %s tier would have %d rules in and %d out, AWS takes %d each", tier, in, out, maxRules)
	}
	return nil
}

type portRange struct{ from, to int }

// mergeRanges makes of ports at most n ranges. Neighbours become one range; while there are
// still too many, the two with the fewest ports between them do, since an ACL has room for
// few rules. Security groups stay exact.
func mergeRanges(ports []int, n int) []portRange {
	ports = slices.Compact(slices.Sorted(slices.Values(ports)))
	var ranges []portRange
	for _, p := range ports {
		if last := len(ranges) - 1; last >= 0 && ranges[last].to == p-1 {
			ranges[last].to = p
		} else {
			ranges = append(ranges, portRange{p, p})
		}
	}
	for len(ranges) > n {
		closest := 0
		for i := range len(ranges) - 1 {
			if ranges[i+1].from-ranges[i].to < ranges[closest+1].from-ranges[closest].to {
				closest = i
			}
		}
		ranges[closest].to = ranges[closest+1].to
		ranges = slices.Delete(ranges, closest+1, closest+2)
	}
	return ranges
}
