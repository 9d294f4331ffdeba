package stacks_test

import (
	"regexp"
	"slices"
	"strings"
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

// statements calls f with every statement of every policy document.
func statements(t *testing.T, f func(t *testing.T, where string, document rendered.Block, statement rendered.Object)) {
	each(t, "", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		for _, d := range s.Data {
			if d.Type != "aws_iam_policy_document" {
				continue
			}
			for _, statement := range d.Objects("statement") {
				f(t, d.Name+"/"+statement.String("sid"), d, statement)
			}
		}
	})
}

func TestNoStatementAllowsEverything(t *testing.T) {
	statements(t, func(t *testing.T, where string, _ rendered.Block, statement rendered.Object) {
		if statement.String("sid") == "" {
			t.Errorf("%s: a statement says in its sid what it is for", where)
		}
		if statement.At("not_actions") != nil || statement.At("not_resources") != nil || statement.At("not_principals") != nil {
			t.Errorf("%s: says what it leaves out instead of what it allows", where)
		}
		if statement.String("effect") != "Allow" || strings.Contains(where, "boundary") { // which grants nothing
			return
		}
		for _, action := range statement.List("actions") {
			if strings.HasSuffix(action, ":*") || action == "*" {
				t.Errorf("%s allows %s: name the actions", where, action)
			}
		}
	})
}

// Documents that belong to a resource, in which * is that resource, or the door to a service
// and not a resource of the account; and boundaries, which grant nothing.
var ownResource = regexp.MustCompile(`_key_policy$|_endpoint_policy$|_trust$|_(repository|secret)_policy_document$|^(copies|public_images)_policy$|boundary_policy_document$`)

// Statements whose actions AWS knows no finer resource for.
var ofTheAccount = []string{"LogInToTheRegistry", "FindWhatToBackUp", "FindWhereToRestore", "HoldSessions"}

func TestResourcesAreNamed(t *testing.T) {
	statements(t, func(t *testing.T, where string, d rendered.Block, statement rendered.Object) {
		if ownResource.MatchString(d.Name) || slices.Contains(ofTheAccount, statement.String("sid")) {
			return
		}
		if resources := statement.List("resources"); len(resources) == 0 || slices.Contains(resources, "*") {
			t.Errorf("%s: names no resource", where)
		}
	})
}

// A service acts for whoever asks it to: it must be held to the account that asks.
func TestServicesActOnlyForTheAccount(t *testing.T) {
	held := []string{"aws:SourceAccount", "aws:SourceArn", "kms:EncryptionContext:aws:logs:arn", "kms:EncryptionContext:aws:sns:topicArn"}
	// They say nothing of whom they act for, and take only what somebody of the account has handed them.
	silent := []string{"backup.amazonaws.com", "ec2.amazonaws.com", "ecr.amazonaws.com"}
	// Its path names the account: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html.
	byPath := []string{"logdelivery.elasticloadbalancing.amazonaws.com"}
	statements(t, func(t *testing.T, where string, _ rendered.Block, statement rendered.Object) {
		for _, principal := range statement.Objects("principals") {
			if principal.String("type") != "Service" || slices.ContainsFunc(principal.List("identifiers"), func(p string) bool { return slices.Contains(slices.Concat(byPath, silent), p) }) {
				continue
			}
			if !slices.ContainsFunc(statement.Objects("condition"), func(c rendered.Object) bool { return slices.Contains(held, c.String("variable")) }) {
				t.Errorf("%s: lets %v act for any account (confused deputy): add one of %v", where, principal.List("identifiers"), held)
			}
		}
	})
}

// Whoever may be anybody must be told apart by a condition, be denied, or be given what is
// public anyway.
func TestAnybodyIsNarrowed(t *testing.T) {
	statements(t, func(t *testing.T, where string, _ rendered.Block, statement rendered.Object) {
		for _, principal := range statement.Objects("principals") {
			anybody := slices.Contains(principal.List("identifiers"), "*") && statement.String("effect") == "Allow"
			if anybody && len(statement.Objects("condition")) == 0 && statement.String("sid") != "ImageLayers" {
				t.Errorf("%s: allows anybody", where)
			}
		}
	})
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
