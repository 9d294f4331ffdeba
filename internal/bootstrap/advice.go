package bootstrap

import (
	"errors"
	"fmt"
)

// advice is an error that a person can do something about.
type advice struct {
	err error
	do  string
}

func advise(err error, format string, args ...any) error {
	return &advice{err: err, do: fmt.Sprintf(format, args...)}
}

func (a *advice) Error() string { return a.err.Error() }
func (a *advice) Unwrap() error { return a.err }

// Advice says what to do about an error, if anybody knows.
func Advice(err error) string {
	var a *advice
	if errors.As(err, &a) {
		return a.do
	}
	return ""
}
