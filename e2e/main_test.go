//go:build e2e

// Package e2e holds the stories that a user relies on, each told once from its beginning to
// its end with the real Terraform on an emulated AWS.
package e2e

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"strata/e2e/harness"
	"strata/internal/rendered"
)

// leftOut are the rendered resource types that no test here applies, each with the reason.
var leftOut = map[string]string{}

func TestMain(m *testing.M) {
	code := m.Run()
	whole := true
	for _, part := range []string{"run", "skip", "list"} {
		whole = whole && flag.Lookup("test."+part).Value.String() == ""
	}
	// Only a whole run can say what is missing.
	if code == 0 && whole {
		stacks, err := rendered.Load("../cdktf.out")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		gaps := append(harness.Gaps(stacks, leftOut), harness.Superfluous(takenElsewhere)...)
		for _, gap := range gaps {
			fmt.Fprintln(os.Stderr, "FAIL:", gap)
			code = 1
		}
	}
	os.Exit(code)
}
