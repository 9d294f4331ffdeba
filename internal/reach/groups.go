package reach

import (
	"cmp"
	"slices"
)

// group is a security group.
type group struct {
	name    string // layer/address
	entity  string // whose it is, by its name; "" of a group that AWS makes
	in, out []*rule
}

// securityGroups reads the groups and their rules. Terraform takes the rule away that AWS
// gives to a new group, so that a group without rules lets nothing pass.
func (r *reader) securityGroups() {
	for _, g := range append(r.of("aws_security_group"), r.of("aws_default_security_group")...) {
		if g.At("ingress") != nil || g.At("egress") != nil {
			r.problem(g.name, "has rules of its own; one rule is one resource")
		}
		r.groups[g.name] = &group{name: g.name}
	}
	for _, g := range r.of("aws_security_group") {
		r.groups[g.name].entity = trimmed("_security_group")(g)
	}
	for _, i := range r.of("aws_vpc_security_group_ingress_rule") {
		if g, rule := r.groupRule(i, "from"); g != nil {
			g.in = append(g.in, rule)
		}
	}
	for _, i := range r.of("aws_vpc_security_group_egress_rule") {
		if g, rule := r.groupRule(i, "to"); g != nil {
			g.out = append(g.out, rule)
		}
	}
}

func (r *reader) groupRule(i item, way string) (*group, *rule) {
	g := r.groups[r.ref(i, "security_group_id")]
	if g == nil {
		r.problem(i.name, "belongs to no security group")
		return nil, nil
	}
	if i.At("cidr_ipv6") != nil {
		r.problem(i.name, "is about IPv6 addresses, which the VPC doesn't have")
		return nil, nil
	}
	before := len(r.problems)
	rule := &rule{
		name: i.name, protocol: protocol(i.String("ip_protocol")), ports: Ports{i.Int("from_port"), i.Int("to_port")},
		group: r.ref(i, "referenced_security_group_id"), list: r.ref(i, "prefix_list_id"),
	}
	if i.At("cidr_ipv4") != nil {
		rule.cidr = r.cidr(i, "cidr_ipv4")
	} else if rule.group == "" && rule.list == "" && before == len(r.problems) {
		r.problem(i.name, "is about nobody: neither a block of addresses, a security group nor a prefix list")
	}
	if rule.group != "" && r.groups[rule.group] == nil {
		r.problem(i.name, "refers to %s, which is no security group", rule.group)
	}
	switch rule.protocol {
	case tcp, udp:
	case icmp: // from_port is the type, to_port the code; -1 is all
		if rule.ports = everyPort; i.Int("from_port") >= 0 {
			rule.ports = Ports{i.Int("from_port"), i.Int("from_port")}
		}
	default:
		rule.ports = everyPort
	}
	rule.describe(way)
	return g, rule
}

// carried are the rules of several groups. The most specific come first, for the reader of a
// path; each is enough.
func (r *reader) carried(names []string) (in, out []*rule) {
	for _, name := range names {
		in, out = append(in, r.groups[name].in...), append(out, r.groups[name].out...)
	}
	width := func(r *rule) int {
		if r.group != "" || r.list != "" {
			return -1
		}
		return 32 - r.cidr.Bits()
	}
	specific := func(a, b *rule) int { return cmp.Or(width(a)-width(b), cmp.Compare(a.name, b.name)) }
	slices.SortFunc(in, specific)
	slices.SortFunc(out, specific)
	return in, out
}
