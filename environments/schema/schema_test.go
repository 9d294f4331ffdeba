package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// TestMain runs the tests where the command runs: in the folder of the repository.
func TestMain(m *testing.M) {
	if err := os.Chdir(filepath.Join("..", "..")); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestFresh(t *testing.T) {
	if err := run(true); err != nil {
		t.Fatal(err)
	}
}

// valid asks the committed schema of a file's content.
func valid(t *testing.T, content []byte) error {
	t.Helper()
	data, err := yaml.YAMLToJSON(content)
	if err != nil {
		t.Fatal(err)
	}
	document, err := validator.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := validator.NewCompiler().Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(document)
}

func TestEnvironmentsAreValid(t *testing.T) {
	files, err := filepath.Glob("environments/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no environments", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(t, content); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if first, _, _ := strings.Cut(string(content), "\n"); first != "# yaml-language-server: $schema=schema.json" {
			t.Errorf("%s doesn't name the schema in its first line", file)
		}
	}
}

// TestMistakes holds that an editor marks what the loader would refuse, as far as one value
// tells.
func TestMistakes(t *testing.T) {
	content, err := os.ReadFile("environments/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{"owner: platform", "ownr: platform"},
		{"owner: platform", ""},
		{"owner: platform", `owner: ""`},
		{"owner: platform", "owner: 'platform #1'"},
		{`"111111111111"`, "111111111111"},
		{`"111111111111"`, `"1111"`},
		{"eu-central-1", "eu-central-9"},
		{"protected: false", "protected: 'no'"},
		{"protected: false", "project: Strata"},
		{"protected: false", "recovery_region: nowhere"},
		{"cidr: 10.10.0.0/16", "cidr: 10.10.0.0"},
		{"cidr: 10.10.0.0/16", "egress_ports: [443]"},
		{"nat: single", "nat: singel"},
		{"nat: single", "zones: [a]"},
		{"nat: single", "zones: [a, a]"},
		{"nat: single", "zones: [a, z]"},
		{"nat: single", "egress_ports: [22]"},
		{"nat: single", "egress_ports: [1, 2, 3, 4, 5, 6]"},
		{"nat: single", "interface_endpoints: [s4]"},
		{"flow_log_days: 30", "flow_log_days: 45"},
		{"name: dev.example.com", "name: dev"},
		{"name: dev.example.com", "zone_id: Z1"},
		{"log_days: 30\n\nload", "rule_groups: [none]\n\nload"},
		{"  frontend:", "  Front:"},
		{"port: 80", "port: 3389"},
		{"port: 80", "port: 70000"},
		{`["/*"]`, `["*"]`},
		{`["/*"]`, `[/a, /b, /c, /d]`},
		{"path: /api/health", "path: health"},
		{"path: /api/health", "codes: 2xx"},
	} {
		if !strings.Contains(string(content), change[0]) {
			t.Fatalf("dev.yaml has no %q", change[0])
		}
		if valid(t, []byte(strings.Replace(string(content), change[0], change[1], 1))) == nil {
			t.Errorf("%q in place of %q is valid", change[1], change[0])
		}
	}
}
