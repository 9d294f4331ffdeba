package bootstrap

import (
	"fmt"
	"io"
)

// report says what was found and what was done, one line each.
type report struct{ to io.Writer }

func (r report) done(format string, args ...any) { r.line("✓", format, args...) }
func (r report) note(format string, args ...any) { r.line("!", format, args...) }
func (r report) next(format string, args ...any) { r.line("→", format, args...) }
func (r report) item(format string, args ...any) { r.line(" ", format, args...) }

// A line that can't be written changes nothing about what was done.
func (r report) line(mark, format string, args ...any) {
	_, _ = fmt.Fprintf(r.to, mark+" "+format+"\n", args...)
}
