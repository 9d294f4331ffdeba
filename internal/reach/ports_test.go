package reach

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// The ranges are held against ports looked at one by one.
func TestRangesAgreeWithPortsOneByOne(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func() (all []Ports) {
		for range random.IntN(5) {
			from := random.IntN(40)
			all = append(all, Ports{from, from + random.IntN(10)})
		}
		return all
	}
	in := func(all []Ports, port int) bool {
		for _, p := range all {
			if p.contains(port) {
				return true
			}
		}
		return false
	}
	for range 2000 {
		a, b := some(), some()
		for port := range 60 {
			if got, want := in(minus(a, b), port), in(a, port) && !in(b, port); got != want {
				t.Fatalf("%v minus %v is %v", a, b, minus(a, b))
			}
			if got, want := in(both(a, b), port), in(a, port) && in(b, port); got != want {
				t.Fatalf("both %v and %v is %v", a, b, both(a, b))
			}
		}
	}
}

// An access list is held against its rules tried one by one for each port and address.
func TestAccessListsDecideAsTheirRulesInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	prefixes := []netip.Prefix{}
	for _, p := range []string{"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "10.2.0.0/15"} {
		prefixes = append(prefixes, netip.MustParsePrefix(p))
	}
	parts := divide([]block{blockOf(everywhere)}, prefixes)
	if len(parts) != len(prefixes) {
		t.Fatalf("%d kinds of addresses, want %d: %v", len(parts), len(prefixes), parts)
	}
	for range 500 {
		list := accessList{}
		for range 1 + random.IntN(8) {
			from := random.IntN(40)
			list.rules = append(list.rules, &rule{
				deny: random.IntN(3) == 0, protocol: []string{tcp, udp, every}[random.IntN(3)],
				ports: Ports{from, from + random.IntN(20)}, cidr: prefixes[random.IntN(len(prefixes))],
			})
		}
		for _, part := range parts {
			admitted, _ := list.admit(tcp, &place{addresses: part}, Ports{0, 60})
			for _, b := range part.blocks {
				for _, sample := range []netip.Addr{address(b.first), address(b.last), address(b.first + (b.last-b.first)/2)} {
					for port := range 61 {
						want := false
						for _, r := range list.rules {
							if r.protocol != udp && r.ports.contains(port) && r.cidr.Contains(sample) {
								want = !r.deny
								break
							}
						}
						if got := len(both(admitted, []Ports{{port, port}})) > 0; got != want {
							t.Fatalf("%s on %d is admitted: %v, want %v", sample, port, got, want)
						}
					}
				}
			}
		}
	}
}
