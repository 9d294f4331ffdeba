//go:build !linux

package kernel

// Gather would keep this program and the kernel on one processor, which only Linux can.
func Gather() (release func()) { return func() {} }
