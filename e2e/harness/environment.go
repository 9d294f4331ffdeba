//go:build e2e

// Package harness runs what a user runs, the real Terraform, the real provider and the pinned
// cdktf, on an emulated AWS that is started for the test and is gone after it.
package harness

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"strata/environments"
	"strata/internal/rendered"
)

// Environment is one of the project's environments, on an emulated AWS of its own.
type Environment struct {
	// Environment is what the file says.
	*environments.Environment
	// Stacks are the rendered stacks, by layer.
	Stacks map[string]rendered.Stack
	// Emulator is the AWS that the environment is deployed to.
	Emulator *Emulator
	// AWS are clients of it, for whoever it is run as: the account's root user, unless As or With
	// say otherwise.
	AWS *Clients

	home    string
	environ []string
}

// Start reads an environment and starts an empty AWS for it. Both are gone after the test.
func Start(t testing.TB, name string) *Environment {
	t.Helper()
	e := &Environment{Stacks: map[string]rendered.Stack{}, home: t.TempDir()}
	e.Environment = load(t, filepath.Join(Root(t), "environments"), name)
	for _, stack := range Rendered(t) {
		if stack.Environment == name {
			e.Stacks[stack.Layer] = stack
		}
	}
	e.Emulator = Emulate(t, e.Account)
	return e.With(t, root)
}

// Layers are those that a pipeline deploys, all but the backend, each after those it stands on.
func (e *Environment) Layers() (order []string) {
	done := map[string]bool{e.Name + "-backend": true}
	for range e.Stacks {
		for _, layer := range slices.Sorted(maps.Keys(e.Stacks)) {
			stack := e.Stacks[layer]
			waits := slices.ContainsFunc(stack.Dependencies, func(on string) bool { return !done[on] })
			if !done[stack.Name] && !waits {
				done[stack.Name], order = true, append(order, layer)
			}
		}
	}
	return order
}

// load reads an environment's file in a folder.
func load(t testing.TB, dir, name string) *environments.Environment {
	t.Helper()
	all, err := environments.Load(dir)
	if err != nil {
		t.Fatalf("read the environments: %v", err)
	}
	for _, environment := range all {
		if environment.Name == name {
			return environment
		}
	}
	t.Fatalf("there is no environment %s; the tests name the environments that come with the project", name)
	return nil
}

// Start starts a program in a folder, with nothing of ours but what leads to the emulator.
func (e *Environment) Start(t testing.TB, dir, name string, args ...string) *Process {
	t.Helper()
	return start(t, dir, e.environ, name, args...)
}

// Run runs a program to its end, whatever that is.
func (e *Environment) Run(t testing.TB, dir, name string, args ...string) Result {
	t.Helper()
	return e.Start(t, dir, name, args...).Wait()
}

// Must runs a program that has to succeed.
func (e *Environment) Must(t testing.TB, dir, name string, args ...string) Result {
	t.Helper()
	r := e.Run(t, dir, name, args...)
	if r.Code != 0 {
		e.Fail(t, r, "should have succeeded")
	}
	return r
}

// Fail ends the test with all that can be said about a program that went wrong.
func (e *Environment) Fail(t testing.TB, r Result, expected string) {
	t.Helper()
	t.Fatalf("%s %s, and ended with %d:\n%s\nthe end of the emulator's log:\n%s\n"+
		"Next: read the first error above. One that AWS would give, too, is a mistake in the stack; otherwise the emulator needs a correction, see e2e/README.md.",
		r.Title, expected, r.Code, r.Output, e.Emulator.Log(25))
}

// Root is the project's folder.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	t.Fatalf("no go.mod above the test's folder (%v)", err)
	return ""
}

// Rendered are all committed stacks.
func Rendered(t testing.TB) []rendered.Stack {
	t.Helper()
	stacks, err := rendered.Load(filepath.Join(Root(t), "cdktf.out"))
	if err != nil {
		t.Fatalf("read the rendered stacks: %v; run `make synth`", err)
	}
	return stacks
}
