package environments

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var update = flag.Bool("update", false, "write the reports of testdata anew")

// sample is a file without a mistake, with every required key and little else.
const sample = head + services

const head = `account: "111111111111"
region: eu-central-1
owner: platform
cost_center: development
network:
  cidr: 10.10.0.0/16
domain:
  name: dev.example.com
`

const services = `services:
  frontend:
    port: 80
    priority: 1000
    paths: ["/*"]
  backend:
    port: 3001
    priority: 100
    paths: ["/api/*"]
`

// edited is the sample with one part replaced by another, in pairs.
func edited(pairs ...string) string {
	text := sample
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			panic("the sample has no " + pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// with is the sample with something added, at the end.
func with(lines string) string { return sample + lines + "\n" }

// frontend is the sample with something added to the service frontend.
func frontend(lines string) string {
	return edited(`    paths: ["/*"]`+"\n", `    paths: ["/*"]`+"\n"+lines+"\n")
}

// many writes n services.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  s%d: {port: %d, priority: %d, paths: [/s%d]}\n", i, 1000+i, 200+i, i)
	}
	return b.String()
}

// TestReports holds what a user sees for each mistake in testdata/reports. A case is one file,
// dev.yaml, with something wrong.
func TestReports(t *testing.T) {
	for name, content := range mistakes() {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			environment, err := Parse("environments/dev.yaml", []byte(content))
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %s", took)
			}
			if environment != nil || err == nil {
				t.Fatalf("was accepted: %+v", environment)
			}
			golden(t, name, err)
		})
	}
}

