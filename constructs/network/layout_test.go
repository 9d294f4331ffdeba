package network

import (
	"net/netip"
	"testing"
)

func TestLayoutOfASlash16(t *testing.T) {
	l, err := NewLayout(netip.MustParsePrefix("10.10.0.0/16"))
	if err != nil {
		t.Fatal(err)
	}
	for tier, want := range map[Tier][3]string{
		Private: {"10.10.0.0/17", "10.10.0.0/20", "10.10.32.0/20"},
		Public:  {"10.10.128.0/18", "10.10.128.0/21", "10.10.144.0/21"},
		Data:    {"10.10.192.0/19", "10.10.192.0/22", "10.10.200.0/22"},
	} {
		a, _ := l.Subnet(tier, "a")
		c, _ := l.Subnet(tier, "c")
		if got := [3]string{l.Block(tier), a, c}; got != want {
			t.Errorf("%s: got %v, want %v", tier, got, want)
		}
	}
}

func TestSubnetsNeverOverlapAndFitAWS(t *testing.T) {
	for bits := 16; bits <= 22; bits++ {
		vpc := netip.PrefixFrom(netip.MustParseAddr("192.168.0.0"), bits)
		l, err := NewLayout(vpc)
		if err != nil {
			t.Fatal(err)
		}
		var all []netip.Prefix
		for _, tier := range Tiers {
			for _, zone := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
				cidr, err := l.Subnet(tier, zone)
				if err != nil {
					t.Fatal(err)
				}
				subnet := netip.MustParsePrefix(cidr)
				if subnet.Bits() > 28 {
					t.Errorf("%s: %s %s is %s, AWS takes no subnet smaller than /28", vpc, tier, zone, subnet)
				}
				if !vpc.Contains(subnet.Addr()) || !netip.MustParsePrefix(l.Block(tier)).Contains(subnet.Addr()) {
					t.Errorf("%s: %s lies outside of its tier or VPC", vpc, subnet)
				}
				for _, other := range all {
					if subnet.Overlaps(other) {
						t.Errorf("%s: %s overlaps %s", vpc, subnet, other)
					}
				}
				all = append(all, subnet)
			}
		}
	}
}

func TestRangesThatAWSRefuses(t *testing.T) {
	for _, cidr := range []string{"10.0.0.0/15", "10.0.0.0/23", "fd00::/16"} {
		if _, err := NewLayout(netip.MustParsePrefix(cidr)); err == nil {
			t.Errorf("%s was taken", cidr)
		}
	}
}
