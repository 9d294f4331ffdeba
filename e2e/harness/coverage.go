//go:build e2e

package harness

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"strata/internal/rendered"
)

// used counts the emulator's additions and corrections to moto over the whole run.
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

// covered are the resource types that were applied and then found as they should be.
var covered = types{seen: map[string]bool{}}

type types struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (c *types) add(stack rendered.Stack) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range stack.Resources {
		c.seen[resource.Type] = true
	}
}

// Gaps says what a whole run has shown to be missing or superfluous: rendered types that no
// test applied and that leftOut has no reason for, reasons that are out of date, and what the
// emulator corrects though nothing needs it.
func Gaps(stacks []rendered.Stack, leftOut map[string]string) (problems []string) {
	used.mu.Lock()
	defer used.mu.Unlock()
	covered.mu.Lock()
	defer covered.mu.Unlock()

	for name, n := range used.counts {
		if n == 0 {
			problems = append(problems, name+" was never called; take it out of e2e/emulator/services")
		}
	}
	shown := map[string]string{}
	for _, stack := range stacks {
		for _, resource := range stack.Resources {
			shown[resource.Type] = stack.Name
		}
	}
	for kind, stack := range shown {
		if _, listed := leftOut[kind]; !listed && !covered.seen[kind] {
			problems = append(problems, fmt.Sprintf("%s, rendered in %s, was never applied; apply it in a test, or list it in leftOut with the reason", kind, stack))
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(leftOut)) {
		switch _, rendered := shown[kind]; {
		case !rendered:
			problems = append(problems, kind+" is in leftOut, but is not rendered any more; take it out")
		case covered.seen[kind]:
			problems = append(problems, kind+" is in leftOut, but was applied; take it out")
		}
	}
	slices.Sort(problems)
	return problems
}
