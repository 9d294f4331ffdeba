package permissions

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var sids = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// malformed: AWS refuses a sid with other signs than letters and digits, principals in a policy
// of who acts and none in another, resources in a trust policy and none in most others:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html. That each
// statement has a sid is the project's own rule: it says what the statement is for.
func malformed(v view, st Statement) (problems []string) {
	principals, resources := len(st.Principals)+len(st.NotPrincipals), len(st.Resources)+len(st.NotResources)
	if !sids.MatchString(st.Sid) {
		problems = append(problems, fmt.Sprintf("the sid %q must say in letters and digits what the statement is for", st.Sid))
	}
	if len(st.Actions)+len(st.NotActions) == 0 {
		problems = append(problems, "names no action")
	}
	if v.kind.grantsToHolder() && principals > 0 {
		problems = append(problems, fmt.Sprintf("names principals, but who holds the %s is the principal", v.kind))
	}
	if !v.kind.grantsToHolder() && principals == 0 {
		problems = append(problems, fmt.Sprintf("names no principals, which the %s needs", v.kind))
	}
	if v.kind == TrustPolicy && resources > 0 {
		problems = append(problems, "names resources, but the role of the trust policy is the resource")
	}
	if resources == 0 && !slices.Contains([]Kind{TrustPolicy, RepositoryPolicy, FilePolicy}, v.kind) {
		problems = append(problems, fmt.Sprintf("names no resources, which the %s needs", v.kind))
	}
	return problems
}

// repeatedStatements: a sid is unique within its policy:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html.
func repeatedStatements(d *document) (problems []string) {
	seen := map[string]bool{}
	for _, st := range d.statements {
		if seen[st.Sid] && st.Sid != "" {
			problems = append(problems, fmt.Sprintf("two statements have the sid %s", st.Sid))
		}
		seen[st.Sid] = true
	}
	return problems
}

// unknownActions: an action is spelt as in AWS's Service Authorization Reference, and one with
// a wildcard stands for some there:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
func unknownActions(_ view, st Statement) (problems []string) {
	for _, name := range slices.Concat(st.Actions, st.NotActions) {
		if len(aws().match(name)) > 0 {
			continue
		}
		_, known := aws().keys[serviceOf(name)]
		problem := fmt.Sprintf("AWS has no action %s", name)
		switch {
		case known && wild(name):
			problem = fmt.Sprintf("no action of AWS matches %s", name)
		case !known:
			problem += ", as far as this check knows: a service that is new to the platform belongs into scripts/actions.py"
		}
		problems = append(problems, problem+didYouMean(name, aws().names))
	}
	return problems
}

func didYouMean(word string, candidates []string) string {
	if n := nearest(word, candidates); n != "" {
		return "; did you mean " + n + "?"
	}
	return ""
}

// everyAction: an Allow names its actions, and a permissions boundary at least its services:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege.
func everyAction(v view, st Statement) (problems []string) {
	for _, name := range st.Actions {
		service, action, _ := strings.Cut(name, ":")
		all := strings.Trim(action, "*") == ""
		if v.kind == Boundary {
			all = wild(service)
		}
		if st.Allow && all {
			problems = append(problems, fmt.Sprintf("allows %s: name the actions that are needed", name))
		}
	}
	return problems
}

// leftOut: an Allow says what it allows and not what it leaves out, since AWS adds actions,
// resources and principals:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html.
func leftOut(_ view, st Statement) (problems []string) {
	if !st.Allow {
		return nil
	}
	for element, items := range map[string]int{"NotAction": len(st.NotActions), "NotResource": len(st.NotResources), "NotPrincipal": len(st.NotPrincipals)} {
		if items > 0 {
			problems = append(problems, fmt.Sprintf("allows with %s everything but what it names: name what it allows", element))
		}
	}
	slices.Sort(problems)
	return problems
}

// granted are the actions that the statement's names stand for.
func (st Statement) granted() (actions []action) {
	for _, name := range st.Actions {
		actions = append(actions, aws().match(name)...)
	}
	return actions
}
