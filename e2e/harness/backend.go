//go:build e2e

package harness

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Build compiles one of the project's programs and says where it is.
func Build(t testing.TB, pkg string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "program")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, pkg)
	build.Dir = Root(t)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, output)
	}
	return binary
}

// Bootstrap makes the backend layer as `make bootstrap` does.
func (e *Environment) Bootstrap(t testing.TB) {
	t.Helper()
	e.Must(t, e.home, Build(t, "./cmd/bootstrap"), e.bootstrap(t)...)
}

// Teardown takes the backend layer away as `make teardown` does.
func (e *Environment) Teardown(t testing.TB) {
	t.Helper()
	e.Must(t, e.home, Build(t, "./cmd/bootstrap"), append(e.bootstrap(t), "-teardown", "-confirm", e.Name, "-yes")...)
}

func (e *Environment) bootstrap(t testing.TB) []string {
	t.Helper()
	return []string{
		"-environment", e.Name, "-out", filepath.Join(Root(t), "cdktf.out"), "-work", filepath.Join(e.home, "bootstrap"),
	}
}
