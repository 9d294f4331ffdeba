package kernel

import (
	"bytes"
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// join keeps this program and the kernel on one processor, since only one of them ever works
// while the other waits for it: to wake one that sleeps on another processor takes longer than
// most calls do. Node's helpers, which collect garbage and compile, stay free. The function
// that it returns lets this program's threads go again.
func join(kernel int) (part func()) {
	processor, err := processorOf(kernel)
	if err != nil {
		return func() {}
	}
	var one, before unix.CPUSet
	one.Set(processor)
	if unix.SchedGetaffinity(0, &before) != nil || unix.SchedSetaffinity(kernel, &one) != nil {
		return func() {}
	}
	moveThreads(&one)
	return func() { moveThreads(&before) }
}

// processorOf says where the main thread of a process has run last:
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.
func processorOf(pid int) (int, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	// The second field, in parentheses, may have spaces in it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	const processor = 39 - 3
	if len(fields) <= processor {
		return 0, errors.New("an unknown form of /proc/PID/stat")
	}
	return strconv.Atoi(string(fields[processor]))
}

// moveThreads moves what threads this program has; new ones follow the one that starts them.
func moveThreads(to *unix.CPUSet) {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, thread := range threads {
		if id, err := strconv.Atoi(thread.Name()); err == nil {
			// One that has ended meanwhile needs no moving.
			_ = unix.SchedSetaffinity(id, to)
		}
	}
}
