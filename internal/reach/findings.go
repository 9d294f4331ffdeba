package reach

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind of a finding.
type Kind string

// What is found besides the flows.
const (
	// DeadRule is a rule of a security group, or a part of its ports, that nothing comes of.
	DeadRule Kind = "dead rule"
	// Gap is a flow that passes between some subnets and not between others.
	Gap Kind = "gap"
	// LostAnswers are ephemeral ports that answers don't arrive on, which a caller may have.
	LostAnswers Kind = "lost answers"
	// SpareRule is a rule of a network ACL that no flow needs.
	SpareRule Kind = "spare rule"
	// SpareRoute is a route that no flow takes.
	SpareRoute Kind = "spare route"
	// Misplaced is what doesn't stand where it belongs.
	Misplaced Kind = "misplaced"
	// Exposed is a port of remote administration that a network ACL leaves open to the internet,
	// so that only security groups are in the way:
	// https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-21
	Exposed Kind = "exposed"
)

// Finding is what is not as it should be, whatever the flows.
type Finding struct {
	Kind Kind
	Text string
}

func (f Finding) String() string { return string(f.Kind) + ": " + f.Text }

// Findings are all there are, by kind and text.
func (n *Network) Findings() (findings []Finding) {
	n.follow()
	for kind, find := range map[Kind]func() []string{
		DeadRule: n.deadRules, Gap: n.gaps, LostAnswers: n.lostAnswers, SpareRule: n.spareRules, SpareRoute: n.spareRoutes, Misplaced: n.misplaced, Exposed: n.exposed,
	} {
		for _, text := range find() {
			findings = append(findings, Finding{kind, text})
		}
	}
	slices.SortFunc(findings, func(a, b Finding) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text)) })
	return slices.Compact(findings)
}

func (n *Network) deadRules() (found []string) {
	for r := range n.groupRules() {
		if n.groups[r.name] != nil {
			continue // of a group that AWS makes
		}
		protocols := []string{r.protocol}
		if r.protocol == every {
			protocols = n.protocols()
		}
		used := n.results.used[r]
		if used == nil {
			used = &use{}
		}
		for _, protocol := range protocols {
			// What is open to the internet must be needed there: that it serves the VPC besides
			// is no reason for it.
			outside := r.reachesOut(n, protocol)
			needed := used.outside[protocol]
			if !outside {
				needed = slices.Concat(needed, used.inside[protocol])
			}
			if unused := minus([]Ports{r.ports}, needed); len(unused) > 0 {
				found = append(found, fmt.Sprintf("%s: %s %s leads nowhere%s", r, protocol, ranges(unused), n.closest(r, protocol, unused, outside)))
			}
		}
	}
	return found
}

// reachesOut tells whether the rule is about the internet.
func (r *rule) reachesOut(n *Network, protocol string) bool {
	return slices.ContainsFunc(n.Entity(Internet).places, func(p *place) bool { return r.concerns(protocol, p) })
}

// closest says what stops the try that comes closest to be let through by a rule.
func (n *Network) closest(r *rule, protocol string, ports []Ports, outside bool) string {
	var best *try
	for _, t := range n.results.stopped {
		out := t.from.subnet == nil || t.to.subnet == nil
		if t.protocol != protocol || outside && !out || len(both(ports, []Ports{{t.port, t.port}})) == 0 {
			continue
		}
		if slices.ContainsFunc(t.steps, func(s Step) bool { return slices.Contains(s.rules, r) }) && (best == nil || len(t.stops()) < len(best.stops())) {
			best = t
		}
	}
	if best == nil {
		return "; nobody is there"
	}
	return fmt.Sprintf("; from %s to %s:%s", best.from.entity.Name, best.to.entity.Name, lines(best.stops()))
}

func lines(steps []Step) string {
	var s strings.Builder
	for _, step := range steps {
		fmt.Fprintf(&s, "\n    %s", step)
	}
	return s.String()
}

