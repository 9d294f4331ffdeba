package reach

import (
	"fmt"
	"slices"
)

// place is where packets come from or go to: addresses that no rule tells apart, of one
// entity, in one subnet or outside of the VPC.
type place struct {
	entity    *Entity
	thing     thing
	subnet    *subnet // nil outside of the VPC
	addresses alike
	groups    []string
	in, out   []*rule // of the groups
	// list is the prefix list that has the addresses, of a gateway endpoint.
	list string
}

func (p *place) String() string {
	if p.subnet == nil {
		return p.entity.Name
	}
	where := p.subnet.name
	if !p.addresses.all {
		where += " (" + p.addresses.String() + ")"
	}
	return where
}

// place puts the entities into their places.
func (r *reader) place() {
	outside := divide(public(r.vpc), r.prefixes)
	for _, e := range r.Entities {
		if e.Name == Internet {
			e.places = r.outside(e, thing{}, "", outside)
		}
		seen := map[string]bool{}
		for _, t := range e.things {
			if e.Tier == "" {
				e.places = append(e.places, r.outside(e, t, t.name, outside)...)
				continue
			}
			groups := slices.Sorted(slices.Values(t.groups))
			if len(groups) == 0 {
				groups = r.defaultGroup()
			}
			in, out := r.carried(groups)
			for _, s := range t.subnets {
				// Things alike in one subnet are one place.
				key := fmt.Sprint(s.name, groups, t.public, t.balancer)
				if seen[key] {
					continue
				}
				seen[key] = true
				for _, a := range divide([]block{blockOf(s.cidr)}, r.prefixes) {
					e.places = append(e.places, &place{entity: e, thing: t, subnet: s, addresses: a, groups: groups, in: in, out: out})
				}
			}
		}
	}
}

func (r *reader) outside(e *Entity, t thing, list string, parts []alike) (places []*place) {
	for _, a := range parts {
		places = append(places, &place{entity: e, thing: t, addresses: a, list: list})
	}
	return places
}

// defaultGroup is what a thing without a group gets: the VPC's own, if it is adopted. The
// bare one of AWS lets its carriers reach each other and everyone else.
func (r *reader) defaultGroup() []string {
	for _, g := range r.of("aws_default_security_group") {
		return []string{g.name}
	}
	name := "the VPC's default security group"
	if r.groups[name] == nil {
		out := &rule{name: name, protocol: every, ports: everyPort, cidr: everywhere}
		in := &rule{name: name, protocol: every, ports: everyPort, group: name}
		out.describe("to")
		in.describe("from")
		r.groups[name] = &group{name: name, in: []*rule{in}, out: []*rule{out}}
	}
	return []string{name}
}
