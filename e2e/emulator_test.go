//go:build e2e

package e2e

import (
	"testing"

	"strata/e2e/harness"
)

// The layers around moto have tests beside them, in Python.
func TestEmulator(t *testing.T) {
	t.Parallel()
	if r := harness.Python(t, nil, "-m", "unittest", "discover", "-t", ".", "-s", "emulator").Wait(); r.Code != 0 {
		t.Errorf("%s; a service's module may ask for what moto doesn't have any more:\n%s", r.Title, r.Output)
	}
}
