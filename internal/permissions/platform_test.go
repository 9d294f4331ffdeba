package permissions

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"strata/internal/rendered"
)

// blocks are resources or data sources as Terraform's JSON: type, name, attributes.
type blocks map[string]map[string]map[string]any

// synthetic is a small stack of the environment dev, in the account 111111111111.
type synthetic struct {
	layer     string
	after     []string // layers
	resources blocks
	data      blocks
	outputs   map[string]any
}

// checked renders the stacks as the app would and checks them.
func checked(t *testing.T, stacks ...synthetic) []Finding {
	t.Helper()
	dir, entries := t.TempDir(), map[string]any{}
	write := func(path string, value any) {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, path), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range stacks {
		name, dependencies := "dev-"+s.layer, []string{}
		for _, layer := range s.after {
			dependencies = append(dependencies, "dev-"+layer)
		}
		outputs := map[string]any{}
		for output, value := range s.outputs {
			outputs[output] = map[string]any{"value": value}
		}
		entries[name] = map[string]any{"synthesizedStackPath": name + ".json", "dependencies": dependencies}
		write(name+".json", map[string]any{
			"provider": map[string]any{"aws": []any{map[string]any{
				"region": "eu-central-1", "allowed_account_ids": []string{"111111111111"},
				"default_tags": []any{map[string]any{"tags": map[string]any{"Project": "strata", "Environment": "dev"}}},
			}}},
			"resource": s.resources, "data": s.data, "output": outputs,
		})
	}
	write("manifest.json", map[string]any{"stacks": entries})
	loaded, err := rendered.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return Check(loaded)
}

// holders are resources in which a policy of each kind stands.
var holders = map[Kind]string{
	IdentityPolicy:   `{"aws_iam_role_policy": {"it": {"role": "strata-dev-api", "policy": %q}}}`,
	Boundary:         `{"aws_iam_policy": {"it": {"name": "strata-dev-boundary", "policy": %q}}}`,
	TrustPolicy:      `{"aws_iam_role": {"it": {"name": "strata-dev-it", "assume_role_policy": %q}}}`,
	KeyPolicy:        `{"aws_kms_key": {"it": {"policy": %q}}}`,
	BucketPolicy:     `{"aws_s3_bucket_policy": {"it": {"bucket": "strata-dev-logs", "policy": %q}}}`,
	EndpointPolicy:   `{"aws_vpc_endpoint": {"it": {"policy": %q}}}`,
	SecretPolicy:     `{"aws_secretsmanager_secret_policy": {"it": {"policy": %q}}}`,
	RepositoryPolicy: `{"aws_ecr_repository_policy": {"it": {"policy": %q}}}`,
	LogsPolicy:       `{"aws_cloudwatch_log_resource_policy": {"it": {"policy_document": %q}}}`,
	TopicPolicy:      `{"aws_sns_topic_policy": {"it": {"policy": %q}}}`,
}

// used is a stack with one document, used as a policy of a kind. The statements are written
// as Terraform's JSON.
func used(t *testing.T, as Kind, statements ...string) synthetic {
	t.Helper()
	s := synthetic{layer: "security"}
	read(t, fmt.Sprintf(holders[as], "${data.aws_iam_policy_document.it.json}"), &s.resources)
	read(t, `{"aws_iam_policy_document": {"it": {"statement": [`+strings.Join(statements, ",")+`]}}}`, &s.data)
	return s
}

func read(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// of reads blocks from Terraform's JSON.
func of(t *testing.T, text string) (b blocks) {
	t.Helper()
	read(t, text, &b)
	return b
}

// expect compares findings, written as a stack's layer, address, problem and rule, with what is wanted.
func expect(t *testing.T, found []Finding, want ...string) {
	t.Helper()
	got := make([]string, 0, len(found))
	for _, f := range found {
		got = append(got, f.String())
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("found\n%s\nwant\n%s", g, w)
	}
}
