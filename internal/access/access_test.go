package access

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"strata/internal/rendered"
)

// stack is a small one: its resources as Terraform's JSON, and policy documents by their names,
// each as the JSON of its statements.
type stack struct {
	resources string
	documents map[string]string
}

// load renders stacks, by their names, as the app would.
func load(t *testing.T, stacks map[string]stack) []rendered.Stack {
	t.Helper()
	dir, entries := t.TempDir(), map[string]any{}
	write := func(name string, value any) {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range stacks {
		environment, _, _ := strings.Cut(name, "-")
		documents := map[string]any{}
		for document, statements := range s.documents {
			documents[document] = map[string]any{"statement": json.RawMessage("[" + statements + "]")}
		}
		provider := func(region string) map[string]any {
			return map[string]any{
				"region": region, "allowed_account_ids": []string{"111111111111"},
				"default_tags": []any{map[string]any{"tags": map[string]any{"Project": "strata", "Environment": environment}}},
			}
		}
		entries[name] = map[string]any{"synthesizedStackPath": name + ".json"}
		write(name+".json", map[string]any{
			"provider": map[string]any{"aws": []any{provider("eu-central-1")}},
			"resource": json.RawMessage(s.resources),
			"data":     map[string]any{"aws_iam_policy_document": documents},
		})
	}
	write("manifest.json", map[string]any{"stacks": entries})
	loaded, err := rendered.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

const (
	ecs     = `{"sid": "Take", "actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"]}], "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["111111111111"]}, {"test": "ArnLike", "variable": "aws:SourceArn", "values": ["arn:aws:ecs:eu-central-1:111111111111:*"]}]}`
	account = `"principals": [{"type": "AWS", "identifiers": ["arn:aws:iam::111111111111:root"]}]`
	manage  = `{"sid": "Manage", "actions": ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"], "resources": ["*"], ` + account + `}`
	usable  = `{"sid": "Use", "actions": ["kms:Decrypt", "kms:GenerateDataKey*"], "resources": ["*"], ` + account + `, "condition": [{"test": "StringEquals", "variable": "kms:ViaService", "values": ["s3.eu-central-1.amazonaws.com", "secretsmanager.eu-central-1.amazonaws.com"]}]}`
)

// one is an environment with the role api, a key, a secret and a bucket that are encrypted with
// it, and the statements of the role's own policy, of its boundary and of the key.
func one(t *testing.T, own, boundary, key string) *environment {
	t.Helper()
	bound := ""
	documents := map[string]string{"trust": ecs, "own": own, "key": key}
	policies := ""
	if boundary != "" {
		documents["boundary"] = boundary
		bound = `, "permissions_boundary": "${aws_iam_policy.boundary.arn}"`
		policies = `"aws_iam_policy": {"boundary": {"name": "strata-dev-boundary", "policy": "${data.aws_iam_policy_document.boundary.json}"}},`
	}
	all, err := read(load(t, map[string]stack{"dev-security": {documents: documents, resources: `{` + policies + `
		"aws_iam_role": {"api": {"name": "strata-dev-api", "assume_role_policy": "${data.aws_iam_policy_document.trust.json}"` + bound + `}},
		"aws_iam_role_policy": {"api": {"role": "${aws_iam_role.api.name}", "policy": "${data.aws_iam_policy_document.own.json}"}},
		"aws_kms_key": {"data": {"description": "Data", "policy": "${data.aws_iam_policy_document.key.json}"}},
		"aws_kms_alias": {"data": {"name": "alias/strata-dev-data", "target_key_id": "${aws_kms_key.data.key_id}"}},
		"aws_secretsmanager_secret": {"token": {"name": "strata/dev/token", "kms_key_id": "${aws_kms_key.data.arn}", "tags": {"GeneratedBy": "terraform"}}},
		"aws_s3_bucket": {"files": {"bucket": "strata-dev-files"}},
		"aws_s3_bucket_server_side_encryption_configuration": {"files": {"bucket": "${aws_s3_bucket.files.id}", "rule": [{"apply_server_side_encryption_by_default": {"kms_master_key_id": "${aws_kms_key.data.arn}"}}]}}
	}`}}))
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// cell is what a table says of something in a column.
func cell(t *testing.T, e *environment, title, of, column string) string {
	t.Helper()
	for _, table := range e.tables() {
		i := slices.Index(table.Head, column)
		for _, r := range table.Rows {
			if table.Title == title && i >= 0 && strings.Contains(r[0], of) {
				return r[i]
			}
		}
	}
	t.Fatalf("no table %s has a row of %s and a column %s", title, of, column)
	return ""
}

func allow(actions, resource, condition string) string {
	return fmt.Sprintf(`{"sid": "Allow", "actions": [%s], "resources": [%q], "condition": [%s]}`, actions, resource, condition)
}

func deny(actions, resource string) string {
	return fmt.Sprintf(`{"sid": "KeepOff", "effect": "Deny", "actions": [%s], "resources": [%q]}`, actions, resource)
}

func equals(key, value string) string {
	return fmt.Sprintf(`{"test": "StringEquals", "variable": %q, "values": [%q]}`, key, value)
}

const (
	token     = "${aws_secretsmanager_secret.token.arn}"
	dataKey   = "${aws_kms_key.data.arn}"
	files     = "arn:aws:s3:::strata-dev-files/*"
	value     = `"secretsmanager:GetSecretValue"`
	decrypt   = `"kms:Decrypt"`
	everybody = "*"
)

var everything = allow(`"s3:*", "secretsmanager:*", "kms:*"`, everybody, "")

func TestAKeyIsUsedWhereBothPoliciesLet(t *testing.T) {
	for _, c := range []struct{ name, own, boundary, key, want string }{
		{"both", allow(decrypt, dataKey, ""), "", manage + "," + usable, "**api**: decrypt through s3, secretsmanager"},
		{"through what both name", allow(decrypt, dataKey, equals("kms:ViaService", "s3.eu-central-1.amazonaws.com")), "", usable, "**api**: decrypt through s3"},
		{"through nothing that both name", allow(decrypt, dataKey, equals("kms:ViaService", "rds.eu-central-1.amazonaws.com")), "", usable, ""},
		{"the role's alone", allow(decrypt, dataKey, ""), "", manage, ""},
		{"the key's alone", allow(value, token, ""), "", usable, ""},
		{"another verb", allow(`"kms:GenerateDataKey"`, dataKey, ""), "", usable, "**api**: encrypt through s3, secretsmanager"},
		{"by a pattern and a tag", allow(decrypt, "arn:aws:kms:eu-central-1:111111111111:key/*", equals("aws:ResourceTag/Environment", "dev")), "", usable, "**api**: decrypt through s3, secretsmanager"},
		{"another tag", allow(decrypt, "arn:aws:kms:eu-central-1:111111111111:key/*", equals("aws:ResourceTag/Environment", "production")), "", usable, ""},
		{"another region", allow(decrypt, "arn:aws:kms:eu-west-1:111111111111:key/*", ""), "", usable, ""},
		{"within a boundary", allow(decrypt, dataKey, ""), everything, usable, "**api**: decrypt through s3, secretsmanager"},
		{"outside of it", allow(decrypt, dataKey, ""), allow(value, everybody, ""), usable, ""},
		{"denied by it", allow(decrypt, dataKey, ""), everything + "," + deny(`"kms:*"`, dataKey), usable, ""},
		{"denied by the role's own", allow(decrypt, dataKey, "") + "," + deny(decrypt, everybody), "", usable, ""},
		{
			"the key's lets somebody else", allow(decrypt, dataKey, ""), "",
			`{"sid": "Logs", "actions": ["kms:Decrypt"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["logs.eu-central-1.amazonaws.com"]}]}`, "",
		},
		{
			"the key's policy names the role", allow(value, token, ""), "",
			`{"sid": "Api", "actions": ["kms:Decrypt"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["${aws_iam_role.api.arn}"]}]}`, "**api**: decrypt",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cell(t, one(t, c.own, c.boundary, c.key), "Keys", "data", "roles"); got != c.want {
				t.Errorf("the page says %q, want %q", got, c.want)
			}
		})
	}
}

func TestAKeysServicesAndManagersAreTold(t *testing.T) {
	e := one(t, allow(`"kms:PutKeyPolicy"`, dataKey, ""), "", manage+`, {"sid": "Logs", "actions": ["kms:Encrypt", "kms:Decrypt"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["logs.eu-central-1.amazonaws.com"]}],
		"condition": [{"test": "ArnLike", "variable": "kms:EncryptionContext:aws:logs:arn", "values": ["arn:aws:logs:eu-central-1:111111111111:log-group:/strata/dev/*"]}]}`)
	for column, want := range map[string]string{
		"only through":                      "",
		"AWS services, by the key's policy": "**logs**: encrypt, decrypt for `aws:logs:arn` this account's `logs:log-group:/strata/dev/*`",
		"who manages it":                    "the account<br>**api**: policy",
	} {
		if got := cell(t, e, "Keys", "data", column); got != want {
			t.Errorf("%s: the page says %q, want %q", column, got, want)
		}
	}
}

func TestWhoReadsASecret(t *testing.T) {
	decrypting := allow(decrypt, dataKey, "")
	for _, c := range []struct{ name, own, want string }{
		{"by its name", allow(value, token, "") + "," + decrypting, "**api**"},
		{"by a pattern", allow(value, "arn:aws:secretsmanager:eu-central-1:111111111111:secret:strata/dev/*", "") + "," + decrypting, "**api**"},
		{"another", allow(value, "arn:aws:secretsmanager:eu-central-1:111111111111:secret:strata/dev/other*", "") + "," + decrypting, "nobody"},
		{"by its tag", allow(value, everybody, equals("aws:ResourceTag/GeneratedBy", "terraform")) + "," + decrypting, "**api** by the tag `GeneratedBy=terraform`"},
		{"by a tag that it has not", allow(value, everybody, equals("aws:ResourceTag/GeneratedBy", "hand")) + "," + decrypting, "nobody"},
		{"without its key", allow(value, token, ""), "**api** but for its key"},
		{"with its key through another service", allow(value, token, "") + "," + allow(decrypt, dataKey, equals("kms:ViaService", "s3.eu-central-1.amazonaws.com")), "**api** but for its key"},
		{"with its key for another", allow(value, token, "") + "," + allow(decrypt, dataKey, equals("kms:EncryptionContext:SecretARN", "arn:aws:secretsmanager:eu-central-1:111111111111:secret:other")), "**api** but for its key"},
		{"with its key for itself", allow(value, token, "") + "," + allow(decrypt, dataKey, equals("kms:EncryptionContext:SecretARN", token)), "**api**"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cell(t, one(t, c.own, "", usable), "Secrets", "token", "who reads it"); got != c.want {
				t.Errorf("the page says %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhoDeletesInABucket(t *testing.T) {
	const remove = `"s3:DeleteObject"`
	for _, c := range []struct{ name, own, want string }{
		{"anything", allow(remove, files, ""), "**api**"},
		{"by a pattern of buckets", allow(remove, "arn:aws:s3:::strata-dev-*/*", ""), "**api**"},
		{"a part", allow(remove, "arn:aws:s3:::strata-dev-files/tmp/*", ""), "**api** `tmp/*`"},
		{"but for a part", allow(remove, files, "") + "," + deny(`"s3:Delete*"`, "arn:aws:s3:::strata-dev-files/keep/*"), "**api** but not `keep/*`"},
		{"but for a part that it has not", allow(remove, "arn:aws:s3:::strata-dev-files/tmp/*", "") + "," + deny(`"s3:Delete*"`, "arn:aws:s3:::strata-dev-files/keep/*"), "**api** `tmp/*`"},
		{"nothing", allow(remove, files, "") + "," + deny(`"s3:*"`, everybody), "nobody"},
		{"the bucket, not what is in it", allow(`"s3:DeleteBucket"`, "arn:aws:s3:::strata-dev-files", ""), "nobody"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cell(t, one(t, c.own, "", usable), "Buckets and image repositories", "files", "who deletes"); got != c.want {
				t.Errorf("the page says %q, want %q", got, c.want)
			}
		})
	}
}

func TestARoleIsToldByWhoTakesItAndWhatItMay(t *testing.T) {
	e := one(t, allow(value, token, "")+","+allow(decrypt, dataKey, equals("kms:ViaService", "secretsmanager.eu-central-1.amazonaws.com")), everything, usable)
	for column, want := range map[string]string{
		"who takes it":            "**ecs-tasks** for this account's `ecs:*`",
		"boundary":                "boundary",
		"what its policies allow": "**kms**: Decrypt with the key `data` through secretsmanager<br>**secretsmanager**: GetSecretValue on `secret:strata/dev/token`",
	} {
		if got := cell(t, e, "Roles", "api", column); got != want {
			t.Errorf("%s: the page says %q, want %q", column, got, want)
		}
	}
}

func TestWhatThePageDoesNotKnowIsAnError(t *testing.T) {
	const api = `"aws_iam_role": {"api": {"name": "strata-dev-api", "assume_role_policy": "${data.aws_iam_policy_document.trust.json}"}}`
	for _, c := range []struct{ name, resources, want string }{
		{"a policy of somebody else", `"aws_iam_user_policy": {"it": {"user": "ann", "policy": "${data.aws_iam_policy_document.own.json}"}}`, "aws_iam_user_policy.it: is the policy of nobody"},
		{"a policy of AWS", `"aws_iam_role_policy_attachment": {"it": {"role": "${aws_iam_role.api.name}", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}`, "attaches arn:aws:iam::aws:policy/ReadOnlyAccess"},
		{"a bucket from elsewhere", `"aws_s3_bucket_policy": {"it": {"bucket": "other", "policy": "${data.aws_iam_policy_document.own.json}"}}`, "is the bucket policy of nothing"},
		{"a boundary from elsewhere", `"aws_iam_role": {"other": {"name": "strata-dev-other", "assume_role_policy": "${data.aws_iam_policy_document.trust.json}", "permissions_boundary": "arn:aws:iam::111111111111:policy/other"}}`, "has the boundary arn:aws:iam::111111111111:policy/other"},
		{"a policy that Terraform computes", `"aws_iam_role_policy": {"it": {"role": "${aws_iam_role.api.name}", "policy": "${jsonencode({\"Statement\" = []})}"}}`, "can't be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(load(t, map[string]stack{
				"dev-backend":  {resources: `{` + api + `}`, documents: map[string]string{"trust": ecs}},
				"dev-security": {resources: `{` + c.resources + `}`, documents: map[string]string{"trust": ecs, "own": allow(value, token, "")}},
			}))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got the error %v, want one with %q", err, c.want)
			}
		})
	}
}

