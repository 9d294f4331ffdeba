package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

// The tests run the program itself, as a user does: this binary again, told to be it.
func TestMain(m *testing.M) {
	if os.Getenv("STRATA_TEST_RUN_MAIN") != "" {
		main()
		os.Exit(0)
	}
	code := m.Run()
	jsii.Close() // as in main
	os.Exit(code)
}

// strata runs the program in a folder that has the given environment files.
func strata(t *testing.T, dir, out string, variables ...string) (output string, err error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "STRATA_TEST_RUN_MAIN=1", "CDKTF_OUTDIR="+out)
	cmd.Env = append(cmd.Env, variables...)
	said, err := cmd.CombinedOutput()
	return string(said), err
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if strings.HasPrefix(entry.Name(), ".terraform") {
				return fs.SkipDir
			}
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(entry.Name(), ".terraform") {
			return nil
		}
		found[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTheCommittedRenderingIsFresh(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	said, err := strata(t, ".", dir)
	if err != nil {
		t.Fatalf("rendering failed: %v\n%s", err, said)
	}
	if strings.Contains(said, "the fast way") {
		t.Errorf("internal/kernel no longer makes the framework start fast:\n%s", said)
	}
	fresh, committed := files(t, dir), files(t, "cdktf.out")
	if len(fresh) < 2 {
		t.Fatalf("only %d files were rendered", len(fresh))
	}
	for name, want := range fresh {
		if !bytes.Equal(committed[name], want) {
			t.Errorf("cdktf.out/%s is stale: run 'make synth', read the difference, commit it with the change", name)
		}
	}
	for name := range committed {
		if fresh[name] == nil {
			t.Errorf("cdktf.out/%s is rendered no more: run 'make synth'", name)
		}
	}
}

// The way in which internal/kernel starts the framework shows nowhere in what is rendered.
func TestTheStockWayRendersTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if said, err := strata(t, ".", dir, "STRATA_KERNEL=stock"); err != nil {
		t.Fatalf("rendering failed: %v\n%s", err, said)
	}
	stock, committed := files(t, dir), files(t, "cdktf.out")
	for name, want := range stock {
		if !bytes.Equal(committed[name], want) {
			t.Errorf("the stock way renders another %s; compare 'STRATA_KERNEL=stock make synth' with 'make synth'", name)
		}
	}
}

// A mistake in an environment file ends the program before anything is written.
func TestAMistakeLeavesTheOutputAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "environments"), os.DirFS("environments")); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	if err := os.CopyFS(out, os.DirFS("cdktf.out")); err != nil {
		t.Fatal(err)
	}
	before := files(t, out)
	file := filepath.Join(dir, "environments", "dev.yaml")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(good, "regoin: eu-central-1\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := strata(t, dir, out)
	if err == nil {
		t.Error("the exit code is zero")
	}
	if !strings.Contains(said, "environments/dev.yaml:") || !strings.Contains(said, `did you mean "region"`) && !strings.Contains(said, "did you mean region") {
		t.Errorf("the message names neither the place nor what would be right:\n%s", said)
	}
	if strings.Contains(said, "panic") || strings.Contains(said, "goroutine") {
		t.Errorf("the program panicked:\n%s", said)
	}
	after := files(t, out)
	for name := range before {
		if !bytes.Equal(before[name], after[name]) {
			t.Errorf("%s was written", name)
		}
	}
	if len(before) != len(after) {
		t.Errorf("%d files before, %d after", len(before), len(after))
	}
}