// mistakes are files with something wrong, by the name of the report.
func mistakes() map[string]string {
	return map[string]string{
		// text
		"empty":             "",
		"only-comments":     "# nothing\n\n# here\n",
		"only-separator":    "---\n",
		"two-documents":     sample + "---\n" + sample,
		"utf16":             "\xff\xfea\x00",
		"not-utf8":          edited("platform", "plat\xfform"),
		"nul":               edited("platform", "plat\x00form"),
		"binary":            "\x7fELF\x02\x01\x01\x00\x00",
		"escape":            edited("platform", "\x1b[31mplatform"),
		"invisible":         edited("platform", "plat\ufeffform"),
		"huge":              sample + strings.Repeat("# more\n", 10000),
		"tabs":              edited("  cidr:", "\tcidr:", "  name:", "\tname:"),
		"list":              "- account\n- region\n",
		"scalar":            "dev\n",
		"unclosed-quote":    edited(`"111111111111"`, `"111111111111`),
		"unclosed-bracket":  edited(`["/*"]`, `["/*"`),
		"indentation":       edited("  name: dev", " name: dev\n  zone_id: Z1"),
		"colon-in-value":    edited("owner: platform", "owner: platform: web"),
		"anchors":           edited("platform", "&o platform", "cost_center: development", "cost_center: *o"),
		"alias-bomb":        "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n",
		"merge-key":         with("  third:\n    <<: {port: 1}"),
		"yaml-tag":          edited("owner: platform", "owner: !!binary cGxhdGZvcm0="),
		"directive":         "%YAML 1.1\n---\n" + sample,
		"several-lines":     edited("owner: platform", "owner: |\n  platform\n  web"),
		"unquoted-wildcard": frontend("    hosts: [*.dev.example.com]"),
		"deep-brackets":     edited(`["/*"]`, strings.Repeat("[", 900)+strings.Repeat("]", 900)),
		"deep-lists":        edited(`["/*"]`, "\n      "+strings.Repeat("- ", 900)+"a"),
		"deep-keys":         edited(`["/*"]`, strings.Repeat("{a: ", 300)+strings.Repeat("}", 300)),

		"long-line": edited(`["/*"]`, "["+strings.Repeat("/a, ", 10000)+"]"),

		// keys
		"unknown-key":        edited("owner:", "ownr:"),
		"unknown-far":        with("colour: blue"),
		"unknown-nested":     edited("  cidr:", "  zonez: [a, b]\n  cidr:"),
		"unknown-in-service": frontend("    healthy: 2\n    health: {patch: /}"),
		"misplaced-key":      edited("cost_center", "cidr: 10.0.0.0/16\ncost_center"),
		"duplicate-key":      edited("owner: platform", "owner: platform\nowner: web"),
		"duplicate-nested":   frontend("    port: 81"),
		"duplicate-service":  with("  frontend:\n    port: 82\n    priority: 3\n    paths: [/x]"),
		"missing-keys":       "project: strata\n",
		"missing-nested":     edited("  cidr: 10.10.0.0/16", "  nat: single", "    port: 80\n", ""),
		"null-values":        edited("owner: platform", "owner:", "  cidr: 10.10.0.0/16", "", "1000", "~"),
		"null-in-list":       edited(`["/*"]`, "[/*, ~]"),
		"complex-key":        with("? [a]\n: b"),
		"number-key":         with("1: 2"),

		// types
		"account-number":       edited(`"111111111111"`, "111111111111"),
		"account-leading-zero": edited(`"111111111111"`, "011111111111"),
		"account-zero-nine":    edited(`"111111111111"`, "098765432109"),
		"number-for-text":      frontend("    health:\n      codes: 200"),
		"bool-for-text":        edited("platform", "true"),
		"text-for-number":      edited("port: 80", `port: "80"`),
		"word-for-number":      edited("port: 80", "port: http"),
		"fraction":             edited("port: 80", "port: 80.5"),
		"hexadecimal":          edited("port: 80", "port: 0x50"),
		"octal":                edited("port: 80", "port: 0080"),
		"number-too-large":     edited("port: 80", "port: 99999999999999999999999"),
		"yes-for-bool":         with("protected: yes"),
		"text-for-bool":        with(`protected: "false"`),
		"text-for-list":        edited(`["/*"]`, "/*"),
		"list-for-text":        edited("platform", "[platform]"),
		"text-for-keys":        edited("network:\n  cidr: 10.10.0.0/16", "network: 10.10.0.0/16"),
		"list-for-keys":        edited("  cidr:", "  - cidr:"),
		"keys-for-list":        edited(`["/*"]`, "{a: b}"),
		"list-of-keys":         edited(`["/*"]`, "\n      - path: /*"),
		"services-list":        edited("services:\n  frontend:", "services:\n- frontend:", "\n  backend", "\n- backend"),

		// values
		"account-short":         edited(`"111111111111"`, `"1111-1111-1111"`),
		"region-unknown":        edited("eu-central-1", "eu-centrl-1"),
		"region-zone":           edited("eu-central-1", "eu-central-1a"),
		"recovery-same":         with("recovery_region: eu-central-1"),
		"zone-missing":          edited("  cidr:", "  zones: [a, b, d]\n  cidr:"),
		"zone-name":             edited("  cidr:", "  zones: [a, eu-central-1b, z]\n  cidr:"),
		"zone-default":          edited("eu-central-1", "ca-central-1"),
		"zones-few":             edited("  cidr:", "  zones: [a]\n  cidr:"),
		"zones-twice":           edited("  cidr:", "  zones:\n    - a\n    - b\n    - a\n  cidr:"),
		"cidr-host-bits":        edited("10.10.0.0/16", "10.10.0.1/16"),
		"cidr-public":           edited("10.10.0.0/16", "172.32.0.0/16"),
		"cidr-small":            edited("10.10.0.0/16", "10.10.0.0/23"),
		"cidr-large":            edited("10.10.0.0/16", "10.0.0.0/8"),
		"cidr-no-length":        edited("10.10.0.0/16", "10.10.0.0"),
		"cidr-ipv6":             edited("10.10.0.0/16", "fd00::/16"),
		"project-alphabet":      with("project: Strata_Web"),
		"project-case":          with("project: Strata"),
		"project-long":          with("project: strata-web-platform"),
		"project-internal":      with("project: internal"),
		"project-sg":            with("project: sg-web"),
		"project-aws":           with("project: aws-web"),
		"project-sthree":        with("project: sthree"),
		"service-alphabet":      edited("  frontend:", "  front_end:"),
		"service-long":          edited("  frontend:", "  the-frontend-of-the-shop:"),
		"bucket-dots":           with("state:\n  bucket: strata.state"),
		"bucket-short":          with("state:\n  bucket: ab"),
		"bucket-prefix":         with("state:\n  bucket: xn--strata"),
		"bucket-suffix":         with("state:\n  bucket: strata-s3alias"),
		"tag-alphabet":          edited("owner: platform", `owner: "platform #1"`, "development", `"aws:dev"`),
		"tag-empty":             edited("owner: platform", `owner: ""`),
		"tag-long":              edited("owner: platform", "owner: "+strings.Repeat("x", 257)),
		"domain-case":           edited("dev.example.com", "Dev.Example.com"),
		"domain-url":            edited("dev.example.com", "https://dev.example.com/"),
		"domain-long":           edited("dev.example.com", strings.Repeat("long.", 12)+"example.com"),
		"zone-id":               edited("  name: dev", "  zone_id: z123\n  name: dev"),
		"retention":             edited("  cidr:", "  flow_log_days: 45\n  cidr:"),
		"nat":                   edited("  cidr:", "  nat: singel\n  cidr:"),
		"egress-many":           edited("  cidr:", "  egress_ports: [443, 444, 445, 446, 447, 448]\n  cidr:"),
		"egress-ssh":            edited("  cidr:", "  egress_ports: [22, 443, 3389, 0, 443]\n  cidr:"),
		"endpoint-unknown":      edited("  cidr:", "  interface_endpoints: [ecr, secretmanager]\n  cidr:"),
		"rule-group-unknown":    with("firewall:\n  rule_groups: [AWSManagedRulesSQLRuleSet]"),
		"rule-groups-heavy":     with("firewall:\n  rule_groups:\n    - AWSManagedRulesCommonRuleSet\n    - AWSManagedRulesKnownBadInputsRuleSet\n    - AWSManagedRulesSQLiRuleSet\n    - AWSManagedRulesLinuxRuleSet\n    - AWSManagedRulesWindowsRuleSet"),
		"rate-limit":            with("firewall:\n  rate_limit: 5"),
		"idle-timeout":          with("load_balancer:\n  idle_timeout_seconds: 0\n  tls_policy: strictest"),
		"services-empty":        edited(services, "services: {}\n"),
		"services-many":         with(many(49)),
		"service-reserved":      edited("  frontend:", "  database:"),
		"port-ssh":              edited("port: 80", "port: 22"),
		"port-zero":             edited("port: 80", "port: 0"),
		"port-shared":           edited("port: 80", "port: 3001"),
		"priority-shared":       edited("priority: 1000", "priority: 100"),
		"priority-range":        edited("priority: 1000", "priority: 50001"),
		"health-path":           frontend("    health: {path: health}"),
		"health-codes":          frontend(`    health: {codes: "200,500"}`),
		"health-codes-backward": frontend(`    health: {codes: "299-200"}`),
		"health-timeout":        frontend("    health: {timeout_seconds: 15}"),
		"health-interval":       frontend("    health: {interval_seconds: 5}"),

		// what services use, serve and keep
		"uses-unknown":         frontend("    uses: [databse]"),
		"uses-missing":         frontend("    uses: [database, cache]") + "database: {enabled: false}\n",
		"serves-unknown":       frontend("    serves: [backnd, frontend, database]"),
		"egress-closed":        frontend("    egress_ports: [443, 587]"),
		"egress-cut-off":       frontend("    egress_ports: []\n    uses: [database]"),
		"secret-name":          frontend("    secrets: {API_KEY: {}}"),
		"secret-version":       frontend("    secrets: {api-key: {version: 0}}"),
		"secret-recovery":      with("secrets: {recovery_days: 3}"),
		"repository-name":      frontend("    repository: Shop/Frontend"),
		"repository-no-space":  frontend("    repository: shop"),
		"repository-shared":    frontend("    repository: strata-dev/backend"),
		"releases-few":         with("registry: {keep_releases: 3}"),
		"guard-rail-unknown":   with("guard_rails: {off: [guard_duty, ebs]}"),
		"guard-rail-not-owner": with("guard_rails: {owner: false, off: [config], create_service_linked_roles: [ecs]}"),
		"linked-role-unknown":  with("guard_rails: {create_service_linked_roles: [ecs_scaling]}"),
		"ci-repository":        with("ci: {repository: https://github.com/acme/shop}"),
		"ci-repository-owner":  with("ci: {repository: shop}"),
		"ci-environment":       with("ci: {repository: acme/shop, deploy_environment: \"a:b\"}"),
		"ci-plan-could-deploy": with("ci: {repository: acme/shop, plan_environment: dev}"),

		// routes
		"route-none":           edited(`    paths: ["/*"]`+"\n", ""),
		"path-alphabet":        edited(`["/*"]`, `["/a b", api]`),
		"path-long":            edited(`["/*"]`, `["/`+strings.Repeat("a", 128)+`"]`),
		"paths-many":           edited(`["/*"]`, "[/a, /b, /c, /d]"),
		"path-twice":           edited(`["/*"]`, "[/a, /a]"),
		"values-many":          edited(`["/*"]`, "[/a, /b, /c]\n    hosts: [dev.example.com, a.dev.example.com, b.dev.example.com]"),
		"wildcards-many":       edited(`["/*"]`, `["/*/*/*", "/a?????"]`),
		"host-elsewhere":       frontend("    hosts: [example.com, a.b.dev.example.com, xdev.example.com]"),
		"host-wildcard":        frontend(`    hosts: ["*.dev.example.com"]`),
		"route-same":           edited(`["/*"]`, `["/api/*"]`, "priority: 1000", "priority: 50"),
		"route-covered":        edited("priority: 1000", "priority: 1"),
		"route-covered-host":   edited("priority: 1000", "priority: 1", `["/api/*"]`, `["/api/*"]`+"\n    hosts: [api.dev.example.com]"),
		"route-covered-partly": edited("priority: 1000", "priority: 1", `["/*"]`, `["/a*"]`, `["/api/*"]`, `["/api/*", /b]`),

		// several at once
		"many-mistakes": edited("owner:", "ownr:", "eu-central-1", "eu-central-9", "10.10.0.0/16", "10.10.0.0/8\n  zones: [a, z]",
			"port: 80", "port: eighty", `["/api/*"]`, `[api]`),
	}
}

