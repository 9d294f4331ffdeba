package reach

import (
	"maps"
	"slices"
)

// Flow is that one entity can open connections to another.
type Flow struct {
	From, To, Protocol string
	Ports              Ports
	// Path is the way there and back, between the first of the places.
	Path []Step
	// Between are the places between which it passes, of All that there are.
	Between []Pair
	All     int
}

// Pair of places: subnets, or what lies outside of the VPC.
type Pair struct{ From, To string }

// results of following every pair of places.
type results struct {
	flows []Flow
	// passed and stopped are the tries in which a rule of a security group took part.
	passed, stopped []*try
	used            map[*rule]*use
}

// use is what a rule was needed for: the ports, by protocol, within the VPC and outside.
type use struct{ inside, outside map[string][]Ports }

// Flows are all there are, sorted.
func (n *Network) Flows() []Flow { return n.follow().flows }

func (n *Network) follow() *results {
	if n.results != nil {
		return n.results
	}
	n.results = &results{used: map[*rule]*use{}}
	segments := map[string][]Ports{}
	for _, protocol := range n.protocols() {
		segments[protocol] = n.segments(protocol)
	}
	for _, from := range n.Entities {
		for _, to := range n.Entities {
			for _, protocol := range slices.Sorted(maps.Keys(segments)) {
				if from.initiates() {
					n.pair(from, to, protocol, segments[protocol])
				}
			}
		}
	}
	return n.results
}

// initiates tells whether the entity opens connections: a gateway endpoint only answers.
func (e *Entity) initiates() bool { return e.Name == Internet || e.Tier != "" }

// pair follows all ports between two entities. Neighbours that go the same way are one flow.
func (n *Network) pair(from, to *Entity, protocol string, segments []Ports) {
	flows := &n.results.flows
	for _, ports := range segments {
		next := n.over(from, to, protocol, ports)
		if next == nil {
			continue
		}
		if last := len(*flows) - 1; last >= 0 && (*flows)[last].continues(next) {
			(*flows)[last].Ports.To = ports.To
			continue
		}
		*flows = append(*flows, *next)
	}
}

// continues tells whether a flow is this one on the next ports: between the same places, by
// the same rules.
func (f *Flow) continues(next *Flow) bool {
	return f.From == next.From && f.To == next.To && f.Protocol == next.Protocol && f.Ports.To == next.Ports.From-1 &&
		slices.Equal(f.Between, next.Between) && slices.EqualFunc(f.Path, next.Path, func(a, b Step) bool { return slices.Equal(a.rules, b.rules) })
}

// over tries ports, which no rule tells apart, between all places of two entities.
func (n *Network) over(from, to *Entity, protocol string, ports Ports) *Flow {
	flow := &Flow{From: from.Name, To: to.Name, Protocol: protocol, Ports: ports}
	all := map[Pair]bool{}
	for _, a := range from.places {
		for _, b := range to.places {
			if a.subnet == nil && b.subnet == nil {
				continue
			}
			pair := Pair{a.String(), b.String()}
			all[pair] = true
			if len(matching(a.out, protocol, b, ports.From))+len(matching(b.in, protocol, a, ports.From)) == 0 {
				continue // most pairs
			}
			t := attempt(a, b, protocol, ports.From)
			if len(t.stops()) > 0 {
				n.results.stopped = append(n.results.stopped, t)
				continue
			}
			n.results.passed = append(n.results.passed, t)
			n.results.note(t, ports)
			if flow.Path == nil {
				flow.Path = t.steps
			}
			if !slices.Contains(flow.Between, pair) {
				flow.Between = append(flow.Between, pair)
			}
		}
	}
	flow.All = len(all)
	if flow.Path == nil {
		return nil
	}
	return flow
}

// note remembers which rules a try that passed needed.
func (r *results) note(t *try, ports Ports) {
	outside := t.from.subnet == nil || t.to.subnet == nil
	for _, s := range t.steps {
		for _, by := range s.rules {
			if r.used[by] == nil {
				r.used[by] = &use{map[string][]Ports{}, map[string][]Ports{}}
			}
			of := r.used[by].inside
			if outside {
				of = r.used[by].outside
			}
			of[t.protocol] = merge(append(of[t.protocol], ports))
		}
	}
}

// protocols that a security group lets pass.
func (n *Network) protocols() []string {
	found := map[string]bool{}
	for r := range n.groupRules() {
		if found[r.protocol] = true; r.protocol == every {
			found[tcp], found[udp], found[icmp], found[other] = true, true, true, true
		}
	}
	delete(found, every)
	return slices.Sorted(maps.Keys(found))
}

func (n *Network) groupRules() map[*rule]bool {
	rules := map[*rule]bool{}
	for _, g := range n.groups {
		for _, r := range slices.Concat(g.in, g.out) {
			rules[r] = true
		}
	}
	return rules
}

// segments are the ranges of ports that no rule divides: following one port of each follows
// them all.
func (n *Network) segments(protocol string) (segments []Ports) {
	cuts := []int{everyPort.From, everyPort.To + 1}
	add := func(rules []*rule) {
		for _, r := range rules {
			if r.protocol == protocol {
				cuts = append(cuts, r.ports.From, r.ports.To+1)
			}
		}
	}
	for _, g := range n.groups {
		add(g.in)
		add(g.out)
	}
	for _, s := range n.subnets {
		add(s.in.rules)
		add(s.out.rules)
	}
	for _, e := range n.Entities {
		for _, t := range e.things {
			add(t.listens)
			add(t.calls)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for i := range len(cuts) - 1 {
		segments = append(segments, Ports{cuts[i], cuts[i+1] - 1})
	}
	return segments
}

// Service is the protocol and the ports; of TCP, which nearly all are, the ports alone.
func (f Flow) Service() string {
	switch f.Protocol {
	case tcp:
		return f.Ports.String()
	case udp, icmp:
		return f.Protocol + " " + f.Ports.String()
	}
	return f.Protocol
}
