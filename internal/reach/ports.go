package reach

import (
	"fmt"
	"slices"
	"strings"
)

// Ports is a range of ports, both ends included. Of ICMP it is a range of types.
type Ports struct{ From, To int }

var (
	everyPort = Ports{0, 65535}
	// ephemeral is where answers arrive. Load balancers and NAT gateways call from any port of
	// it: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
	ephemeral = Ports{1024, 65535}
)

func (p Ports) String() string {
	if p.From == p.To {
		return fmt.Sprint(p.From)
	}
	return fmt.Sprintf("%d-%d", p.From, p.To)
}

func (p Ports) contains(port int) bool { return p.From <= port && port <= p.To }

func ranges(all []Ports) string {
	var s []string
	for _, p := range all {
		s = append(s, p.String())
	}
	return strings.Join(s, ", ")
}

// merge sorts ranges and makes one of those that touch.
func merge(all []Ports) (merged []Ports) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Ports) int { return a.From - b.From })
	for _, p := range all {
		if last := len(merged) - 1; last >= 0 && p.From <= merged[last].To+1 {
			merged[last].To = max(merged[last].To, p.To)
		} else {
			merged = append(merged, p)
		}
	}
	return merged
}

// minus is what of a is not in b.
func minus(a, b []Ports) (rest []Ports) {
	rest = merge(a)
	for _, taken := range b {
		var left []Ports
		for _, p := range rest {
			if taken.To < p.From || p.To < taken.From {
				left = append(left, p)
				continue
			}
			if p.From < taken.From {
				left = append(left, Ports{p.From, taken.From - 1})
			}
			if taken.To < p.To {
				left = append(left, Ports{taken.To + 1, p.To})
			}
		}
		rest = left
	}
	return rest
}

// both is what is in a and in b.
func both(a, b []Ports) []Ports { return minus(a, minus(a, b)) }
