package network

import (
	"fmt"
	"net/netip"
)

// Tier is a kind of subnet.
type Tier string

// The tiers. Public subnets have a route to the internet gateway, private ones leave through
// a NAT gateway, data subnets don't leave.
const (
	Public  Tier = "public"
	Private Tier = "private"
	Data    Tier = "data"
)

// Tiers in the order in which a request passes them.
var Tiers = []Tier{Public, Private, Data}

// Layout divides a VPC's range. Every tier is one block, so that a rule can name it, and has
// eight places, one for each zone letter from a to h: the zone's letter alone decides where
// its subnet lies, and a zone that is added moves no other.
//
//	tier      of the VPC   of a /16   a zone's subnet
//	private   first half       /17    /20, 4,091 addresses
//	public    third quarter    /18    /21, 2,043
//	data      7th eighth       /19    /22, 1,019
//	–         last eighth      /19    kept free
type Layout struct{ vpc netip.Prefix }

// NewLayout of a VPC's range, between /16, the largest that AWS takes, and /22, below which a
// data subnet would be smaller than the /28 that AWS asks for.
func NewLayout(vpc netip.Prefix) (Layout, error) {
	if !vpc.Addr().Is4() || vpc.Bits() < 16 || vpc.Bits() > 22 {
		return Layout{}, fmt.Errorf("the VPC's range %s must be an IPv4 range from /16 to /22", vpc)
	}
	return Layout{vpc.Masked()}, nil
}

// VPC is the whole range.
func (l Layout) VPC() string { return l.vpc.String() }

// Block is the range of a tier.
func (l Layout) Block(tier Tier) string { return l.block(tier).String() }

func (l Layout) block(tier Tier) netip.Prefix {
	switch tier {
	case Private:
		return l.part(l.vpc, 1, 0)
	case Public:
		return l.part(l.vpc, 2, 2)
	default:
		return l.part(l.vpc, 3, 6)
	}
}

// Subnet is the range of a tier's subnet in the zone with the letter.
func (l Layout) Subnet(tier Tier, zone string) (string, error) {
	if len(zone) != 1 || zone[0] < 'a' || zone[0] > 'h' {
		return "", fmt.Errorf("zone %q must be a letter from a to h", zone)
	}
	return l.part(l.block(tier), 3, uint32(zone[0]-'a')).String(), nil
}

// part is the nth of the 2^bits equal parts of a range.
func (l Layout) part(of netip.Prefix, bits int, n uint32) netip.Prefix {
	b := of.Addr().As4()
	start := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	start += n << (32 - of.Bits() - bits)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(start >> 24), byte(start >> 16), byte(start >> 8), byte(start)}), of.Bits()+bits)
}
