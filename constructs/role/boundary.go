package role

import (
	"maps"
	"slices"

	"strata/constructs/policy"
)

// Boundary is the most that any role of an environment can do: what all of them together do by
// their own policies, and nothing of another account. Who may make roles may give them no other
// boundary, and so gains nothing by making one:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
type Boundary struct {
	// ARN of the policy.
	ARN string

	actions map[string]bool
}

// NewBoundary is a boundary that nothing is in yet.
func NewBoundary(arn string) *Boundary { return &Boundary{ARN: arn, actions: map[string]bool{}} }

// widen takes in what a role does, unless the boundary is somebody else's.
func (b *Boundary) widen(statements []policy.Statement) {
	if b.actions == nil {
		return
	}
	for _, s := range statements {
		for _, action := range s.Actions {
			b.actions[action] = true
		}
	}
}

// Statement is what the boundary's policy says.
func (b *Boundary) Statement(account string) policy.Statement {
	return policy.Statement{
		Sid: "WhatRolesDo", Actions: slices.Sorted(maps.Keys(b.actions)), Resources: []string{"*"},
		Conditions: []policy.Condition{policy.When("StringEqualsIfExists", "aws:ResourceAccount", account)},
	}
}
