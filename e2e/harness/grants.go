//go:build e2e

package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// granted is what roles were given and what they used of it, over the whole run.
var granted = grants{used: map[grant]bool{}}

type grants struct {
	mu   sync.Mutex
	used map[grant]bool
}

// grant is an action in a statement, <policy>/<Sid>, of a role's policies. The names are those of
// every environment, without its own.
type grant struct{ role, statement, action string }

// Weigh notes what a role of the environment, <project>-<environment>-<name>, was given, and what it
// has used of that so far.
func (e *Environment) Weigh(t testing.TB, name string) {
	t.Helper()
	prefix := e.Project + "-" + e.Name + "-"
	role := prefix + name
	calls := e.Emulator.Calls(t).By("arn:aws:iam::" + e.Account + ":role/" + role)
	used := map[[2]string]bool{}
	for _, call := range calls {
		if !call.Allowed {
			continue
		}
		// To a policy, small and capital letters of an action are the same.
		for _, statement := range call.Statements {
			used[[2]string{statement, strings.ToLower(call.Action)}] = true
		}
	}
	granted.mu.Lock()
	defer granted.mu.Unlock()
	for policy, statements := range e.policies(t, role) {
		for _, s := range statements {
			for _, action := range s.Action {
				if strings.Contains(action, "*") {
					t.Errorf("%s of %s grants %s; name the actions, so that each can be held against what it is for", s.Sid, role, action)
				}
				g := grant{role: name, statement: strings.TrimPrefix(policy[strings.LastIndex(policy, "/")+1:], prefix) + "/" + s.Sid, action: action}
				granted.used[g] = granted.used[g] || used[[2]string{policy + "/" + s.Sid, strings.ToLower(action)}]
			}
		}
	}
}

// policies of a role, inline ones by name and managed ones by ARN.
func (e *Environment) policies(t testing.TB, role string) map[string][]Statement {
	t.Helper()
	ctx, api, found := t.Context(), e.With(t, root).AWS.IAM, map[string][]Statement{}
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("read the policies of %s: %v", role, err)
		}
	}
	inline, err := api.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role})
	ok(err)
	for _, name := range inline.PolicyNames {
		got, err := api.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
		ok(err)
		found[name] = ReadPolicy(t, aws.ToString(got.PolicyDocument)).Statement
	}
	attached, err := api.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	ok(err)
	for _, a := range attached.AttachedPolicies {
		got, err := api.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: a.PolicyArn, VersionId: aws.String("v1")})
		ok(err)
		found[aws.ToString(a.PolicyArn)] = ReadPolicy(t, aws.ToString(got.PolicyVersion.Document)).Statement
	}
	return found
}

// Superfluous says what no run needed of all that roles were given: actions that were never asked
// for, unless they are among those that something else takes, and what is out of date there.
func Superfluous(elsewhere map[string]string) (problems []string) {
	granted.mu.Lock()
	defer granted.mu.Unlock()
	used, given := map[string]bool{}, map[string]bool{}
	for g, yes := range granted.used {
		used[g.action], given[g.action] = used[g.action] || yes, true
	}
	statements := map[[2]string]bool{}
	for g, yes := range granted.used {
		s := [2]string{g.role, g.statement}
		statements[s] = statements[s] || yes
		if _, reason := elsewhere[g.action]; !yes && (!reason || used[g.action]) {
			problems = append(problems, fmt.Sprintf("%s may %s by %s, and never did; take it out of the grants, or name what takes it in takenElsewhere", g.role, g.action, g.statement))
		}
	}
	for s, yes := range statements {
		if !yes {
			problems = append(problems, fmt.Sprintf("nothing that %s did needed its statement %s; take it out of the grants", s[0], s[1]))
		}
	}
	for _, action := range slices.Sorted(maps.Keys(elsewhere)) {
		switch {
		case !given[action]:
			problems = append(problems, action+" is in takenElsewhere, but no role may do it; take it out")
		case used[action]:
			problems = append(problems, action+" is in takenElsewhere, but was used; take it out")
		}
	}
	slices.Sort(problems)
	return problems
}
