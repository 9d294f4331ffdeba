//go:build e2e

package harness

import (
	"maps"
	"slices"
	"sync"
)

// used counts over all emulators of the run.
var used = usage{counts: map[string]int{}}

type usage struct {
	mu     sync.Mutex
	counts map[string]int
}

func (u *usage) add(counts map[string]int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for name, n := range counts {
		u.counts[name] += n
	}
}

// Superfluous are the additions and corrections to moto that no emulator of this run needed.
func Superfluous() (names []string) {
	used.mu.Lock()
	defer used.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(used.counts)) {
		if used.counts[name] == 0 {
			names = append(names, name)
		}
	}
	return names
}
