package permissions

import (
	"errors"

	"strata/internal/rendered"
)

// Policy is a policy document in a place where it is in force.
type Policy struct {
	Kind Kind
	// Stack is the name of the stack, Block the resource that the document stands in.
	Stack      string
	Block      rendered.Block
	Statements []Statement
}

// Reading is the policies of all stacks, and what references lead to.
type Reading struct {
	Policies []Policy

	platform *platform
}

// Read reads the policies of all stacks of the platform. The error names every policy that it
// can't read.
func Read(stacks []rendered.Stack) (*Reading, error) {
	c := &check{platform: newPlatform(stacks)}
	documents := c.read()
	r := &Reading{platform: c.platform}
	c.platform.each(func(s *stack) {
		for _, d := range documents[s] {
			for _, u := range d.usages {
				r.Policies = append(r.Policies, Policy{Kind: u.kind, Stack: s.Name, Block: u.block, Statements: d.statements})
			}
		}
	})
	var problems []error
	for _, f := range c.findings {
		if f.Rule == "unread-policy" {
			problems = append(problems, errors.New(f.String()))
		}
	}
	return r, errors.Join(problems...)
}

// Resolve replaces the references in a text of a stack by what they will be. What is known only
// at apply stays a reference.
func (r *Reading) Resolve(stack, text string) string {
	s := r.platform.stacks[stack]
	if s == nil {
		return text
	}
	return s.resolve(text)
}

// ARN is what AWS calls a resource of a stack, as far as can be told.
func (r *Reading) ARN(stack string, b rendered.Block) string {
	return r.Resolve(stack, "${"+b.Address()+".arn}")
}

// Meet tells whether some text matches both of two patterns, as IAM reads them: * is any
// characters, ? is one.
func Meet(a, b string) bool { return meet(a, b) }