// Of another environment only what differs is told, and names don't make a difference.
func TestAnotherEnvironmentIsToldByWhatDiffers(t *testing.T) {
	rendering := func(environment, actions, more string) stack {
		return stack{documents: map[string]string{"trust": ecs, "own": allow(actions, "arn:aws:s3:::strata-"+environment+"-files/*", "")}, resources: `{
			"aws_iam_role": {` + more + `"api": {"name": "strata-` + environment + `-api", "assume_role_policy": "${data.aws_iam_policy_document.trust.json}"}},
			"aws_iam_role_policy": {"api": {"role": "${aws_iam_role.api.name}", "policy": "${data.aws_iam_policy_document.own.json}"}}}`}
	}
	const web = `"web": {"name": "strata-production-web", "assume_role_policy": "${data.aws_iam_policy_document.trust.json}"},`
	text, err := Document(load(t, map[string]stack{
		"production-security": rendering("production", `"s3:GetObject"`, web),
		"dev-security":        rendering("dev", `"s3:GetObject", "s3:PutObject"`, ""),
		"staging-security":    rendering("staging", `"s3:GetObject"`, strings.ReplaceAll(web, "production", "staging")),
	}))
	if err != nil {
		t.Fatal(err)
	}
	_, others, _ := strings.Cut(string(text), "\n## dev\n")
	const want = `
As in production, with its own names, account and regions, but for these rows.

### Roles

Not here: **web**.

| role | who takes it | boundary | what its policies allow |
| --- | --- | --- | --- |
| **api** | **ecs-tasks** for this account's ` + "`ecs:*`" + ` | none | **s3**: GetObject, PutObject on ` + "`strata-dev-files/*`" + ` |

## staging

As in production, with its own names, account and regions.
`
	if others != want {
		t.Errorf("the page says of the others\n%s\nwant\n%s", others, want)
	}
}

func TestASidReadsAsWords(t *testing.T) {
	for sid, want := range map[string]string{
		"RefusePlainHTTP": "refuse plain HTTP", "RefuseOldTLS": "refuse old TLS", "HTTPIsRefused": "HTTP is refused", "Pull": "pull", "": "",
	} {
		if got := sentence(sid); got != want {
			t.Errorf("%q reads as %q, want %q", sid, got, want)
		}
	}
}
