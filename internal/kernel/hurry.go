package kernel

import (
	"os"
	"runtime/debug"
)

// Hurry makes the most of a program that asks the kernel for one thing after the other and
// ends: it collects garbage less often, and stays on the kernel's processor. The function that
// it returns makes it an ordinary program again.
//
// It does nothing when the kernel was started the stock way.
func Hurry() (relax func()) {
	kernel := PID()
	if kernel == 0 {
		return func() {}
	}
	part := join(kernel)
	if os.Getenv("GOGC") != "" {
		return part
	}
	before := debug.SetGCPercent(400)
	return func() {
		debug.SetGCPercent(before)
		part()
	}
}
