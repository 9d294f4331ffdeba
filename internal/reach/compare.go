package reach

import (
	"cmp"
	"fmt"
	"slices"
)

// Compare holds who reaches whom against who may, and spells out of each difference how it
// comes about.
func (n *Network) Compare(declared []Edge) (differences []string) {
	for _, f := range n.Flows() {
		var may []Ports
		for _, e := range declared {
			if e.From == f.From && e.To == f.To && f.Protocol == tcp {
				may = append(may, Ports{e.Port, e.Port})
			}
		}
		for _, f.Ports = range minus([]Ports{f.Ports}, may) {
			differences = append(differences, fmt.Sprintf(
				"%s reaches %s on %s, and nothing declares it. What lets it pass from %s to %s, the first of %d such pairs:%s\n"+
					"  Take away the rule that is too much, or say in environments/%s.yaml or internal/reach/declared.go that it may.",
				f.From, f.To, f.Service(), f.Between[0].From, f.Between[0].To, len(f.Between), lines(f.Path), n.Name))
		}
	}
	slices.SortFunc(declared, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), a.Port-b.Port)
	})
	for _, e := range declared {
		if slices.ContainsFunc(n.Flows(), func(f Flow) bool {
			return f.From == e.From && f.To == e.To && f.Protocol == tcp && f.Ports.contains(e.Port)
		}) {
			continue
		}
		differences = append(differences, fmt.Sprintf("%s can't reach %s on %d, and it is declared to. %s", e.From, e.To, e.Port, n.missing(e)))
	}
	return differences
}

func (n *Network) missing(e Edge) string {
	for _, name := range []string{e.From, e.To} {
		if n.Entity(name) == nil {
			return "No stack renders " + name + ", nor a security group for it."
		}
	}
	return "The way that comes closest:" + lines(n.why(e.From, e.To, e.Port))
}

// why says what stands between two entities on a TCP port: the steps of the try that comes
// closest.
func (n *Network) why(from, to string, port int) (closest []Step) {
	stops := 0
	for _, from := range n.Entity(from).places {
		for _, to := range n.Entity(to).places {
			if from.subnet == nil && to.subnet == nil {
				continue
			}
			t := attempt(from, to, tcp, port)
			if now := len(t.stops()); closest == nil || now < stops {
				closest, stops = t.steps, now
			}
		}
	}
	return closest
}
