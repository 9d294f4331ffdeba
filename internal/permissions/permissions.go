// Package permissions checks what the rendered stacks let whom do: every policy in them,
// against AWS's own rules and limits and against least privilege. It knows Terraform's JSON
// and nothing of the framework; docs/permissions.md says how it is used. Read gives the policies
// to whoever has another use for them.
package permissions

import (
	"fmt"
	"slices"
	"strings"

	"strata/internal/rendered"
)

// Finding is a place where a rule is broken.
type Finding struct {
	// Rule is the name that an Exception calls the rule by.
	Rule string
	// Stack is the name of the stack, Layer the layer that it is of.
	Stack, Layer string
	// Address of the resource or of the policy document, and the statement in it, if any.
	Address, Sid string
	// Problem says what is wrong and what would be right.
	Problem string
}

func (f Finding) String() string {
	where := f.Stack + " " + f.Address
	if f.Sid != "" {
		where += " statement " + f.Sid
	}
	return where + ": " + f.Problem + " [" + f.Rule + "]"
}

// Exception is a finding that is right as it is, in every environment.
type Exception struct {
	// Rule, Layer, Address and Sid are the finding's.
	Rule, Layer, Address, Sid string
	// Reason says why; without one nothing is excepted.
	Reason string
}

// Except takes the excepted findings away. It also gives back the exceptions that fit none:
// they would hide the next mistake.
func Except(findings []Finding, exceptions []Exception) (left []Finding, unused []Exception) {
	used := map[Exception]bool{}
	for _, f := range findings {
		i := slices.IndexFunc(exceptions, func(e Exception) bool {
			return e.Reason != "" && e.Rule == f.Rule && e.Layer == f.Layer && e.Address == f.Address && e.Sid == f.Sid
		})
		if i < 0 {
			left = append(left, f)
			continue
		}
		used[exceptions[i]] = true
	}
	for _, e := range exceptions {
		if !used[e] {
			unused = append(unused, e)
		}
	}
	return left, unused
}

// Check holds all stacks of the platform against the rules. It wants them all at once, since
// a role of one layer gets its policies in another.
func Check(stacks []rendered.Stack) []Finding {
	c := &check{platform: newPlatform(stacks)}
	documents := c.read()
	c.platform.each(func(s *stack) {
		for _, d := range documents[s] {
			c.judge(d)
		}
	})
	c.platform.each(func(s *stack) {
		c.names(s)
		c.foreignPolicies(s)
		c.interfaces(s)
	})
	c.roles(documents)
	c.securityGroups()
	return c.findings
}

// check is one run.
type check struct {
	platform *platform
	findings []Finding
	// ARNs of the policies that are a permissions boundary, and of those that are attached.
	boundaries, attached []string
}

// read reads every policy of every stack.
func (c *check) read() map[*stack][]*document {
	c.platform.each(func(s *stack) {
		if s.account == "" || strings.HasPrefix(s.prefix, "-") || strings.HasSuffix(s.prefix, "-") {
			c.report("unread-policy", s, "provider.aws", "", "names no single account (allowed_account_ids) or no tags Project and Environment, by which policies are judged")
		}
		for _, r := range s.Resources {
			c.attached = append(c.attached, s.resolveAll(Attached(r))...)
			if b := r.String("permissions_boundary"); b != "" {
				c.boundaries = append(c.boundaries, s.resolve(b))
			}
		}
	})
	documents := map[*stack][]*document{}
	c.platform.each(func(s *stack) {
		documents[s] = c.documents(s)
	})
	return documents
}

func (c *check) report(rule string, s *stack, address, sid, problem string, args ...any) {
	f := Finding{Rule: rule, Stack: s.Name, Layer: s.Layer, Address: address, Sid: sid, Problem: fmt.Sprintf(problem, args...)}
	if !slices.Contains(c.findings, f) {
		c.findings = append(c.findings, f)
	}
}

// view is a document as one of the kinds of policy that it is used as.
type view struct {
	*document
	check *check
	kind  Kind
}

// rules for one statement, each with the name that an exception calls it by. What they return
// are problems.
var rules = []struct {
	name string
	find func(view, Statement) []string
}{
	{"malformed", malformed},
	{"unknown-action", unknownActions},
	{"every-action", everyAction},
	{"left-out", leftOut},
	{"broad-resource", broadResources},
	{"misplaced-resource", misplacedResources},
	{"unknown-condition", unknownConditions},
	{"confused-deputy", confusedDeputies},
	{"federation", openFederation},
	{"open-principal", openPrincipals},
	{"missing-principal", missingPrincipals},
	{"escalation", escalations},
}

func (c *check) judge(d *document) {
	seen := map[Kind]bool{"": true}
	for _, u := range d.usages {
		v := view{d, c, u.kind}
		if seen[u.kind] {
			continue
		}
		seen[u.kind] = true
		for _, problem := range repeatedStatements(d) {
			c.report("malformed", d.stack, d.address, "", "%s", problem)
		}
		for _, st := range d.statements {
			for _, rule := range rules {
				for _, problem := range rule.find(v, st) {
					c.report(rule.name, d.stack, d.address, st.Sid, "%s", problem)
				}
			}
		}
	}
	c.size(d)
}

// list writes the first of many things.
func list(things []string) string {
	const most = 4
	if len(things) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(things[:most], ", "), len(things)-most)
	}
	return strings.Join(things, ", ")
}
