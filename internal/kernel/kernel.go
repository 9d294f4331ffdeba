// Package kernel makes the framework start fast, for whoever imports it, and tells whether it
// did. Nothing of the framework is changed, and where something of it is not as expected, or
// STRATA_KERNEL=stock is set, it starts as it always does.
package kernel

import (
	"encoding/json"
	"errors"
	"os"

	"strata/internal/kernel/early"
)

// Steps of the fast start: the kernel runs in its launcher's place; the provider's modules
// are loaded, and its metadata is parsed, as far as they are asked for.
var Steps = []string{"host", "index", "metadata"}

// Taken says, once an app was rendered, which steps were taken, and why the others were not.
// A user who turned it off gets neither.
func Taken() (steps []string, failure error) {
	if early.Off || early.Failure != nil {
		return nil, early.Failure
	}
	file := os.Getenv(early.NoteVariable)
	text, err := os.ReadFile(file) //nolint:gosec // in the user's own cache
	if err != nil {
		return nil, errors.New("the framework had been started before it could be told")
	}
	_ = os.Remove(file) //nolint:gosec // named by this program
	var notes []struct{ Step, Failure string }
	if err := json.Unmarshal(text, &notes); err != nil {
		return nil, err
	}
	for _, note := range notes {
		if note.Failure != "" {
			failure = errors.Join(failure, errors.New(note.Failure))
		} else {
			steps = append(steps, note.Step)
		}
	}
	return steps, failure
}