// TestFolderReports holds what a user sees when the folder, or the environments together, are
// wrong.
func TestFolderReports(t *testing.T) {
	for name, folder := range folders() {
		t.Run(name, func(t *testing.T) {
			environments, err := load(folder, "environments")
			if environments != nil || err == nil {
				t.Fatalf("was accepted: %+v", environments)
			}
			golden(t, name, err)
		})
	}

	t.Run("folder-missing", func(t *testing.T) {
		_, err := load(os.DirFS(filepath.Join(t.TempDir(), "none")), "environments")
		golden(t, "folder-missing", err)
	})
	t.Run("folder-unreadable", func(t *testing.T) {
		_, err := load(closedFS{fstest.MapFS{"dev.yaml": {Data: []byte(sample)}}}, "environments")
		golden(t, "folder-unreadable", err)
	})
}

// TestNoReportIsLeftOver holds that each report has its case.
func TestNoReportIsLeftOver(t *testing.T) {
	cases := map[string]bool{"folder-missing": true, "folder-unreadable": true}
	for name := range mistakes() {
		cases[name] = true
	}
	for name := range folders() {
		cases[name] = true
	}
	reports, err := os.ReadDir(filepath.Join("testdata", "reports"))
	if err != nil {
		t.Fatal(err)
	}
	for _, report := range reports {
		if name := strings.TrimSuffix(report.Name(), ".txt"); !cases[name] {
			t.Errorf("no case leads to testdata/reports/%s; delete it", report.Name())
		}
	}
}

