package reach

import (
	"fmt"
	"slices"
	"strings"
)

// Step is one thing on the way of a packet that is asked whether it passes.
type Step struct {
	// Answer is set on the way back.
	Answer bool
	// Asked is what is asked, By what decides, "" where nothing says that it passes.
	Asked, By string
	Pass      bool

	rules []*rule
	list  string // the rules of a network ACL that are asked
	lost  []Ports
}

func (s Step) String() string {
	way, by := "request", s.By
	if s.Answer {
		way = "answer"
	}
	if by == "" {
		by = "nothing lets it pass"
	}
	if !s.Pass {
		by = "STOPPED: " + by
	}
	return fmt.Sprintf("%-8s %s: %s", way, s.Asked, by)
}

// try is one try to reach a place from another, with all steps, also those after a stop.
type try struct {
	from, to *place
	protocol string
	port     int
	steps    []Step
	// answered are the ephemeral ports that an answer reaches.
	answered []Ports
}

// crossing is where a packet leaves or enters a subnet; peer is the other end.
type crossing struct {
	subnet *subnet
	leaves bool
	peer   *place
}

// attempt tries a port. Every port between two that a rule tells apart goes the same way.
func attempt(from, to *place, protocol string, port int) *try {
	t := &try{from: from, to: to, protocol: protocol, port: port, answered: []Ports{ephemeral}}
	if from.thing.balancer {
		t.groupStep("ports that the load balancer calls", from.thing.calls, to)
	}
	if from.subnet != nil {
		t.groupStep("groups of "+from.entity.Name+", way out", from.out, to)
	}
	crossings := t.request()
	if to.subnet != nil {
		t.groupStep("groups of "+to.entity.Name+", way in", to.in, from)
	}
	if to.thing.balancer {
		t.groupStep("ports that the load balancer listens on", to.thing.listens, from)
	}
	// A datagram has done its work when it arrives; a connection needs the answer.
	if protocol == tcp {
		t.answer(crossings)
	}
	return t
}

// request goes the way there, and notes where the answer must cross on its way back.
func (t *try) request() (crossings []crossing) {
	from, to := t.from, t.to
	cross := func(s *subnet, leaves bool, peer *place) {
		crossings = append(crossings, crossing{s, leaves, peer})
		t.aclStep(s, leaves, peer, Ports{t.port, t.port})
	}
	switch {
	case from.subnet == nil: // from the internet
		t.publicStep(to)
		cross(to.subnet, false, from)
	case to.subnet != nil: // within the VPC
		t.routeStep(from.subnet, to)
		if from.subnet != to.subnet {
			cross(from.subnet, true, to)
			cross(to.subnet, false, from)
		}
	default:
		by := t.routeStep(from.subnet, to)
		switch { // the route decides what is crossed
		case to.list != "" || by == nil || by.local:
			cross(from.subnet, true, to)
		case by.gateway:
			t.publicStep(from)
			cross(from.subnet, true, to)
		default:
			if by.nat != from.subnet {
				cross(from.subnet, true, to)
				cross(by.nat, false, from)
			}
			t.gatewayStep(by.nat, to)
			cross(by.nat, true, to)
		}
	}
	return crossings
}

// answer goes the way back: where the request left a subnet, the answer enters it.
func (t *try) answer(crossings []crossing) {
	slices.Reverse(crossings)
	for _, c := range crossings {
		if c.leaves {
			t.aclStep(c.subnet, false, c.peer, ephemeral)
		} else {
			t.answerRoute(c.subnet, c.peer)
			t.aclStep(c.subnet, true, c.peer, ephemeral)
		}
	}
}

func (t *try) routeStep(s *subnet, to *place) *route {
	by := s.table.towards(to)
	pass := by != nil
	switch {
	case to.subnet != nil:
		pass = pass && by.local
	case to.list != "":
		pass = pass && by.endpoint
	default:
		pass = pass && (by.gateway || by.nat != nil)
	}
	t.addRoute(false, s, to, by, pass)
	return by
}

// gatewayStep leaves the VPC from the subnet of a NAT gateway.
func (t *try) gatewayStep(s *subnet, to *place) {
	by := s.table.towards(to)
	t.addRoute(false, s, to, by, by != nil && by.gateway)
}

func (t *try) answerRoute(s *subnet, to *place) {
	by := s.table.towards(to)
	t.addRoute(true, s, to, by, by != nil && (by.local && to.subnet != nil || by.gateway && to.subnet == nil))
}

func (t *try) addRoute(answer bool, s *subnet, to *place, by *route, pass bool) {
	step := Step{Answer: answer, Asked: "route from " + s.name + " to " + to.String(), Pass: pass, By: "no route in " + s.table.name}
	if by != nil {
		step.By = by.String()
		step.rules = []*rule{&by.rule}
	}
	t.steps = append(t.steps, step)
}

func (t *try) groupStep(asked string, rules []*rule, peer *place) {
	by := matching(rules, t.protocol, peer, t.port)
	var names []string
	for _, r := range by {
		names = append(names, r.String())
	}
	t.steps = append(t.steps, Step{Asked: asked, By: strings.Join(names, " or "), Pass: len(by) > 0, rules: by})
}

// aclStep asks a network ACL: for the one port of a request, or those of its answer.
func (t *try) aclStep(s *subnet, leaves bool, peer *place, ports Ports) {
	list, asked := s.in, "network ACL into "+s.name
	if leaves {
		list, asked = s.out, fmt.Sprintf("network ACL out of %s to %s", s.name, peer)
	}
	step := Step{Asked: asked, list: list.name, Answer: ports == ephemeral}
	passed, by := list.admit(t.protocol, peer, ports)
	if step.Pass = len(passed) > 0; step.Answer {
		step.Asked += ", ports " + ephemeral.String()
		t.answered = both(t.answered, passed)
		step.Pass = len(t.answered) > 0
	}
	step.rules, step.lost = by, minus([]Ports{ports}, passed)
	undecided := []Ports{ports}
	var names []string
	for _, r := range by {
		names, undecided = append(names, r.String()), minus(undecided, []Ports{r.ports})
	}
	if !step.Pass && len(undecided) > 0 {
		names = append(names, fmt.Sprintf("%s has no rule for %s", list.name, ranges(undecided)))
	}
	step.By = strings.Join(names, ", ")
	t.steps = append(t.steps, step)
}

func (t *try) publicStep(p *place) {
	step := Step{Asked: "public address of " + p.entity.Name, Pass: p.thing.public, By: p.thing.name}
	if !p.thing.public {
		step.By += " has none"
	}
	t.steps = append(t.steps, step)
}

func (t *try) stops() (stops []Step) {
	for _, s := range t.steps {
		if !s.Pass {
			stops = append(stops, s)
		}
	}
	return stops
}
