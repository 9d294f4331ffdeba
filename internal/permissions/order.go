package permissions

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"strata/internal/rendered"
)

// missingPrincipals: AWS refuses a policy that names a role or user which does not exist, so
// that one is made before: in the same stack by what the policy refers to or depends on, or in
// a stack below: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html.
func missingPrincipals(v view, st Statement) (problems []string) {
	if v.kind.grantsToHolder() || v.kind == EndpointPolicy {
		return nil
	}
	for _, p := range st.Principals {
		if p.Kind == "AWS" && accountOf(p.ID) == v.stack.account && !wild(p.ID) {
			if problem := v.missing(p); problem != "" {
				problems = append(problems, problem)
			}
		}
	}
	return problems
}

var identity = regexp.MustCompile(`^arn:[\w-]+:iam::\d+:(?:role|user)/`)

// missing says why a role or user may not be there yet, and nothing where it is.
func (v view) missing(p Principal) string {
	if !identity.MatchString(p.ID) {
		return ""
	}
	there, problem := false, "no stack makes: AWS refuses the policy while it does not exist"
	v.stack.platform.each(func(s *stack) {
		for _, r := range s.Resources {
			switch {
			case s.account != v.stack.account || !s.makes(r, p.ID):
			case v.stack.lower(s) || s == v.stack && v.after(r.Address()):
				there = true
			case s == v.stack:
				problem = "may be made later: refer to " + r.Address() + " or name it in depends_on"
			default:
				problem = s.Name + " makes, which is no stack below this one"
			}
		}
	})
	if there {
		return ""
	}
	return fmt.Sprintf("names %s, which %s", p.ID, problem)
}

// makes tells whether a resource is the role or user with an ARN.
func (s *stack) makes(r rendered.Block, arn string) bool {
	switch r.Type {
	case "aws_iam_role", "aws_iam_user":
		return s.resolve("${"+r.Address()+".arn}") == arn
	case "aws_iam_service_linked_role":
		return strings.Contains(arn, ":role/aws-service-role/"+r.String("aws_service_name")+"/")
	}
	return false
}

// after tells whether the policy, wherever it is used as this kind, is made after a resource.
func (v view) after(address string) bool {
	return !slices.ContainsFunc(v.usages, func(u usage) bool {
		return u.kind == v.kind && !v.stack.follows(u.block, address)
	})
}
