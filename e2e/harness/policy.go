//go:build e2e

package harness

import (
	"encoding/json"
	"net/url"
	"testing"
)

// Document is a policy.
type Document struct{ Statement []Statement }

// Statement of a policy, as far as tests look at it.
type Statement struct {
	Sid, Effect string
	Action      Strings
	Principal   Principal
	Condition   map[string]map[string]Strings
}

// Strings is what a policy has as a string or as several.
type Strings []string

// UnmarshalJSON reads either.
func (s *Strings) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*s = Strings{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(s))
}

// Principal is who a statement is about, by kind: AWS, Service or Federated.
type Principal map[string]Strings

// UnmarshalJSON takes "*" for {"AWS": "*"}, as AWS does.
func (p *Principal) UnmarshalJSON(text []byte) error {
	if string(text) == `"*"` {
		*p = Principal{"AWS": {"*"}}
		return nil
	}
	return json.Unmarshal(text, (*map[string]Strings)(p))
}

// ReadPolicy reads a policy, which IAM gives escaped as in an address.
func ReadPolicy(t testing.TB, text string) (d Document) {
	t.Helper()
	if plain, err := url.PathUnescape(text); err == nil && text != "" && text[0] == '%' {
		text = plain
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v in the policy %q", err, text)
	}
	return d
}

// Policy is a policy document of the statements.
func Policy(t testing.TB, statements ...map[string]any) string {
	t.Helper()
	document, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	return string(document)
}
