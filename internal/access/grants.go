package access

import (
	"maps"
	"slices"
	"strings"

	"strata/internal/permissions"
)

// may gives the statements of a role's own policies that allow an action on a thing's ARN, or on
// some of what a pattern stands for. A Deny with a condition is taken as not being met.
func (r *role) may(action string, t *thing, arn string) (by []permissions.Statement) {
	refused := func(all []permissions.Statement) bool {
		return slices.ContainsFunc(all, func(st permissions.Statement) bool {
			return !st.Allow && len(st.Conditions) == 0 && about(st, action, solid(arn))
		})
	}
	if refused(r.own) || refused(t.policy) {
		return nil
	}
	if r.boundary != nil && (refused(r.boundary.statements) || len(allowing(r.boundary.statements, action, t, arn)) == 0) {
		return nil
	}
	return allowing(r.own, action, t, arn)
}

func allowing(all []permissions.Statement, action string, t *thing, arn string) (by []permissions.Statement) {
	for _, st := range all {
		if st.Allow && about(st, action, arn) && t.tagged(st) {
			by = append(by, st)
		}
	}
	return by
}

// solid is a pattern as one text, so that only what covers all of it meets it.
func solid(pattern string) string { return strings.ReplaceAll(pattern, "*", "\x00") }

// about tells whether a statement is about an action on a resource. One without resources is
// about whatever its policy belongs to.
func about(st permissions.Statement, action, arn string) bool {
	one := func(patterns, left []string, text string) bool {
		meets := func(pattern string) bool { return permissions.Meet(pattern, text) }
		if len(left) > 0 {
			return !slices.ContainsFunc(left, meets)
		}
		return len(patterns) == 0 || slices.ContainsFunc(patterns, meets)
	}
	return one(st.Actions, st.NotActions, action) && one(st.Resources, st.NotResources, arn)
}

const resourceTag = "aws:ResourceTag/"

// tagged tells whether a thing has the tags that a statement's conditions ask for.
func (t *thing) tagged(st permissions.Statement) bool {
	for _, c := range st.Conditions {
		key, ok := strings.CutPrefix(c.Key, resourceTag)
		if !ok || strings.Contains(c.Operator, "Not") {
			continue
		}
		value, has := t.tags[key]
		if !has && strings.HasSuffix(c.Operator, "IfExists") {
			continue
		}
		if !has || !slices.ContainsFunc(c.Values, func(v string) bool { return permissions.Meet(v, value) }) {
			return false
		}
	}
	return true
}

// use is one thing that somebody may do with a key, and the services through which, none where
// it need be through none.
type use struct {
	verb    string
	through []string
	// conditions that are asked for besides.
	conditions []permissions.Condition
}

// isFor tells whether the use may have a value in its encryption context.
func (u use) isFor(key, value string) bool {
	return !slices.ContainsFunc(u.conditions, func(c permissions.Condition) bool {
		return c.Key == encryptionContext+key && !slices.ContainsFunc(c.Values, func(v string) bool { return permissions.Meet(v, value) })
	})
}

// verbs are what a key is used for, by the actions that tell.
var verbs = []struct{ action, verb string }{
	{"kms:Encrypt", "encrypt"}, {"kms:GenerateDataKey", "encrypt"}, {"kms:Decrypt", "decrypt"}, {"kms:CreateGrant", "grants"},
}

// usesOf are what a role may do with a key. The policy of the key must let the role, or the
// account, whose IAM policies then count too; what both ask for must be met.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func (e *environment) usesOf(k *thing, r *role) (uses []use) {
	for _, v := range verbs {
		for _, st := range allowing(k.policy, v.action, k, k.arn) {
			switch {
			case names(st, r.arn):
				uses = append(uses, use{v.verb, through(st), st.Conditions})
			case e.delegates(st):
				for _, own := range r.may(v.action, k, k.arn) {
					if services, ok := both(through(st), through(own)); ok {
						uses = append(uses, use{v.verb, services, own.Conditions})
					}
				}
			}
		}
	}
	return uses
}

// manages are the ways in which a role may change what a key is for.
func (e *environment) manages(k *thing, r *role) (ways []string) {
	for _, way := range []struct{ action, name string }{
		{"kms:PutKeyPolicy", "policy"}, {"kms:ScheduleKeyDeletion", "deletion"}, {"kms:DisableKey", "disabling"},
	} {
		allowed := slices.ContainsFunc(allowing(k.policy, way.action, k, k.arn), func(st permissions.Statement) bool {
			return names(st, r.arn) || e.delegates(st) && len(r.may(way.action, k, k.arn)) > 0
		})
		if allowed {
			ways = append(ways, way.name)
		}
	}
	return ways
}

// names tells whether a statement is for one principal.
func names(st permissions.Statement, id string) bool {
	return slices.ContainsFunc(st.Principals, func(p permissions.Principal) bool { return p.ID == id })
}

// delegates tells whether a statement lets the account, and so whomever its IAM policies let.
func (e *environment) delegates(st permissions.Statement) bool {
	return slices.ContainsFunc(st.Principals, e.isAccount)
}

func (e *environment) isAccount(p permissions.Principal) bool {
	return p.ID == "arn:aws:iam::"+e.account+":root" || p.ID == e.account
}

// usesBy are what the policy of a key lets somebody do who is no role of the environment.
func (e *environment) usesBy(k *thing, p permissions.Principal) (uses []use) {
	for _, v := range verbs {
		for _, st := range allowing(k.policy, v.action, k, k.arn) {
			if slices.Contains(st.Principals, p) {
				uses = append(uses, use{v.verb, through(st), st.Conditions})
			}
		}
	}
	return uses
}

const viaService = "kms:ViaService"

// through are the services through which alone a statement allows something, nil for any way.
func through(st permissions.Statement) (services []string) {
	for _, c := range st.Conditions {
		if c.Key == viaService && c.Operator == "StringEquals" {
			services = append(services, c.Values...)
		}
	}
	return services
}

// both are the services that two lists have in common, in which nil is every way.
func both(a, b []string) (services []string, ok bool) {
	if a == nil || b == nil {
		return append(a, b...), true
	}
	for _, s := range a {
		if slices.Contains(b, s) {
			services = append(services, s)
		}
	}
	return services, len(services) > 0
}

// byService are the actions that a role's policies allow, by service.
func (r *role) byService() map[string][]string {
	of := map[string][]string{}
	for _, st := range r.own {
		if st.Allow {
			for _, name := range st.Actions {
				service, action, _ := strings.Cut(name, ":")
				if !slices.Contains(of[service], action) {
					of[service] = append(of[service], action)
				}
			}
		}
	}
	return of
}

// many tells whether a role has more actions than a cell can name.
func (r *role) many() bool {
	const most = 60
	count := 0
	for actions := range maps.Values(r.byService()) {
		count += len(actions)
	}
	return count > most
}
