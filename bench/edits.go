package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// edit is how long it takes a user to see what an edit of an environment file does.
type edit struct {
	// What is typed.
	What string
	// Fast and Stock are the medians, Stock with STRATA_KERNEL=stock.
	Fast, Stock time.Duration
}

// edits edits an environment file in a clone of the project, renders it in the ways that the
// README names, and looks at the difference.
func (b bench) edits() (edits []edit, err error) {
	clone := filepath.Join(b.work, "clone")
	if err := os.RemoveAll(clone); err != nil {
		return nil, err
	}
	if err := command(b.root, "git", "clone", "--quiet", "--local", ".", clone); err != nil {
		return nil, err
	}
	if err := os.Symlink(filepath.Join(b.root, "node_modules"), filepath.Join(clone, "node_modules")); err != nil {
		return nil, err
	}
	for _, what := range []string{"make synth", "node_modules/.bin/cdktf synth"} {
		e := edit{What: what}
		if e.Fast, err = b.edit(clone, what); err != nil {
			return nil, err
		}
		if e.Stock, err = b.edit(clone, "STRATA_KERNEL=stock "+what); err != nil {
			return nil, err
		}
		edits = append(edits, e)
	}
	return edits, nil
}

func (b bench) edit(clone, what string) (time.Duration, error) {
	file := filepath.Join(clone, "environments", "production.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.WriteFile(file, text, 0o644) }()
	var samples []sample
	for round := range b.rounds + 1 {
		owner := "owner: platform"
		if round%2 == 0 {
			owner = "owner: somebody-else"
		}
		if err := os.WriteFile(file, bytes.Replace(text, []byte("owner: platform"), []byte(owner), 1), 0o644); err != nil {
			return 0, err
		}
		c := exec.Command("bash", "-euc", what+" && git diff --stat cdktf.out")
		c.Dir = clone
		c.Env = append(os.Environ(), "CI=1", "CHECKPOINT_DISABLE=1")
		one, err := watch(c)
		if err != nil {
			return 0, err
		}
		// The first builds the app.
		if round > 0 {
			samples = append(samples, one)
		}
	}
	return median(samples, wall), nil
}
