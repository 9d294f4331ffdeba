//go:build e2e

package e2e

import (
	"path"
	"slices"
	"testing"

	"strata/e2e/harness"
)

// allowed are those whom a policy allows an action, sorted.
func allowed(p harness.Document, action string) []string {
	found := []string{}
	for _, s := range p.Statement {
		applies := slices.ContainsFunc(s.Action, func(pattern string) bool {
			matches, err := path.Match(pattern, action)
			return matches || err != nil
		})
		if s.Effect == "Allow" && applies {
			found = append(found, s.Principal["AWS"]...)
		}
	}
	slices.Sort(found)
	return found
}

// refusesOtherAccounts checks that whoever is of another account is refused everything, but for
// AWS's own services.
func refusesOtherAccounts(t *testing.T, env *harness.Environment, p harness.Document, what, service string) {
	t.Helper()
	for _, s := range p.Statement {
		account, services := s.Condition["StringNotEquals"]["aws:PrincipalAccount"], s.Condition["Bool"]["aws:PrincipalIsAWSService"]
		if s.Effect == "Deny" && slices.Equal(s.Principal["AWS"], []string{"*"}) && slices.Equal(s.Action, []string{service + ":*"}) && len(s.Condition) == 2 &&
			slices.Equal(account, []string{env.Account}) && slices.Equal(services, []string{"false"}) {
			return
		}
	}
	t.Errorf("%s doesn't refuse other accounts; its policy is %+v", what, p)
}
