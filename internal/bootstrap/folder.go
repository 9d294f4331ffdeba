package bootstrap

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Names in the work folder. Terraform reads every *.tf.json there, the overrides last.
const (
	stackFile      = "cdk.tf.json"
	backendFile    = "backend_override.tf.json"
	protectionFile = "protection_override.tf.json"
	importsFile    = "imports.tf.json"
	// Not terraform.tfstate: `terraform init` would take that for a state to migrate.
	stateFile = "local.tfstate"
	planFile  = "plan.tfplan"
	lockFile  = "lock.json"
)

// folder is where Terraform works. One run at a time has it, and any Terraform that the run
// started: if the run is killed and its Terraform is not, the next run waits for it.
type folder struct {
	path string
	held *os.File
}

// openFolder makes the folder and waits until no other run has it.
func openFolder(ctx context.Context, path string, say report) (*folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	held, err := os.OpenFile(filepath.Join(path, ".held"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for told := false; ; told = true {
		err := syscall.Flock(int(held.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return &folder{path: path, held: held}, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("locking %s: %w", held.Name(), err), held.Close())
		}
		if !told {
			say.next("waiting for another run, or a Terraform that one left at work, in %s", path)
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), held.Close())
		case <-again.C:
		}
	}
}

func (f *folder) close() error { return f.held.Close() }

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

// write writes a file whole or not at all.
func (f *folder) write(name string, text []byte) error {
	draft, err := os.CreateTemp(f.path, ".draft-*")
	if err != nil {
		return err
	}
	_, err = draft.Write(text)
	err = errors.Join(err, draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), f.file(name))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", name, err), os.Remove(draft.Name()))
	}
	return nil
}

func (f *folder) writeJSON(name string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return f.write(name, text)
}

// read reads a file; one that is not there is empty.
func (f *folder) read(name string) ([]byte, error) {
	text, err := os.ReadFile(f.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return bytes.TrimSpace(text), err
}

func (f *folder) remove(names ...string) error {
	for _, name := range names {
		if err := os.RemoveAll(f.file(name)); err != nil {
			return err
		}
	}
	return nil
}

// setAside keeps a file under another name.
func (f *folder) setAside(name string) (string, error) {
	aside := fmt.Sprintf("%s.set-aside-%d", name, time.Now().UnixNano())
	return f.file(aside), os.Rename(f.file(name), f.file(aside))
}

// clear removes what only a run that goes on needs, and leaves what Terraform installed.
func (f *folder) clear() error {
	return f.remove(stackFile, backendFile, protectionFile, importsFile, planFile,
		stateFile, stateFile+".backup", "errored.tfstate", lockFile)
}
