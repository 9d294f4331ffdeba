package environments

import (
	"fmt"
	"net/netip"
	"slices"
)

// privateRanges are those of RFC 1918. Other ranges are routed elsewhere or need care of their
// own: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
}

// A VPC has at most a /16 (an AWS limit); below a /22 its eighteen subnets, three tiers in six
// zones, would be smaller than a load balancer (a /27) needs.
const largestNetwork, smallestNetwork = 16, 22

// network says why an environment can't have an address range.
func network(cidr string) *fault {
	prefix, err := netip.ParsePrefix(cidr)
	switch {
	case err != nil || !prefix.Addr().Is4():
		return &fault{message: fmt.Sprintf("%q is no IPv4 range; write one as 10.10.0.0/16", cidr)}
	case prefix.Bits() < largestNetwork:
		return &fault{message: fmt.Sprintf("%s is too large; a VPC has at most a /%d", cidr, largestNetwork)}
	case prefix.Bits() > smallestNetwork:
		return &fault{message: fmt.Sprintf("%s is too small for the subnets; it must be at least a /%d", cidr, smallestNetwork)}
	case !slices.ContainsFunc(privateRanges, prefix.Overlaps):
		return &fault{message: fmt.Sprintf("%s is not private; take a range in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918)", cidr)}
	case prefix != prefix.Masked():
		return &fault{fmt.Sprintf("%s has address bits set behind the first %d", cidr, prefix.Bits()), fmt.Sprintf("did you mean %q?", prefix.Masked())}
	}
	return nil
}
