// Package kernel makes the framework start and work fast, for whoever imports it, and tells
// whether it did. Nothing of the framework is changed, and where something of it is not as
// expected, or STRATA_KERNEL=stock is set, it works as it always does.
package kernel

import (
	"encoding/json"
	"errors"
	"os"
	"slices"

	_ "github.com/aws/constructs-go/constructs/v10" // takes its copy of the environment before init below
	"github.com/aws/jsii-runtime-go"

	"strata/internal/kernel/early"
)

// Steps of the fast start, as internal/kernel/early/js takes them.
var Steps = []string{"host", "code", "archiver", "digest", "diagnostics", "metadata", "index"}

func init() { early.Restore() }

// Close ends the kernel. It says which steps of the fast start were taken, and why others were
// not; nothing, when the user turned it off. One that runs in its launcher's place ends by
// itself when this program does, and nobody needs to wait for it.
func Close() (steps []string, failure error) {
	if early.Off || early.Failure != nil {
		jsii.Close()
		return nil, early.Failure
	}
	steps, failure = noted().outcome()
	if !slices.Contains(steps, "host") {
		jsii.Close()
	}
	_ = os.Remove(early.Note)
	return steps, failure
}

// PID is the kernel's process, 0 where it was started the stock way.
func PID() int { return noted().PID }

// note is what preload.js says of the start.
type note struct {
	// PID of the kernel.
	PID   int
	Steps []struct{ Step, Failure string }
}

func noted() (n note) {
	text, err := os.ReadFile(early.Note)
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil {
		return note{}
	}
	return n
}

func (n note) outcome() (steps []string, failure error) {
	if n.PID == 0 {
		return nil, errors.New("the framework had been started before it could be told")
	}
	for _, step := range n.Steps {
		if step.Failure != "" {
			failure = errors.Join(failure, errors.New(step.Failure))
		} else {
			steps = append(steps, step.Step)
		}
	}
	return steps, failure
}
