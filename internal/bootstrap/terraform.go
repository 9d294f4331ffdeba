package bootstrap

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"github.com/hashicorp/go-version"
)

// terraform runs Terraform in the work folder. Three things set it apart from a wrapper off
// the shelf: it writes to files and not to pipes, so that it can finish its work when this
// program is killed; it inherits the folder's lock, so that nobody else works there until it
// has; and it has a process group of its own, so that a Ctrl-C reaches it once and not twice,
// which it would take as an order to drop everything.
type terraform struct {
	path   string
	folder *folder
	out    *os.File
	color  bool
}

// newTerraform finds a Terraform that the stack accepts.
func newTerraform(ctx context.Context, constraint string) (*terraform, string, error) {
	const where = "https://developer.hashicorp.com/terraform/install"
	path, err := exec.LookPath("terraform")
	if err != nil {
		return nil, "", advise(errors.New("there is no terraform on the PATH"), "install Terraform %s: %s", constraint, where)
	}
	said, err := exec.CommandContext(ctx, path, "version", "-json").Output() //nolint:gosec // the terraform on the PATH is what is to be run
	if err != nil {
		return nil, "", fmt.Errorf("asking %s for its version: %w", path, err)
	}
	var is struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(said, &is); err != nil {
		return nil, "", fmt.Errorf("asking %s for its version: %w", path, err)
	}
	found, err := version.NewVersion(is.Version)
	if err != nil {
		return nil, "", fmt.Errorf("asking %s for its version: %w", path, err)
	}
	wanted, err := version.NewConstraint(constraint)
	if err != nil {
		return nil, "", fmt.Errorf("the stack's required_version: %w", err)
	}
	if !wanted.Check(found) {
		return nil, "", advise(fmt.Errorf("%s is Terraform %s, and the stack needs %s", path, found, constraint), "install it: %s", where)
	}
	return &terraform{path: path}, is.Version, nil
}

// init prepares the folder for the backend that the files there name. What an earlier run
// has left half done must not matter, so a second try starts from nothing.
func (t *terraform) init(ctx context.Context) error {
	args := []string{"init", "-input=false", "-no-color", "-lock=false", "-reconfigure"}
	err := t.quietly(ctx, args...)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if err := t.folder.remove(".terraform", ".terraform.lock.hcl"); err != nil {
		return err
	}
	return t.quietly(ctx, args...)
}

// plan writes the plan file and reads what it would do.
func (t *terraform) plan(ctx context.Context, args ...string) (*plan, error) {
	args = append([]string{"plan", "-input=false", "-no-color", "-lock=false", "-json", "-out=" + planFile}, args...)
	text, failed := t.captured(ctx, args...)
	p, err := readPlan(text)
	if failed != nil && len(p.errors) > 0 {
		return nil, fmt.Errorf("terraform plan: %s", strings.Join(p.errors, "\n"))
	}
	return p, errors.Join(failed, err)
}

// apply carries the plan file out, for everybody to see.
func (t *terraform) apply(ctx context.Context) error {
	args := []string{"apply", "-input=false", "-lock=false"}
	if !t.color {
		args = append(args, "-no-color")
	}
	return t.run(ctx, t.out, append(args, planFile)...)
}

// applyQuietly carries the plan file out and speaks only of a failure.
func (t *terraform) applyQuietly(ctx context.Context) error {
	return t.quietly(ctx, "apply", "-input=false", "-lock=false", "-no-color", planFile)
}

func (t *terraform) untaint(ctx context.Context, address string) error {
	return t.quietly(ctx, "untaint", "-no-color", "-lock=false", address)
}

// push sends the local state to the backend. Terraform refuses when another one is there.
func (t *terraform) push(ctx context.Context) error {
	return t.quietly(ctx, "state", "push", "-lock=false", stateFile)
}

// quietly runs a command and shows what it said only if it fails.
func (t *terraform) quietly(ctx context.Context, args ...string) error {
	said, err := t.captured(ctx, args...)
	if err != nil && len(said) > 0 {
		return fmt.Errorf("%w:\n%s", err, said)
	}
	return err
}

func (t *terraform) captured(ctx context.Context, args ...string) ([]byte, error) {
	log, err := os.Create(t.folder.file("terraform.log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	failed := t.run(ctx, log, args...)
	if _, err := log.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	said, err := io.ReadAll(log)
	return said, errors.Join(failed, err)
}

func (t *terraform) run(ctx context.Context, out *os.File, args ...string) error {
	cmd := exec.CommandContext(ctx, t.path, args...) //nolint:gosec // the terraform on the PATH is what is to be run
	cmd.Dir, cmd.Env = t.folder.path, environment(os.Environ())
	cmd.Stdout, cmd.Stderr = out, out
	cmd.ExtraFiles = []*os.File{t.folder.held}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// It ends what it has begun and writes it down; there is no limit to how long that takes.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("terraform %s: %w", args[0], err)
	}
	return nil
}

// environment drops what would make Terraform work elsewhere or otherwise than it is told.
func environment(all []string) []string {
	return append(slices.DeleteFunc(slices.Clone(all), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.HasPrefix(name, "TF_CLI_ARGS") || strings.HasPrefix(name, "TF_VAR_") ||
			slices.Contains([]string{"TF_DATA_DIR", "TF_WORKSPACE", "TF_INPUT"}, name)
	}), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
}