// folders are folders with something wrong, by the name of the report.
func folders() map[string]fstest.MapFS {
	file := func(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }
	const other = `"222222222222"`
	staging := edited(`"111111111111"`, other, "10.10.0.0/16", "10.20.0.0/16", "dev.example.com", "staging.example.com")
	neighbour := edited("10.10.0.0/16", "10.20.0.0/16", "dev.example.com", "staging.example.com")
	return map[string]fstest.MapFS{
		"folder-empty":      {"README.md": file("")},
		"folder-yml":        {"dev.yaml": file(sample), "staging.yml": file(staging)},
		"folder-upper-case": {"dev.YAML": file(sample)},
		"folder-names": {
			"Dev.yaml": file(sample), "a_b.yaml": file(staging), "production-west.yaml": file(sample), "dev.old.yaml": file(sample),
		},
		"folder-folder":  {"dev.yaml/x": file(sample)},
		"folder-link":    {"dev.yaml": &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("/etc/passwd")}},
		"folder-pipe":    {"dev.yaml": &fstest.MapFile{Mode: fs.ModeNamedPipe}},
		"folder-overlap": {"dev.yaml": file(sample), "staging.yaml": file(edited(`"111111111111"`, other, "10.10.0.0/16", "10.10.4.0/22", "dev.example.com", "staging.example.com"))},
		"folder-domain":  {"dev.yaml": file(sample), "staging.yaml": file(edited(`"111111111111"`, other, "10.10.0.0/16", "10.20.0.0/16"))},
		"folder-bucket": {
			"dev.yaml": file(with("state:\n  bucket: state")), "staging.yaml": file(staging + "state:\n  bucket: state\n"),
		},
		"folder-bucket-default": {
			"dev.yaml": file(sample), "staging.yaml": file(staging + "state:\n  bucket: strata-dev-tfstate-111111111111\n"),
		},
		"folder-two-owners": {
			"dev.yaml": file(sample), "staging.yaml": file(neighbour + "guard_rails: {owner: true}\n"),
		},
		"folder-no-owner": {
			"dev.yaml": file(with("guard_rails: {owner: false}")), "staging.yaml": file(neighbour + "guard_rails: {owner: false}\n"),
		},
		"folder-two-recovery-regions": {
			"dev.yaml": file(with("recovery_region: eu-west-1")), "staging.yaml": file(neighbour + "recovery_region: eu-west-3\nguard_rails: {owner: false}\n"),
		},
		"folder-repository": {
			"dev.yaml":     file(frontend("    repository: shop/web")),
			"staging.yaml": file(strings.Replace(neighbour, "port: 80\n", "port: 80\n    repository: shop/web\n", 1) + "guard_rails: {owner: false}\n"),
		},
		"folder-prefix":       {"d.yaml": file(with("project: ab-c")), "c-d.yaml": file(staging + "project: ab\n")},
		"folder-all-mistakes": {"dev.yaml": file(edited("owner", "ownr")), "staging.yaml": file("- a"), "x.yml": file(""), "test.yaml": file("")},
	}
}

// closedFS lists its files and opens none.
type closedFS struct{ fstest.MapFS }

func (f closedFS) Open(name string) (fs.File, error) {
	if name == "." {
		return f.MapFS.Open(name)
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// golden compares a report with testdata/reports/<name>.txt.
func golden(t *testing.T, name string, err error) {
	t.Helper()
	var problems Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		t.Fatalf("the error is no list of problems: %v", err)
	}
	path, got := filepath.Join("testdata", "reports", name+".txt"), err.Error()+"\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test ./environments -update", err)
	}
	if got != string(want) {
		t.Errorf("the report changed; if that is right, run go test ./environments -update\n--- is\n%s--- was\n%s", got, want)
	}
}
