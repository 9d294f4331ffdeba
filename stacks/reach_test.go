package stacks_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"strata/environments"
	"strata/internal/reach"
	"strata/internal/rendered"
)

// networks reads the files again. Go repeats a cached result until a file changes that a test
// has opened, and it doesn't see what TestMain opens: here it sees all that this folder's
// tests depend on.
func networks(t *testing.T) []*reach.Network {
	t.Helper()
	stacks, err := rendered.Load("../cdktf.out")
	if err != nil {
		t.Fatal(err)
	}
	all, err := reach.ReadAll(stacks)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Who can reach whom is computed from the rendered files alone and held against what the
// environment's file declares.
func TestWhoReachesWhomIsDeclared(t *testing.T) {
	loaded, err := environments.Load("../environments")
	if err != nil {
		t.Fatal(err)
	}
	products := map[string]reach.Product{}
	for _, env := range loaded {
		products[env.Name] = reach.ProductOf(env)
	}
	for _, n := range networks(t) {
		t.Run(n.Name, func(t *testing.T) {
			for _, difference := range n.Compare(reach.Declared(products[n.Name])) {
				t.Error(difference)
			}
		})
	}
}

// What the flows don't show: rules that lead nowhere or that nobody needs, ways that pass in
// some zones only, things that stand where they don't belong.
func TestNothingIsHalfOpenOrMisplaced(t *testing.T) {
	for _, n := range networks(t) {
		t.Run(n.Name, func(t *testing.T) {
			for _, f := range n.Findings() {
				t.Error(f)
			}
		})
	}
}

func TestTheInternetReachesTheLoadBalancerAndNothingElse(t *testing.T) {
	for _, n := range networks(t) {
		var reached []string
		for _, f := range n.Flows() {
			if f.From == reach.Internet {
				reached = append(reached, f.To+" "+f.Service())
			}
		}
		if want := []string{"load-balancer 80", "load-balancer 443"}; !slices.Equal(reached, want) {
			t.Errorf("%s: the internet reaches %v, want %v", n.Name, reached, want)
		}
	}
}

func TestThePageOfWhoReachesWhomIsFresh(t *testing.T) {
	fresh, err := reach.Document(networks(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range fresh {
		if committed, _ := os.ReadFile("../docs/" + name); !bytes.Equal(committed, want) {
			t.Errorf("docs/%s is stale: run 'make docs', read the difference, commit it with the change", name)
		}
	}
	pictures, err := filepath.Glob("../docs/reachability/*")
	if err != nil || len(pictures) == 0 {
		t.Fatalf("no pictures in docs/reachability: %v", err)
	}
	for _, path := range pictures {
		if name := "reachability/" + filepath.Base(path); fresh[name] == nil {
			t.Errorf("docs/%s is of no environment: run 'make docs'", name)
		}
	}
}
