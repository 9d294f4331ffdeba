//go:build e2e

package harness

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Emulator is a running emulated AWS with one account.
type Emulator struct {
	// URL of the endpoint of every service.
	URL string

	process *Process
}

// Emulate starts an emulated AWS whose account has the number. It ends with the test, which
// fails when something was asked for that the emulator can't serve.
func Emulate(t testing.TB, account string) *Emulator {
	t.Helper()
	e := &Emulator{process: Python(t, []string{"MOTO_ACCOUNT_ID=" + account}, "-m", "emulator", "--with-parent")}
	e.process.Await("http://")
	lines := bufio.NewScanner(strings.NewReader(e.process.output.String()))
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "http://") {
			e.URL = lines.Text()
		}
	}
	if err := mustBeLoopback(e.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		e.account(t)
		if t.Failed() {
			e.keepLog(t)
		}
	})
	return e
}

// Python starts the Python that has the emulator's packages, in the emulator's folder.
func Python(t testing.TB, environ []string, args ...string) *Process {
	t.Helper()
	python := os.Getenv("STRATA_PYTHON")
	if python == "" {
		t.Fatal("STRATA_PYTHON doesn't say which Python has the emulator's packages; run `make e2e`, which sets it")
	}
	environ = append(environ, "PATH="+os.Getenv("PATH"),
		// The checkout stays clean.
		"PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1")
	return start(t, filepath.Join(Root(t), "e2e"), environ, python, args...)
}

// Report is what the emulator tells of itself.
type Report struct {
	// Unserved is what was asked for in vain.
	Unserved []string
	// Uses says how often each addition and correction to moto was called, by its name.
	Uses map[string]int
}

// account adds what was used to what all emulators together used, and fails the test for
// what was missing.
func (e *Emulator) account(t testing.TB) {
	t.Helper()
	var report Report
	if err := e.ask("report", &report); err != nil {
		t.Errorf("the emulator is gone: %v\n%s", err, e.Log(40))
		return
	}
	for _, message := range report.Unserved {
		t.Errorf("%s; add it in e2e/emulator, see its README.md, or don't render what needs it", message)
	}
	used.add(report.Uses)
}

// ask reads what the emulator tells of itself.
func (e *Emulator) ask(what string, into any) error {
	answer, err := http.Get(e.URL + "/_emulator/" + what)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	return json.NewDecoder(answer.Body).Decode(into)
}

// keepLog leaves the whole log of a test that failed where a person finds it.
func (e *Emulator) keepLog(t testing.TB) {
	t.Helper()
	path := filepath.Join(Root(t), ".tools", "logs", "emulator-"+t.Name()+".log")
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(e.process.output.String()), 0o644)
	}
	if err != nil {
		t.Logf("keep the emulator's log: %v", err)
		return
	}
	t.Logf("all that the emulator was asked for is in %s", path)
}

// Log is the end of what the emulator wrote.
func (e *Emulator) Log(lines int) string {
	all := strings.Split(strings.TrimSpace(e.process.output.String()), "\n")
	if skipped := len(all) - lines; skipped > 0 {
		all = append([]string{fmt.Sprintf("(%d lines before)", skipped)}, all[skipped:]...)
	}
	return strings.Join(all, "\n")
}

// Await waits until the emulator has logged the text, as "ec2 CreateVpc: 200".
func (e *Emulator) Await(text string) { e.AwaitSince(0, text) }

// Mark is a moment in the emulator's log.
type Mark int

// Now is the present moment.
func (e *Emulator) Now() Mark { return Mark(len(e.process.output.String())) }

// AwaitSince is Await that leaves out what was logged before the moment.
func (e *Emulator) AwaitSince(moment Mark, text string) {
	e.process.t.Helper()
	e.process.awaitFrom(int(moment), text)
}
