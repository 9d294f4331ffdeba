package reach

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
)

// subnet with what guards it and what leads out of it.
type subnet struct {
	name, zone string
	cidr       netip.Prefix
	in, out    accessList
	table      *table
}

// accessList is the rules of a network ACL in one direction, in the order of their numbers.
type accessList struct {
	name  string
	rules []*rule
}

// admit goes through the rules: for each port the first that is about it decides, and what
// none is about is denied.
func (l accessList) admit(protocol string, peer *place, want Ports) (admitted []Ports, by []*rule) {
	rest := []Ports{want}
	for _, r := range l.rules {
		if len(rest) == 0 {
			break
		}
		if !r.concerns(protocol, peer) {
			continue
		}
		decided := both(rest, []Ports{r.ports})
		if len(decided) == 0 {
			continue
		}
		by, rest = append(by, r), minus(rest, decided)
		if !r.deny {
			admitted = append(admitted, decided...)
		}
	}
	return merge(admitted), by
}

// table of routes.
type table struct {
	name   string
	routes []*route
	// endpoints are the gateway endpoints that are reached by it.
	endpoints []*route
}

// route leads to one of: the VPC itself, an internet gateway, a NAT gateway, a gateway endpoint.
type route struct {
	rule
	local    bool
	gateway  bool
	nat      *subnet // that the NAT gateway stands in
	endpoint bool
}

// towards is the route that a packet takes: that of a gateway endpoint, whose addresses no
// other route names as closely, else the most specific.
func (t *table) towards(peer *place) (best *route) {
	if peer.list != "" {
		for _, e := range t.endpoints {
			if e.list == peer.list {
				return e
			}
		}
	}
	for _, r := range t.routes {
		if r.cidr.Contains(peer.addresses.sample) && (best == nil || r.cidr.Bits() > best.cidr.Bits()) {
			best = r
		}
	}
	return best
}

// tier that the routes make of a subnet, whatever it is called.
func (s *subnet) tier() (tier string, by *route) {
	outside := &place{addresses: alike{sample: netip.MustParseAddr("198.51.100.1")}}
	switch by = s.table.towards(outside); {
	case by == nil:
		return data, nil
	case by.gateway:
		return publicTier, by
	default:
		return private, by
	}
}

func (r *reader) subnetsAndRoutes() {
	vpcs := r.of("aws_vpc")
	if len(vpcs) != 1 {
		r.problem(r.Name, "%d VPCs; internal/reach knows environments with one", len(vpcs))
		return
	}
	if vpcs[0].At("assign_generated_ipv6_cidr_block") == true || vpcs[0].At("ipv6_cidr_block") != nil {
		r.problem(vpcs[0].name, "has IPv6 addresses, which internal/reach doesn't follow")
	}
	r.vpc = r.cidr(vpcs[0], "cidr_block")
	main := r.table("the VPC's main route table") // local alone, unless it is adopted
	for _, t := range append(r.of("aws_default_route_table"), r.of("aws_route_table")...) {
		r.tables[t.name] = r.table(t.name)
		if t.Objects("route") != nil {
			r.problem(t.name, "has routes of its own; one route is one resource")
		}
	}
	for _, t := range r.of("aws_default_route_table") {
		main = r.tables[t.name]
	}
	for _, s := range r.of("aws_subnet") {
		if s.At("ipv6_cidr_block") != nil {
			r.problem(s.name, "has IPv6 addresses, which internal/reach doesn't follow")
		}
		subnet := &subnet{name: s.name, zone: s.String("availability_zone"), cidr: r.cidr(s, "cidr_block"), table: main}
		r.subnets, r.byName[s.name] = append(r.subnets, subnet), subnet
	}
	for _, a := range r.of("aws_route_table_association") {
		subnet, table := r.byName[r.ref(a, "subnet_id")], r.tables[r.ref(a, "route_table_id")]
		if subnet == nil || table == nil {
			r.problem(a.name, "associates no subnet with a route table")
			continue
		}
		subnet.table = table
	}
	nats := r.nats()
	for _, i := range r.of("aws_route") {
		r.route(i, nats)
	}
	for _, e := range r.of("aws_vpc_endpoint") {
		for _, t := range r.refs(e, "route_table_ids") {
			if r.tables[t] != nil {
				r.tables[t].endpoints = append(r.tables[t].endpoints, &route{endpoint: true, rule: rule{
					name: e.name, says: "route to it in " + t, protocol: every, ports: everyPort, list: e.name,
				}})
			}
		}
	}
}

