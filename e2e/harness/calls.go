//go:build e2e

package harness

import (
	"slices"
	"testing"
)

// Call is something that the emulated AWS was asked to allow, and the answer.
type Call struct {
	// Principal is the ARN of the user or the role whose policies counted, or of the root user, or
	// the name of the AWS service that acted by itself.
	Principal string
	// Action is what was to be done, as a policy calls it, and Resource to what.
	Action, Resource string
	// Via is the service that acted for the principal, as "s3"; empty without one.
	Via string
	// Allowed is the answer.
	Allowed bool
	// Statements are those that allowed it, as <policy>/<Sid>, or <policy>/<number> of one without
	// a Sid. A managed policy goes by its ARN, an inline one by its name.
	Statements []string
	// Count is how often it was asked.
	Count int
}

// Calls are some of them.
type Calls []Call

// Calls are all that was asked of the emulated AWS so far, each once.
func (e *Emulator) Calls(t testing.TB) (calls Calls) {
	t.Helper()
	if err := e.ask("calls", &calls); err != nil {
		t.Fatalf("read what was asked of the emulator: %v", err)
	}
	return calls
}

// By are those of a user or a role.
func (c Calls) By(principal string) Calls {
	return slices.DeleteFunc(slices.Clone(c), func(call Call) bool { return call.Principal != principal })
}

// Used are the actions that were allowed, sorted, each once.
func (c Calls) Used() []string {
	return c.collect(func(call Call) []string { return []string{call.Action} })
}

// Statements are those that allowed something, sorted, each once.
func (c Calls) Statements() []string {
	return c.collect(func(call Call) []string { return call.Statements })
}

func (c Calls) collect(of func(Call) []string) (found []string) {
	for _, call := range c {
		if call.Allowed {
			found = append(found, of(call)...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
