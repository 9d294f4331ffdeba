package permissions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// guard is what makes an action safe with which somebody could give themselves permissions.
type guard struct {
	// never: it has no safe use.
	never bool
	// names: it is only on the project's own names.
	names bool
	// bounded: only on roles and users that have the project's permissions boundary.
	bounded bool
	// passed: only to services that are named.
	passed bool
	// forService: only for what an AWS service does itself, or for the caller through it.
	forService bool
}

// guards of the actions by which privileges are escalated. The list is Rhino Security Labs',
// https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/, with the
// permissions boundaries of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate.
var guards = map[string]guard{
	"iam:AddUserToGroup":                 {names: true},
	"iam:AttachGroupPolicy":              {names: true},
	"iam:AttachRolePolicy":               {names: true, bounded: true},
	"iam:AttachUserPolicy":               {names: true, bounded: true},
	"iam:CreateAccessKey":                {names: true},
	"iam:CreateLoginProfile":             {names: true},
	"iam:CreatePolicyVersion":            {names: true},
	"iam:CreateRole":                     {names: true, bounded: true},
	"iam:CreateUser":                     {names: true, bounded: true},
	"iam:DeleteRolePermissionsBoundary":  {never: true},
	"iam:DeleteUserPermissionsBoundary":  {never: true},
	"iam:PassRole":                       {names: true, passed: true},
	"iam:PutGroupPolicy":                 {names: true},
	"iam:PutRolePermissionsBoundary":     {names: true, bounded: true},
	"iam:PutRolePolicy":                  {names: true, bounded: true},
	"iam:PutUserPermissionsBoundary":     {names: true, bounded: true},
	"iam:PutUserPolicy":                  {names: true, bounded: true},
	"iam:SetDefaultPolicyVersion":        {names: true},
	"iam:UpdateAssumeRolePolicy":         {names: true},
	"iam:UpdateLoginProfile":             {names: true},
	"kms:CreateGrant":                    {forService: true},
	"lambda:CreateEventSourceMapping":    {},
	"lambda:CreateFunction":              {},
	"lambda:UpdateFunctionCode":          {},
	"lambda:UpdateFunctionConfiguration": {},
	"sts:AssumeRole":                     {},
}

// boundaryEdits change what a managed policy says, and so what a boundary limits.
var boundaryEdits = []string{"iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"}

// guarded tells whether escalations judges on what an action may be.
func guarded(v view, a action) bool {
	_, listed := guards[a.name]
	return v.kind == IdentityPolicy && (listed || a.access == "permissions management" && len(a.resources) > 0)
}

// escalations: nobody can give themselves, or a role that they can use, more permissions than
// they have. What AWS calls permissions management is on resources that are named, and what is
// in the list of guards is guarded as it says.
func escalations(v view, st Statement) (problems []string) {
	if !st.Allow || v.kind != IdentityPolicy && v.kind != KeyPolicy {
		return nil
	}
	actions := map[string][]string{} // of each problem
	for _, a := range st.granted() {
		if slices.Contains(st.Actions, "*") {
			break // everyAction says it
		}
		for _, problem := range v.unguarded(st, a) {
			if !slices.Contains(actions[problem], a.name) {
				actions[problem] = append(actions[problem], a.name)
			}
		}
	}
	for _, problem := range slices.Sorted(maps.Keys(actions)) {
		problems = append(problems, fmt.Sprintf("allows %s %s", list(actions[problem]), problem))
	}
	return problems
}

func (v view) unguarded(st Statement, a action) (problems []string) {
	g := guards[a.name]
	if g.forService && !st.tied("kms:GrantIsForAWSResource", "kms:ViaService") {
		problems = append(problems, "to whomever a grant names: add a condition Bool kms:GrantIsForAWSResource true, or kms:ViaService")
	}
	if !guarded(v, a) {
		return problems
	}
	if g.never {
		return append(problems, "which takes the limit off a role or user: leave it to the account's administrators")
	}
	every, broad := st.covers(a)
	tagged := st.tied("aws:ResourceTag/*", "*:ResourceTag/*", "kms:ResourceAliases", "kms:GrantIsForAWSResource", "iam:AWSServiceName")
	foreign := slices.DeleteFunc(slices.Clone(st.Resources), v.stack.named)
	switch {
	case g.names && len(foreign) > 0:
		problems = append(problems, fmt.Sprintf("on %s: name what is the project's, as %s", list(foreign), v.example(a)))
	case !g.names && broad && !tagged:
		problems = append(problems, fmt.Sprintf("on every resource: name those that are meant, as %s", every.arn))
	}
	if g.bounded && !v.bounds(st) {
		problems = append(problems, "without a permissions boundary: add a condition StringEquals iam:PermissionsBoundary with the ARN of the project's boundary")
	}
	if g.passed && !st.tied("iam:PassedToService") {
		problems = append(problems, "to any service: add a condition StringEquals iam:PassedToService with the services that are meant")
	}
	if arn := v.editable(st); arn != "" && slices.Contains(boundaryEdits, a.name) {
		problems = append(problems, fmt.Sprintf("on %s, which is a permissions boundary: add a Deny of %s on it", arn, list(boundaryEdits)))
	}
	return problems
}

// named tells whether a resource can only be one of the project's: before any wildcard it says
// <project>-<environment>- or, in paths, <project>/<environment>/. What refers to a resource is
// one that the platform makes.
func (s *stack) named(resource string) bool {
	if i := strings.IndexAny(resource, "*?"); i >= 0 {
		resource = resource[:i]
	} else {
		resource += "-"
	}
	resource = strings.NewReplacer("/", "-", ":", "-").Replace(resource)
	return strings.Contains(resource, "-"+s.prefix+"-") || strings.HasPrefix(resource, "${") && !strings.HasPrefix(resource, "${data.aws")
}

// example is the ARN of what an action of IAM is about, with the project's name.
func (v view) example(a action) string {
	before, _, _ := strings.Cut(a.resources[0].arn, "${Account}:")
	kind, _, _ := strings.Cut(strings.TrimPrefix(a.resources[0].arn, before+"${Account}:"), "${")
	return "arn:aws:iam::" + v.stack.account + ":" + kind + v.stack.prefix + "-*"
}

// bounds tells whether the statement asks for a permissions boundary of the project.
func (v view) bounds(st Statement) bool {
	return slices.ContainsFunc(st.Conditions, func(c Condition) bool {
		return strings.EqualFold(c.Key, "iam:PermissionsBoundary") && c.ties() && !slices.ContainsFunc(c.Values, func(value string) bool {
			return wild(value) || !v.stack.named(value)
		})
	})
}

// editable is a permissions boundary that the statement is also about and no Deny of the same
// policy keeps it from.
func (v view) editable(st Statement) string {
	for _, arn := range v.check.boundaries {
		about := func(pattern string) bool { return meet(pattern, arn) }
		kept := slices.ContainsFunc(v.statements, func(deny Statement) bool {
			return !deny.Allow && len(deny.Conditions) == 0 && slices.ContainsFunc(deny.Resources, about) &&
				!slices.ContainsFunc(boundaryEdits, func(edit string) bool {
					return !slices.ContainsFunc(deny.Actions, func(name string) bool { return meet(name, edit) })
				})
		})
		if slices.ContainsFunc(st.Resources, about) && !kept {
			return arn
		}
	}
	return ""
}
