// Docs writes the pages of docs/ that are computed from the rendered Terraform: who can reach
// whom, with a picture for each environment, and who may do what. It runs in the folder of the
// repository, as `make docs` does.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"strata/internal/access"
	"strata/internal/reach"
	"strata/internal/rendered"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	stacks, err := rendered.Load("cdktf.out")
	if err != nil {
		return err
	}
	networks, err := reach.ReadAll(stacks)
	if err != nil {
		return err
	}
	files, err := reach.Document(networks)
	if err != nil {
		return err
	}
	files["access.md"], err = access.Document(stacks)
	if err != nil {
		return err
	}
	// With the pictures of environments that are no more.
	if err := os.RemoveAll(filepath.Join("docs", "reachability")); err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join("docs", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
