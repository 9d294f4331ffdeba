//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"strata/e2e/harness"
)

// policyDocument is the policy of a repository or a secret.
type policyDocument struct {
	Statement []struct {
		Sid, Effect string
		Action      list
		Principal   any
		Condition   map[string]map[string]list
	}
}

// list is what a policy has as a string or as several.
type list []string

func (l *list) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(l))
}

func parsePolicy(t *testing.T, text *string) (p policyDocument) {
	t.Helper()
	if err := json.Unmarshal([]byte(aws.ToString(text)), &p); err != nil {
		t.Fatalf("%v in the policy %q", err, aws.ToString(text))
	}
	return p
}

// allowed are those whom the policy allows an action, sorted.
func (p policyDocument) allowed(action string) []string {
	found := []string{}
	for _, s := range p.Statement {
		applies := slices.ContainsFunc(s.Action, func(pattern string) bool {
			matches, err := path.Match(pattern, action)
			return matches || err != nil
		})
		if s.Effect != "Allow" || !applies {
			continue
		}
		var named struct{ AWS list }
		text, err := json.Marshal(s.Principal)
		if err == nil {
			err = json.Unmarshal(text, &named)
		}
		if err != nil {
			return []string{fmt.Sprint(s.Principal)}
		}
		found = append(found, named.AWS...)
	}
	slices.Sort(found)
	return found
}

// refusesOtherAccounts checks that whoever is of another account is refused everything, but for
// AWS's own services.
func (p policyDocument) refusesOtherAccounts(t *testing.T, env *harness.Environment, what, service string) {
	t.Helper()
	for _, s := range p.Statement {
		everybody := fmt.Sprint(s.Principal)
		account, services := s.Condition["StringNotEquals"]["aws:PrincipalAccount"], s.Condition["Bool"]["aws:PrincipalIsAWSService"]
		if s.Effect == "Deny" && (everybody == "*" || everybody == "map[AWS:*]") && slices.Equal(s.Action, list{service + ":*"}) && len(s.Condition) == 2 &&
			slices.Equal(account, list{env.Account}) && slices.Equal(services, list{"false"}) {
			return
		}
	}
	t.Errorf("%s doesn't refuse other accounts; its policy is %+v", what, p)
}
