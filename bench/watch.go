package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sample is one run.
type sample struct {
	// wall is until the program ended, cpu what all its processes took together, those that
	// outlive it for a moment included.
	wall, cpu time.Duration
	// node and other are the peak resident memory in bytes of the processes that are Node, and
	// of the rest: each process's own peak, added up.
	node, other int
}

func wall(s sample) time.Duration { return s.wall }
func cpu(s sample) time.Duration  { return s.cpu }
func node(s sample) int           { return s.node }
func other(s sample) int          { return s.other }

// watch runs a command and all that it starts to their end.
func watch(c *exec.Cmd) (s sample, err error) {
	// What outlives its parent becomes ours, so that it can be waited for and counted.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return s, err
	}
	before, err := childrenCPU()
	if err != nil {
		return s, err
	}
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	started := time.Now()
	if err := c.Start(); err != nil {
		return s, err
	}
	ended := make(chan struct{})
	go func() {
		err = c.Wait()
		s.wall = time.Since(started)
		close(ended)
	}()
	peaks := map[int]process{}
	for running := true; running; {
		select {
		case <-ended:
			running = false
		case <-time.After(2 * time.Millisecond):
		}
		descendants(os.Getpid(), peaks)
	}
	if err != nil {
		return s, fmt.Errorf("%w\n%s", err, said.String())
	}
	// Whatever is left is about to end.
	descendants(os.Getpid(), peaks)
	for {
		if _, err := syscall.Wait4(-1, nil, 0, nil); errors.Is(err, syscall.ECHILD) {
			break
		}
	}
	after, err := childrenCPU()
	if err != nil {
		return s, err
	}
	s.cpu = after - before
	for _, p := range peaks {
		if p.name == "node" {
			s.node += p.peak
		} else {
			s.other += p.peak
		}
	}
	return s, nil
}

func childrenCPU() (time.Duration, error) {
	var usage syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), err
}

// process is what /proc says of one.
type process struct {
	name string
	peak int
}

// descendants notes the peaks of all processes below one.
func descendants(pid int, peaks map[int]process) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return
	}
	for _, thread := range threads {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, thread.Name()))
		for _, field := range strings.Fields(string(children)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				continue
			}
			if p := look(child); p.peak > peaks[child].peak {
				peaks[child] = p
			}
			descendants(child, peaks)
		}
	}
}

func look(pid int) (p process) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		switch key, value, _ := strings.Cut(line, ":"); key {
		case "Name":
			p.name = strings.TrimSpace(value)
		case "VmHWM":
			kilobytes, _ := strconv.Atoi(strings.Fields(value)[0])
			p.peak = kilobytes << 10
		}
	}
	return p
}
