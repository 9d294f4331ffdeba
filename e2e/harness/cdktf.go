//go:build e2e

package harness

import (
	"os"
	"path/filepath"
	"testing"
)

// App is a copy of what the stock command line needs of the checkout: cdktf.json and the
// environment files, and the app itself, built. So nothing is written into the checkout.
type App struct {
	dir, binary string
	env         *Environment
}

// App builds the app and copies its files into a folder of their own.
func (e *Environment) App(t testing.TB) *App {
	t.Helper()
	root := Root(t)
	a := &App{dir: t.TempDir(), binary: Build(t, "."), env: e}
	if err := os.CopyFS(filepath.Join(a.dir, "environments"), os.DirFS(filepath.Join(root, "environments"))); err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(filepath.Join(root, "cdktf.json"))
	if err == nil {
		err = os.WriteFile(filepath.Join(a.dir, "cdktf.json"), config, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// CDKTF runs a command of the stock command line, which has to succeed.
func (a *App) CDKTF(t testing.TB, command string, args ...string) Result {
	t.Helper()
	cdktf := filepath.Join(Root(t), "node_modules", ".bin", "cdktf")
	if _, err := os.Stat(cdktf); err != nil {
		t.Fatalf("%v; run `make tools`", err)
	}
	args = append([]string{command, "--app", a.binary, "--no-color"}, args...)
	r := a.env.Run(t, a.dir, cdktf, args...)
	if r.Code != 0 {
		a.env.Fail(t, r, "should have succeeded")
	}
	return r
}

// Edit changes the environment's file in the copy.
func (a *App) Edit(t testing.TB, change func(file string) string) {
	t.Helper()
	path := filepath.Join(a.dir, "environments", a.env.Name+".yaml")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	after := change(string(before))
	if after == string(before) {
		t.Fatalf("nothing was changed in %s.yaml; the test looks for what is no longer there", a.env.Name)
	}
	if err := os.WriteFile(path, []byte(after), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Environment is the environment as the copy's file says, run as whoever one is.
func (a *App) Environment(t testing.TB, one *Environment) *Environment {
	t.Helper()
	edited := *one
	edited.Environment = load(t, filepath.Join(a.dir, "environments"), one.Name)
	return &edited
}

// Stack is the stack as the command line has rendered it, in the folder where it works.
func (a *App) Stack(layer string) *Stack {
	name := a.env.Name + "-" + layer
	return &Stack{Name: name, Dir: filepath.Join(a.dir, "cdktf.out", "stacks", name), env: a.env, layer: layer}
}
