// Package synth runs the framework: it makes an app, has it built, and puts what it renders
// in place only when all of it is there.
package synth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/internal/kernel"
)

// context is given here rather than in cdktf.json, so that the same is rendered with the CLI
// and without it. Logical ids have no stack's name in them and keep their separators.
var context = map[string]any{
	"excludeStackIdFromLogicalIds": "true",
	"allowSepCharsInLogicalIds":    "true",
}

// App builds an app and renders it to dir: manifest.json and stacks/<stack>/cdk.tf.json. What
// build or the framework panics with comes back as an error, and dir is then as it was.
func App(dir string, build func(cdktf.App)) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(dir, ".rendering-") // beside its goal, so that a rename is enough
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	err = render(fresh, build)
	if _, slow := kernel.Close(); slow != nil {
		fmt.Fprintln(os.Stderr, "strata: the framework was not started the fast way:", slow)
	}
	if err != nil {
		return fmt.Errorf("rendering failed, %s is unchanged: %w", dir, err)
	}
	return replace(dir, fresh)
}

func render(dir string, build func(cdktf.App)) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = asError(cause)
		}
	}()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(dir), Context: &context})
	defer kernel.Hurry()()
	build(app)
	app.Synth()
	return nil
}

func asError(cause any) error {
	if err, ok := cause.(error); ok {
		return err
	}
	return fmt.Errorf("%v", cause)
}

// replace moves the freshly rendered files over the old ones, leaves alone what has not
// changed and whatever Terraform keeps beside, and removes the stacks that are no more.
func replace(dir, fresh string) error {
	stacks, err := stacksIn(fresh)
	if err != nil {
		return err
	}
	for name := range stacks {
		if err := os.MkdirAll(filepath.Join(dir, "stacks", name), 0o755); err != nil {
			return err
		}
		if err := move(fresh, dir, filepath.Join("stacks", name, "cdk.tf.json")); err != nil {
			return err
		}
	}
	// Last, since it names the rest.
	if err := move(fresh, dir, "manifest.json"); err != nil {
		return err
	}
	old, err := os.ReadDir(filepath.Join(dir, "stacks"))
	if err != nil {
		return err
	}
	for _, entry := range old {
		if !stacks[entry.Name()] {
			if err := os.RemoveAll(filepath.Join(dir, "stacks", entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func stacksIn(dir string) (map[string]bool, error) {
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return nil, err
	}
	var manifest struct{ Stacks map[string]any }
	if err := json.Unmarshal(data, &manifest); err != nil {
		return nil, err
	}
	stacks := map[string]bool{}
	for name := range manifest.Stacks {
		stacks[name] = true
	}
	return stacks, nil
}

func move(from, to, path string) error {
	data, err := os.ReadFile(filepath.Join(from, path))
	if err != nil {
		return err
	}
	old, err := os.ReadFile(filepath.Join(to, path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && bytes.Equal(old, data) {
		return nil
	}
	return os.Rename(filepath.Join(from, path), filepath.Join(to, path))
}
