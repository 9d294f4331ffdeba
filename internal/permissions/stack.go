package permissions

import (
	"strings"

	"strata/internal/rendered"
)

// stack is a rendered stack with what its names and references lead to.
type stack struct {
	rendered.Stack
	platform *platform
	account  string
	prefix   string // of the project's names: <project>-<environment>
	blocks   map[string]rendered.Block
}

// platform is all stacks, by name.
type platform struct {
	stacks map[string]*stack
	names  []string
}

func newPlatform(all []rendered.Stack) *platform {
	p := &platform{stacks: map[string]*stack{}}
	for _, r := range all {
		s := &stack{Stack: r, platform: p, blocks: map[string]rendered.Block{}}
		for _, b := range r.Resources {
			s.blocks[b.Address()] = b
		}
		for _, b := range r.Data {
			s.blocks["data."+b.Address()] = b
		}
		for _, provider := range r.Providers {
			if accounts := provider.List("allowed_account_ids"); len(accounts) == 1 {
				s.account = accounts[0]
			}
			s.prefix = provider.String("default_tags", "tags", "Project") + "-" + provider.String("default_tags", "tags", "Environment")
		}
		p.stacks[r.Name] = s
		p.names = append(p.names, r.Name)
	}
	return p
}

// each calls f with every stack in order.
func (p *platform) each(f func(s *stack)) {
	for _, name := range p.names {
		f(p.stacks[name])
	}
}

// lower tells whether a stack is applied before this one.
func (s *stack) lower(other *stack) bool {
	for _, name := range s.Dependencies {
		if below := s.platform.stacks[name]; below != nil && (below == other || below.lower(other)) {
			return true
		}
	}
	return false
}

func (s *stack) region(b rendered.Block) string {
	_, alias, _ := strings.Cut(b.String("provider"), ".")
	for _, provider := range s.Providers {
		if provider.String("alias") == alias {
			return provider.String("region")
		}
	}
	return ""
}

// follows tells whether a block of the stack is made after another one: it refers to it or
// names it in depends_on, or what it refers to does.
func (s *stack) follows(b rendered.Block, address string) bool {
	seen := map[string]bool{}
	var after func(b rendered.Block) bool
	after = func(b rendered.Block) bool {
		for _, before := range append(b.References(), b.List("depends_on")...) {
			if before == address {
				return true
			}
			if next, ok := s.blocks[before]; ok && !seen[before] {
				seen[before] = true
				if after(next) {
					return true
				}
			}
		}
		return false
	}
	return after(b)
}
