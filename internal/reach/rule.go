package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Protocols by the numbers that a rule may give instead of their names. A rule about every
// protocol is followed for these, and for other, which stands for the rest.
const (
	tcp   = "tcp"
	udp   = "udp"
	icmp  = "icmp"
	other = "other protocols"
	every = "-1"
)

var protocolNumbers = map[string]string{"6": tcp, "17": udp, "1": icmp, "all": every}

func protocol(written string) string {
	if name := protocolNumbers[written]; name != "" {
		return name
	}
	return strings.ToLower(written)
}

// rule is one line of a security group, a network ACL or a route table, or a port that a load
// balancer listens on or calls.
type rule struct {
	// name is the resource, with the rule's number where it has one; says is what it says.
	name, says string
	deny       bool
	protocol   string
	ports      Ports
	// Whom the rule is about: one of a block of addresses, whoever carries a security group,
	// the addresses of a prefix list.
	cidr        netip.Prefix
	group, list string
}

var everywhere = netip.MustParsePrefix("0.0.0.0/0")

// concerns tells whether the rule is about a peer, whatever the port.
func (r *rule) concerns(protocol string, peer *place) bool {
	if r.protocol != every && r.protocol != protocol {
		return false
	}
	switch {
	case r.group != "":
		return slices.Contains(peer.groups, r.group)
	case r.list != "":
		return r.list == peer.list
	}
	return r.cidr.Contains(peer.addresses.sample)
}

func (r *rule) String() string { return fmt.Sprintf("%s (%s)", r.name, r.says) }

func (r *rule) describe(way string) {
	verb := "allow"
	if r.deny {
		verb = "deny"
	}
	what, peer := r.protocol, r.cidr.String()
	if r.protocol == every {
		what = "every protocol"
	}
	if r.ports != everyPort {
		what += " " + r.ports.String()
	}
	if r.group != "" {
		peer = "who carries " + r.group
	}
	if r.list != "" {
		peer = "the addresses of " + r.list
	}
	r.says = fmt.Sprintf("%s %s %s %s", verb, what, way, peer)
}

// matching are the rules about a port; in a security group each of them is enough.
func matching(rules []*rule, protocol string, peer *place, port int) (found []*rule) {
	for _, r := range rules {
		if r.ports.contains(port) && r.concerns(protocol, peer) {
			found = append(found, r)
		}
	}
	return found
}
