package synth

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// put writes files into a folder and returns it.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReplaceKeepsWhatTerraformKeepsAndRemovesOldStacks(t *testing.T) {
	fresh := put(t, map[string]string{
		"manifest.json":                      `{"stacks": {"dev-backend": {}}}`,
		"stacks/dev-backend/cdk.tf.json":     "new",
		"stacks/dev-backend/.terraform/left": "no",
	})
	dir := put(t, map[string]string{
		"manifest.json":                         `{}`,
		"stacks/dev-backend/cdk.tf.json":        "old",
		"stacks/dev-backend/.terraform.lock":    "lock",
		"stacks/retired-networking/cdk.tf.json": "old",
	})
	if err := replace(dir, fresh); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"stacks/dev-backend/cdk.tf.json":     "new",
		"stacks/dev-backend/.terraform.lock": "lock",
		"manifest.json":                      `{"stacks": {"dev-backend": {}}}`,
	} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q (%v), want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "stacks", "retired-networking")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a stack that is rendered no more is still there: %v", err)
	}
}

func TestAPanicBecomesAnErrorAndNothingIsWritten(t *testing.T) {
	dir := put(t, map[string]string{"manifest.json": "before"})
	err := App(dir, func(cdktf.App) { panic("a construct refused") })
	if err == nil || !strings.Contains(err.Error(), "a construct refused") {
		t.Errorf("got %v, want what the construct said", err)
	}
	left, _ := os.ReadDir(dir)
	if got, _ := os.ReadFile(filepath.Join(dir, "manifest.json")); string(got) != "before" || len(left) != 1 {
		t.Errorf("the folder holds %v, manifest.json is %q", left, got)
	}
}
