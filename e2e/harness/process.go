//go:build e2e

package harness

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take before it counts as hanging.
const patience = 8 * time.Minute

// Process is a program that was started, with everything that it starts in turn.
type Process struct {
	t       testing.TB
	title   string
	input   io.Writer
	output  *output
	command *exec.Cmd
	// done is closed when the process has ended; code is its exit code then, -1 after a signal.
	done chan struct{}
	code int
}

// start runs a program in a process group of its own, which ends with the test.
func start(t testing.TB, dir string, environ []string, name string, args ...string) *Process {
	t.Helper()
	p := &Process{
		t: t, title: strings.Join(append([]string{name}, args...), " "),
		output: &output{changed: make(chan struct{})}, done: make(chan struct{}),
	}
	path, err := lookup(environ, name)
	if err != nil {
		t.Fatalf("%v; install it, or see that it is on the PATH", err)
	}
	p.command = exec.Command(path, args...)
	p.command.Dir, p.command.Env = dir, environ
	p.command.Stdout, p.command.Stderr = p.output, p.output
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.input, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatalf("start %s: %v", p.title, err)
	}
	release := watch(t, p.command.Process.Pid)
	go func() {
		defer close(p.done)
		// What else there is to say than the exit code is in the output.
		_ = p.command.Wait()
		p.code = p.command.ProcessState.ExitCode()
		release()
	}()
	t.Cleanup(p.Kill)
	return p
}

// watch lets a shell kill the process group as soon as this test is gone, however it went: it
// waits for the end of a pipe of which we have the other end.
func watch(t testing.TB, group int) (release func()) {
	t.Helper()
	shell := exec.Command("/bin/sh", "-c", `read -r _; kill -KILL -"$1"`, "watch", strconv.Itoa(group))
	// Its own group, or an interrupt from the keyboard would end it first.
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := shell.StdinPipe()
	if err == nil {
		err = shell.Start()
	}
	if err != nil {
		t.Fatalf("start a shell to watch over a process: %v", err)
	}
	return func() {
		_ = shell.Process.Kill()
		_ = shell.Wait()
		_ = pipe.Close()
	}
}

// Kill ends the process and all that it started, at once, and waits until it is gone.
func (p *Process) Kill() {
	select {
	case <-p.done:
		// The number may be another's by now.
		return
	default:
	}
	if err := syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Errorf("kill %s: %v", p.title, err)
	}
	<-p.done
}

// Answer types a line.
func (p *Process) Answer(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.input, line+"\n"); err != nil {
		p.t.Fatalf("%s took no answer: %v\n%s", p.title, err, p.output)
	}
}

// Await waits until the process has written the text.
func (p *Process) Await(text string) {
	p.t.Helper()
	p.awaitFrom(0, text)
}

// awaitFrom leaves out what was written before the position.
func (p *Process) awaitFrom(position int, text string) {
	p.t.Helper()
	limit := time.After(patience)
	for {
		content, changed := p.output.now()
		if strings.Contains(content[position:], text) {
			return
		}
		select {
		case <-changed:
		case <-p.done:
			if content, _ := p.output.now(); !strings.Contains(content[position:], text) {
				p.t.Fatalf("%s ended without saying %q:\n%s", p.title, text, content)
			}
			return
		case <-limit:
			p.t.Fatalf("%s hasn't said %q in %s:\n%s", p.title, text, patience, content)
		}
	}
}

// Result is how a process ended.
type Result struct {
	Title, Output string
	// Code is the exit code, -1 after a signal.
	Code int
}

// Wait waits for the end.
func (p *Process) Wait() Result {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(patience):
		p.Kill()
		p.t.Errorf("%s was killed: it took more than %s", p.title, patience)
	}
	content, _ := p.output.now()
	return Result{p.title, content, p.code}
}

// output collects what a process writes and tells who waits for it.
type output struct {
	mu      sync.Mutex
	content bytes.Buffer
	changed chan struct{}
}

func (o *output) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.content.Write(data)
}

// now is what was written so far, and a channel that is closed when there is more.
func (o *output) now() (content string, changed <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.content.String(), o.changed
}

func (o *output) String() string {
	content, _ := o.now()
	return content
}
