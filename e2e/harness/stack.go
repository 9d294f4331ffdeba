//go:build e2e

package harness

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Stack is a rendered stack in a folder of its own, where Terraform can work on it.
type Stack struct {
	// Name of the stack, <environment>-<layer>.
	Name string
	// Dir holds a copy of the very file in cdktf.out, byte for byte.
	Dir string

	env   *Environment
	layer string
}

// Stack copies the stack of a layer into a new folder.
func (e *Environment) Stack(t testing.TB, layer string) *Stack {
	t.Helper()
	s := &Stack{Name: e.Name + "-" + layer, Dir: t.TempDir(), env: e, layer: layer}
	content, err := os.ReadFile(filepath.Join(Root(t), "cdktf.out", "stacks", s.Name, "cdk.tf.json"))
	if err != nil {
		t.Fatalf("%v; run `make synth`", err)
	}
	s.write(t, "cdk.tf.json", content)
	return s
}

// Handmade makes a stack of a test's own, in a new folder, from what Terraform reads as JSON.
func (e *Environment) Handmade(t testing.TB, config any) *Stack {
	t.Helper()
	s := &Stack{Name: "handmade", Dir: t.TempDir(), env: e}
	content, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "main.tf.json", content)
	return s
}

// Override puts a file beside the stack that changes it for this test, as Terraform merges
// files named *_override.tf.json, until the function that is returned is called.
func (s *Stack) Override(t testing.TB, change any) (restore func()) {
	t.Helper()
	content, err := json.Marshal(change)
	if err != nil {
		t.Fatal(err)
	}
	const name = "e2e_override.tf.json"
	s.write(t, name, content)
	return func() {
		if err := os.Remove(filepath.Join(s.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *Stack) write(t testing.TB, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.Dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Start starts a command of Terraform's.
func (s *Stack) Start(t testing.TB, command string, options ...string) *Process {
	t.Helper()
	return s.env.Start(t, s.Dir, "terraform", arguments(command, options)...)
}

// Terraform runs a command of Terraform's to its end, whatever that is.
func (s *Stack) Terraform(t testing.TB, command string, options ...string) Result {
	t.Helper()
	return s.Start(t, command, options...).Wait()
}

func arguments(command string, options []string) []string {
	return slices.Concat([]string{command, "-no-color"}, options)
}

// Init prepares the folder.
func (s *Stack) Init(t testing.TB, options ...string) {
	t.Helper()
	s.env.Must(t, s.Dir, "terraform", arguments("init", append(options, "-input=false"))...)
}

// Apply makes AWS what the stack says.
func (s *Stack) Apply(t testing.TB) {
	t.Helper()
	s.env.Must(t, s.Dir, "terraform", arguments("apply", []string{"-input=false", "-auto-approve"})...)
}

// Destroy takes away all that the stack made.
func (s *Stack) Destroy(t testing.TB) {
	t.Helper()
	s.env.Must(t, s.Dir, "terraform", arguments("destroy", []string{"-input=false", "-auto-approve"})...)
}

// NoChange checks that a plan has nothing to do.
func (s *Stack) NoChange(t testing.TB) {
	t.Helper()
	r := s.Terraform(t, "plan", "-input=false", "-detailed-exitcode")
	if r.Code != 0 {
		s.env.Fail(t, r, "should have found nothing to change in what has just been applied")
	}
	covered.add(s.env.Stacks[s.layer])
}

// Fail ends the test with all that can be said about a command that went wrong.
func (s *Stack) Fail(t testing.TB, r Result, expected string) {
	t.Helper()
	s.env.Fail(t, r, expected)
}
