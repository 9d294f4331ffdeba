// Bench compares how long three programs take to render the same: Strata, Strata with the
// framework started the stock way, and a compiled TypeScript program that makes the very same
// resources with the provider's own classes. It writes docs/performance.md and its picture.
//
// Run it from the project's folder with `make bench`, on a machine that does nothing else.
package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	root := flag.String("root", "..", "the project's folder")
	rounds := flag.Int("rounds", 7, "how often each program runs at each size")
	report := flag.String("report", "docs/performance.md", "the report to write, with its picture beside it")
	flag.Parse()
	if err := run(*root, *rounds, *report); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(root string, rounds int, report string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	b := bench{root: root, work: filepath.Join(root, ".tools", "bench"), rounds: rounds}
	if err := b.prepare(); err != nil {
		return err
	}
	results := []result{}
	for _, size := range sizes {
		r, err := b.measure(size)
		if err != nil {
			return fmt.Errorf("%s: %w", size, err)
		}
		results = append(results, r)
	}
	edits, err := b.edits()
	if err != nil {
		return err
	}
	return write(filepath.Join(root, report), rounds, results, edits)
}

// sizes are what is rendered: the environments of the project, repeated, with some services.
// The platform as it comes is among them.
var sizes = []size{
	{1, 2}, {3, 2}, {10, 2}, {30, 2},
	{1, 10}, {1, 50},
}

// The programs, in the order of the table.
var contenders = []string{"peer", "strata", "stock"}

type bench struct {
	root, work string
	rounds     int
}

// prepare builds the app and installs what the peer needs.
func (b bench) prepare() error {
	if err := os.MkdirAll(b.work, 0o755); err != nil {
		return err
	}
	fmt.Println("building the app and installing the peer's packages")
	if err := command(b.root, "go", "build", "-buildvcs=false", "-o", filepath.Join(b.work, "strata"), "."); err != nil {
		return err
	}
	peer := filepath.Join(b.work, "peer")
	lock, err := os.ReadFile(filepath.Join(b.root, "bench", "peer", "package-lock.json"))
	if err != nil {
		return err
	}
	installed, _ := os.ReadFile(filepath.Join(peer, "package-lock.json"))
	if _, err := os.Stat(filepath.Join(peer, "node_modules", ".package-lock.json")); err != nil || !bytes.Equal(lock, installed) {
		if err := os.RemoveAll(peer); err != nil {
			return err
		}
		if err := os.CopyFS(peer, os.DirFS(filepath.Join(b.root, "bench", "peer"))); err != nil {
			return err
		}
		return command(peer, "npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--loglevel=error")
	}
	generator, err := os.ReadFile(filepath.Join(b.root, "bench", "peer", "generate.js"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(peer, "generate.js"), generator, 0o644)
}

// result is what was measured at a size, by contender.
type result struct {
	size      size
	resources int
	runs      map[string][]sample
}

func (b bench) measure(s size) (result, error) {
	folder, err := b.lay(s)
	if err != nil {
		return result{}, err
	}
	r := result{size: s, runs: map[string][]sample{}}
	if r.resources, err = b.sameOutput(folder, s); err != nil {
		return r, err
	}
	for round := range b.rounds {
		// In turns, and each round in another order, so that what else the machine does and
		// what the one before left behind meets all of them.
		order := slices.Concat(contenders[round%len(contenders):], contenders[:round%len(contenders)])
		for _, name := range order {
			one, err := watch(b.start(name, folder, s))
			if err != nil {
				return r, fmt.Errorf("%s: %w", name, err)
			}
			r.runs[name] = append(r.runs[name], one)
		}
	}
	fmt.Printf("%-32s", s)
	for _, name := range contenders {
		fmt.Printf("  %s %s", name, median(r.runs[name], wall).Round(time.Millisecond))
	}
	fmt.Println()
	return r, nil
}

// start is the command that runs a contender into a folder of its own.
func (b bench) start(name, folder string, s size) *exec.Cmd {
	var c *exec.Cmd
	out := filepath.Join(folder, "out-"+name)
	if name == "peer" {
		c = exec.Command("node", b.peer(s, ".js"), out)
	} else {
		c = exec.Command(filepath.Join(b.work, "strata"))
	}
	c.Dir = folder
	c.Env = append(os.Environ(), "CDKTF_OUTDIR="+out)
	if name == "stock" {
		c.Env = append(c.Env, "STRATA_KERNEL=stock")
	}
	return c
}

func (b bench) peer(s size, ending string) string {
	return filepath.Join(b.work, "peer", s.name()+ending)
}

// sameOutput makes the peer of a size, checks that all programs render the same bytes, and
// counts the resources and data sources in them. Whatever is made once is made then.
func (b bench) sameOutput(folder string, s size) (resources int, err error) {
	if err := b.once("strata", folder, s); err != nil {
		return 0, err
	}
	peer := filepath.Join(b.work, "peer")
	if err := command(peer, "node", "generate.js", filepath.Join(folder, "out-strata"), b.peer(s, ".ts")); err != nil {
		return 0, err
	}
	err = command(peer, "node_modules/.bin/tsc", "--target", "es2022", "--module", "commonjs", "--strict", "--skipLibCheck",
		"--types", "node", b.peer(s, ".ts"))
	if err != nil {
		return 0, err
	}
	for _, name := range []string{"peer", "stock", "strata"} {
		if err := b.once(name, folder, s); err != nil {
			return 0, err
		}
		different, _ := exec.Command("diff", "-rq", filepath.Join(folder, "out-strata"), filepath.Join(folder, "out-"+name)).CombinedOutput()
		if len(different) > 0 {
			return 0, fmt.Errorf("%s renders something else:\n%s", name, different)
		}
	}
	return count(filepath.Join(folder, "out-strata"))
}

func (b bench) once(name, folder string, s size) error {
	if said, err := b.start(name, folder, s).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, said)
	}
	return nil
}

// command runs a program that has to succeed.
func command(dir, name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Dir = dir
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, said)
	}
	return nil
}

func median[T cmp.Ordered](samples []sample, of func(sample) T) T {
	return sorted(samples, of)[len(samples)/2]
}

func sorted[T cmp.Ordered](samples []sample, of func(sample) T) (values []T) {
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values
}