func (r *reader) table(name string) *table {
	return &table{name: name, routes: []*route{{local: true, rule: rule{
		name: name, says: "local route " + r.vpc.String(), protocol: every, ports: everyPort, cidr: r.vpc,
	}}}}
}

// nats are the subnets of the NAT gateways that lead to the internet.
func (r *reader) nats() map[string]*subnet {
	nats := map[string]*subnet{}
	for _, g := range r.of("aws_nat_gateway") {
		if g.String("connectivity_type") == "private" {
			r.problem(g.name, "is a private NAT gateway, which internal/reach doesn't follow")
			continue
		}
		if nats[g.name] = r.byName[r.ref(g, "subnet_id")]; nats[g.name] == nil {
			r.problem(g.name, "stands in no subnet")
		}
	}
	return nats
}

func (r *reader) route(i item, nats map[string]*subnet) {
	t := r.tables[r.ref(i, "route_table_id")]
	if t == nil {
		r.problem(i.name, "belongs to no route table")
		return
	}
	route := &route{rule: rule{name: i.name, protocol: every, ports: everyPort, cidr: r.cidr(i, "destination_cidr_block")}}
	gateway, nat := r.ref(i, "gateway_id"), r.ref(i, "nat_gateway_id")
	switch {
	case nats[nat] != nil:
		route.nat = nats[nat]
	case slices.ContainsFunc(r.of("aws_internet_gateway"), func(g item) bool { return g.name == gateway }):
		route.gateway = true
	default:
		r.problem(i.name, "leads to what internal/reach doesn't follow; it knows internet and NAT gateways")
		return
	}
	route.says = "route of " + route.cidr.String() + " to " + cmp.Or(nat, gateway)
	t.routes = append(t.routes, route)
}

// accessControl reads the network ACLs. A subnet that none is made for has the VPC's default
// one, which lets everything pass unless it is adopted.
func (r *reader) accessControl() {
	open := func(way string) accessList {
		all := &rule{name: "the VPC's default network ACL", protocol: every, ports: everyPort, cidr: everywhere}
		all.describe(way)
		return accessList{all.name, []*rule{all}}
	}
	in, out := open("from"), open("to")
	for _, acl := range r.of("aws_default_network_acl") {
		in, out = r.accessList(acl, "ingress", "from"), r.accessList(acl, "egress", "to")
	}
	for _, s := range r.subnets {
		s.in, s.out = in, out
	}
	for _, acl := range r.of("aws_network_acl") {
		in, out := r.accessList(acl, "ingress", "from"), r.accessList(acl, "egress", "to")
		for _, id := range r.refs(acl, "subnet_ids") {
			if s := r.byName[id]; s != nil {
				s.in, s.out = in, out
			}
		}
	}
}

func (r *reader) accessList(acl item, key, way string) accessList {
	list := accessList{name: acl.name + " " + key}
	type numbered struct {
		number int
		*rule
	}
	var all []numbered
	for _, i := range r.within(acl, key) {
		n := i.Int("rule_no")
		a := numbered{n, &rule{
			name: fmt.Sprintf("%s rule %d", list.name, n), deny: i.String("action") != "allow",
			protocol: protocol(i.String("protocol")), ports: Ports{i.Int("from_port"), i.Int("to_port")},
		}}
		if i.String("ipv6_cidr_block") != "" {
			continue // the VPC has no such addresses
		}
		a.cidr = r.cidr(i, "cidr_block")
		switch a.protocol {
		case tcp, udp:
		case icmp:
			if a.ports = everyPort; i.Int("icmp_type") >= 0 {
				a.ports = Ports{i.Int("icmp_type"), i.Int("icmp_type")}
			}
			if a.deny && i.Int("icmp_code") >= 0 {
				continue // the other codes pass
			}
		default:
			a.ports = everyPort
		}
		a.describe(way)
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b numbered) int { return a.number - b.number })
	for _, a := range all {
		list.rules = append(list.rules, a.rule)
	}
	return list
}
