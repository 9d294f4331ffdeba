package stacks_test

import (
	"slices"
	"testing"

	"strata/environments"
	"strata/internal/rendered"
)

// document is the statements of the policy document that a reference leads to.
func document(t *testing.T, s rendered.Stack, reference string) []rendered.Object {
	t.Helper()
	for _, d := range s.Data {
		if reference == "${data."+d.Address()+".json}" {
			return d.Objects("statement")
		}
	}
	t.Errorf("%q is no policy document of %s", reference, s.Name)
	return nil
}

func TestKeysRotateAndStayManageable(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		for _, key := range s.Of("aws_kms_key") {
			if key.At("enable_key_rotation") != true {
				t.Errorf("%s does not rotate", key.Address())
			}
			var managed bool
			for _, statement := range document(t, s, key.String("policy")) {
				for _, principal := range statement.Objects("principals") {
					managed = managed || slices.Contains(principal.List("identifiers"), "arn:aws:iam::"+env.Account+":root") &&
						slices.Contains(statement.List("actions"), "kms:PutKeyPolicy")
				}
			}
			if !managed {
				t.Errorf("%s: nobody could change its policy again", key.Address())
			}
		}
	})
}
