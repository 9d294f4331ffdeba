package stacks_test

import (
	"bytes"
	"os"
	"testing"

	"strata/internal/access"
	"strata/internal/rendered"
)

func TestThePageOfWhoMayDoWhatIsFresh(t *testing.T) {
	// Read again, for the reason that networks gives.
	stacks, err := rendered.Load("../cdktf.out")
	if err != nil {
		t.Fatal(err)
	}
	want, err := access.Document(stacks)
	if err != nil {
		t.Fatal(err)
	}
	if committed, _ := os.ReadFile("../docs/access.md"); !bytes.Equal(committed, want) {
		t.Error("docs/access.md is stale: run 'make docs', read the difference, commit it with the change")
	}
}