func (n *Network) gaps() (found []string) {
	for _, f := range n.results.flows {
		if len(f.Between) == f.All {
			continue
		}
		text := fmt.Sprintf("%s reaches %s on %s between only %d of %d pairs of subnets", f.From, f.To, f.Service(), len(f.Between), f.All)
		for _, t := range n.results.stopped {
			pair := Pair{t.from.String(), t.to.String()}
			if t.from.entity.Name == f.From && t.to.entity.Name == f.To && t.protocol == f.Protocol && f.Ports.contains(t.port) && !slices.Contains(f.Between, pair) {
				text += fmt.Sprintf("; not from %s to %s:%s", pair.From, pair.To, lines(t.stops()))
				break
			}
		}
		found = append(found, text)
	}
	return found
}

func (n *Network) lostAnswers() (found []string) {
	flows := map[string][]string{}
	for _, t := range n.results.passed {
		if t.protocol != tcp {
			continue
		}
		for _, s := range t.steps {
			lost := s.lost
			if t.from.subnet == nil || t.to.subnet == nil {
				lost = minus(lost, administration) // they are to be closed to the internet
			}
			if len(lost) == 0 {
				continue
			}
			deciding := s.list + " has no rule for them"
			for _, r := range s.rules {
				if r.deny {
					deciding = r.String()
				}
			}
			key := fmt.Sprintf("%s: on ports %s no answers arrive", deciding, ranges(lost))
			if flow := t.from.entity.Name + " -> " + t.to.entity.Name; !slices.Contains(flows[key], flow) {
				flows[key] = append(flows[key], flow)
			}
		}
	}
	for key, of := range flows {
		found = append(found, key+" for "+strings.Join(of, ", "))
	}
	return found
}

func (n *Network) spareRules() (found []string) {
	for _, s := range n.subnets {
		for _, r := range slices.Concat(s.in.rules, s.out.rules) {
			open := !r.deny && (r.protocol != icmp || r.ports != pathMTU)
			if open && n.results.used[r] == nil {
				found = append(found, r.String()+": no flow needs it")
			}
		}
	}
	return found
}

// Fragmentation needed: it belongs to the flows that are there.
var pathMTU = Ports{3, 3}

func (n *Network) spareRoutes() (found []string) {
	for _, s := range n.subnets {
		for _, r := range slices.Concat(s.table.routes, s.table.endpoints) {
			if n.results.used[&r.rule] == nil && !r.local {
				found = append(found, r.String()+": no flow takes it")
			}
		}
	}
	return found
}

func (n *Network) misplaced() (found []string) {
	zones, carried := map[string]bool{}, map[string]bool{}
	for _, s := range n.subnets {
		zones[s.zone] = true
	}
	for _, e := range n.Entities {
		stands := map[string]bool{}
		for _, t := range e.things {
			for _, g := range t.groups {
				carried[g] = true
			}
			if len(t.groups) == 0 && len(t.subnets) > 0 {
				found = append(found, t.name+" carries no security group, so it gets the VPC's default one")
			}
			for _, s := range t.subnets {
				stands[s.zone] = true
				if tier, by := s.tier(); tier != e.Tier {
					way := "leads nowhere"
					if by != nil {
						way = "leads to the internet by the " + by.String()
					}
					found = append(found, fmt.Sprintf("%s of %s stands in %s, which %s; it belongs into %s subnets", t.name, e.Name, s.name, way, e.Tier))
				}
			}
		}
		if e.Tier != "" && len(stands) < len(zones) {
			found = append(found, fmt.Sprintf("%s stands in the zones %s only, of %s", e.Name, sorted(stands), sorted(zones)))
		}
	}
	for name, g := range n.groups {
		if !carried[name] && g.entity != "" {
			found = append(found, name+" is carried by nothing")
		}
	}
	return found
}

func sorted(set map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(set)), ", ")
}

// administration is SSH and RDP.
var administration = []Ports{{22, 22}, {3389, 3389}}

func (n *Network) exposed() (found []string) {
	for _, s := range n.subnets {
		for _, outside := range n.Entity(Internet).places {
			for _, port := range administration {
				if passed, by := s.in.admit(tcp, outside, port); len(passed) > 0 {
					found = append(found, fmt.Sprintf("%s lets the internet in on %s; only security groups are in the way", by[0], port))
				}
			}
		}
	}
	return found
}
