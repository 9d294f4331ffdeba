package reach

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// block is a range of IPv4 addresses, both ends included.
type block struct{ first, last uint32 }

func blockOf(p netip.Prefix) block {
	b := p.Masked().Addr().As4()
	first := binary.BigEndian.Uint32(b[:])
	return block{first, first | uint32(uint64(1)<<(32-p.Bits())-1)}
}

func address(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

func (b block) String() string {
	if b.first == b.last {
		return address(b.first).String()
	}
	return fmt.Sprintf("%s-%s", address(b.first), address(b.last))
}

// The ranges that nothing on the internet calls from, RFC 1918 and RFC 6598.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("100.64.0.0/10"),
}

// public are the blocks of the internet, as seen from a VPC.
func public(vpc netip.Prefix) (blocks []block) {
	var taken []block
	for _, p := range append([]netip.Prefix{vpc}, notPublic...) {
		taken = append(taken, blockOf(p))
	}
	slices.SortFunc(taken, func(a, b block) int { return int(int64(a.first) - int64(b.first)) })
	next := uint64(0)
	for _, t := range taken {
		if next < uint64(t.first) {
			blocks = append(blocks, block{uint32(next), t.first - 1})
		}
		next = max(next, uint64(t.last)+1)
	}
	return append(blocks, block{uint32(next), 1<<32 - 1})
}

// alike are addresses that no rule tells from one another.
type alike struct {
	blocks []block
	// sample stands for all of them.
	sample netip.Addr
	// all is set when no rule divides the addresses that these were taken from.
	all bool
}

func (a alike) String() string {
	var s []string
	for i, b := range a.blocks {
		if i == 2 {
			s = append(s, "…")
			break
		}
		s = append(s, b.String())
	}
	return strings.Join(s, ", ")
}

// divide cuts addresses wherever one of the prefixes begins or ends, and puts together again
// what lies in the same prefixes. What holds for a sample then holds for each of the alike.
func divide(blocks []block, prefixes []netip.Prefix) (parts []alike) {
	var cuts []uint64
	for _, p := range prefixes {
		b := blockOf(p)
		cuts = append(cuts, uint64(b.first), uint64(b.last)+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	at := map[string]int{}
	add := func(b block) {
		sample, signature := address(b.first), make([]byte, len(prefixes))
		for i, p := range prefixes {
			if p.Contains(sample) {
				signature[i] = 1
			}
		}
		i, known := at[string(signature)]
		if !known {
			i = len(parts)
			at[string(signature)] = i
			parts = append(parts, alike{sample: sample})
		}
		parts[i].blocks = append(parts[i].blocks, b)
	}
	for _, b := range blocks {
		first := uint64(b.first)
		for _, c := range cuts {
			if first < c && c <= uint64(b.last) {
				add(block{uint32(first), uint32(c - 1)})
				first = c
			}
		}
		add(block{uint32(first), b.last})
	}
	if len(parts) == 1 {
		parts[0].all = true
	}
	return parts
}
