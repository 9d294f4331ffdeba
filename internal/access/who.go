package access

import (
	"slices"
	"strings"

	"strata/internal/permissions"
)

// grantee is somebody who may do something, and how: by a condition, or in part.
type grantee struct {
	role      *role // nil for a principal that is no role of the environment
	principal permissions.Principal
	name      string
	how       []string
}

func (g grantee) String() string {
	if len(g.how) == 0 {
		return "**" + g.name + "**"
	}
	return "**" + g.name + "** " + strings.Join(g.how, ", ")
}

// who are those who may do one of some actions on a thing, or on some of what a pattern stands
// for: by their own policies or, in the same account, by that of the thing alone.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (e *environment) who(t *thing, arn string, actions ...string) (all []grantee) {
	for _, r := range e.roles {
		var by []permissions.Statement
		for _, action := range actions {
			by = append(by, r.may(action, t, arn)...)
			for _, st := range allowing(t.policy, action, t, arn) {
				if names(st, r.arn) {
					by = append(by, st)
				}
			}
		}
		if len(by) > 0 {
			all = append(all, grantee{r, permissions.Principal{}, r.name, append(e.how(by, t, arn), r.spared(by, t, arn, actions)...)})
		}
	}
	for _, p := range e.strangers(t) {
		var by []permissions.Statement
		for _, action := range actions {
			for _, st := range allowing(t.policy, action, t, arn) {
				if slices.Contains(st.Principals, p) {
					by = append(by, st)
				}
			}
		}
		if len(by) > 0 {
			all = append(all, grantee{nil, p, e.principal(p), e.how(by, t, arn)})
		}
	}
	return all
}

// how somebody may: what the statements ask for, unless one of them asks for nothing.
func (e *environment) how(by []permissions.Statement, t *thing, arn string) (words []string) {
	var in []string
	whole := false
	for _, st := range by {
		all := about(permissions.Statement{Resources: st.Resources, NotResources: st.NotResources}, "", solid(arn))
		word := e.conditions(without(st.Conditions, resourceTag+"Project", resourceTag+"Environment"))
		if all && word == "" {
			return nil
		}
		whole, in = whole || all, append(in, t.parts(st, arn)...)
		if word != "" {
			words = once(words, word)
		}
	}
	if !whole {
		words = append([]string{few(in)}, words...)
	}
	return words
}

// spared are the parts of a thing that a Deny keeps a role from although statements let it.
func (r *role) spared(by []permissions.Statement, t *thing, arn string, actions []string) (words []string) {
	denying := r.own
	if r.boundary != nil {
		denying = slices.Concat(r.own, r.boundary.statements)
	}
	var in []string
	for _, st := range denying {
		hit := func(action string) bool { return about(st, action, arn) }
		if st.Allow || len(st.Conditions) > 0 || !slices.ContainsFunc(actions, hit) {
			continue
		}
		for _, denied := range st.Resources {
			let := func(allow permissions.Statement) bool {
				return about(permissions.Statement{Resources: allow.Resources, NotResources: allow.NotResources}, "", denied)
			}
			if permissions.Meet(denied, arn) && slices.ContainsFunc(by, let) {
				in = once(in, t.part(denied))
			}
		}
	}
	if in == nil {
		return nil
	}
	return []string{"but not " + few(in)}
}

// parts are what a statement names of a thing's contents.
func (t *thing) parts(st permissions.Statement, arn string) (in []string) {
	for _, r := range st.Resources {
		if permissions.Meet(r, arn) {
			in = once(in, t.part(r))
		}
	}
	return in
}

func (t *thing) part(arn string) string { return strings.TrimPrefix(arn, t.arn+"/") }

// few names some parts of a thing.
func few(parts []string) string {
	const most = 2
	if len(parts) > most || len(parts) == 0 {
		return "in part"
	}
	return code(parts)
}

// says lists those who may, a line each.
func (e *environment) says(t *thing, arn string, actions ...string) string {
	return list(e.who(t, arn, actions...))
}

// saysWith lists those who may, and tells of whom the key of the thing keeps out: they can't use
// it as the verb says.
func (e *environment) saysWith(verb string, t *thing, arn string, actions ...string) string {
	all := e.who(t, arn, actions...)
	for i, g := range all {
		if !e.unlocks(g, t, verb) {
			all[i].how = append(all[i].how, "but for its key")
		}
	}
	return list(all)
}

func list(all []grantee) string {
	words := make([]string, 0, len(all))
	for _, g := range all {
		words = append(words, g.String())
	}
	return orElse(lines(words), nobody)
}

// encryption is what the service of a thing is called in kms:ViaService, and what it says in the
// encryption context:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html.
var encryption = map[string]struct{ service, context string }{
	"aws_secretsmanager_secret": {"secretsmanager", "SecretARN"},
	"aws_s3_bucket":             {"s3", "aws:s3:arn"},
}

// unlocks tells whether somebody may use the key of a thing for what is in it. Where the
// environment has no such key, AWS's own serves whoever reads and writes.
func (e *environment) unlocks(g grantee, t *thing, verb string) bool {
	i := slices.IndexFunc(e.keys, func(k *thing) bool { return k.arn == t.key })
	if i < 0 {
		return true
	}
	k, by := e.keys[i], encryption[t.block.Type]
	uses := e.usesBy(k, g.principal)
	if g.role != nil {
		uses = e.usesOf(k, g.role)
	}
	return slices.ContainsFunc(uses, func(u use) bool {
		through := u.through == nil || slices.Contains(u.through, by.service+"."+k.region+".amazonaws.com")
		return u.verb == verb && through && u.isFor(by.context, t.arn)
	})
}

// strangers are whom the policy of a thing allows something and who are no role of the
// environment: AWS's services and their roles, other accounts, everybody. The account itself is
// not one of them.
func (e *environment) strangers(t *thing) (all []permissions.Principal) {
	for _, st := range t.policy {
		for _, p := range st.Principals {
			ours := slices.ContainsFunc(e.roles, func(r *role) bool { return r.arn == p.ID })
			if st.Allow && !ours && !e.isAccount(p) && !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// principal is whom a policy names, in a word.
func (e *environment) principal(p permissions.Principal) string {
	switch {
	case p.ID == "*":
		return "everybody"
	case p.Kind == "Service":
		return e.service(p.ID)
	default:
		return p.ID[strings.LastIndex(p.ID, "/")+1:]
	}
}
