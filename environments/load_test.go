package environments

import (
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestEnvironments reads the real files.
func TestEnvironments(t *testing.T) {
	environments, err := Load(".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range environments {
		got = append(got, e.Name+" "+e.StateBucket()+" "+strings.Join(e.ZoneNames(), " "))
	}
	want := []string{
		"dev strata-dev-tfstate-111111111111 eu-central-1a eu-central-1b eu-central-1c",
		"production strata-production-tfstate-333333333333 eu-central-1a eu-central-1b eu-central-1c",
		"staging strata-staging-tfstate-222222222222 eu-central-1a eu-central-1b eu-central-1c",
	}
	if !slices.Equal(got, want) {
		t.Errorf("is   %q\nwant %q", got, want)
	}
}

// TestDefaults holds that a silent file gets every default, and that each is a value that a
// file could give.
func TestDefaults(t *testing.T) {
	got, err := Parse("environments/dev.yaml", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	health := Health{Path: "/", Codes: "200", IntervalSeconds: 15, TimeoutSeconds: 5, Healthy: 2, Unhealthy: 3}
	want := &Environment{
		Name: "dev", File: "environments/dev.yaml",
		Project: "strata", Account: "111111111111", Region: "eu-central-1",
		Owner: "platform", CostCenter: "development", Protected: true,
		State: State{LockFiles: true, NoncurrentDays: 90},
		Network: Network{
			CIDR: netip.MustParsePrefix("10.10.0.0/16"), Zones: []string{"a", "b", "c"}, NAT: "per_zone",
			EgressPorts: []int{443}, InterfaceEndpoints: []string{}, FlowLogDays: 365,
		},
		Domain: Domain{Name: "dev.example.com"},
		Firewall: Firewall{
			Mode: "block", RateLimit: 2000, LogDays: 365,
			RuleGroups: []string{
				"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet",
				"AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet",
			},
		},
		LoadBalancer: LoadBalancer{IdleTimeoutSeconds: 60, AccessLogDays: 365, TLSPolicy: "modern"},
		GuardRails:   GuardRails{Owner: true, Off: []string{}, CreateServiceLinkedRoles: []string{}},
		Database:     Database{Enabled: true, PasswordVersion: 1},
		Cache:        Cache{Enabled: true, TokenVersion: 1},
		Bastion:      Bastion{Enabled: true},
		Secrets:      Secrets{RecoveryDays: 30},
		Registry:     Registry{KeepReleases: 30, BuildDays: 90, UntaggedDays: 14},
		Services: map[string]Service{
			"frontend": {Port: 80, Priority: 1000, Paths: []string{"/*"}, Health: health, DrainSeconds: 30, Uses: []string{}, Serves: []string{}, EgressPorts: []int{443}},
			"backend":  {Port: 3001, Priority: 100, Paths: []string{"/api/*"}, Health: health, DrainSeconds: 30, Uses: []string{}, Serves: []string{}, EgressPorts: []int{443}},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("is   %+v\nwant %+v", got, want)
	}

	for _, each := range []reflect.Type{reflect.TypeFor[Environment](), reflect.TypeFor[Service](), reflect.TypeFor[Secret]()} {
		defaultsHold(t, Default(each))
	}
}

func defaultsHold(t *testing.T, value reflect.Value) {
	t.Helper()
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if isMapping(field.Type) {
			defaultsHold(t, value.Field(i))
		}
		if tag := field.Tag.Get("validate"); field.Tag.Get("default") != "" && tag != "" {
			if f := check(value.Field(i), tag); f != nil {
				t.Errorf("the default of %s %s", field.Name, f.message)
			}
		}
	}
}

// TestGood holds what is accepted although it looks unusual.
func TestGood(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		holds   func(*Environment) bool
	}{
		"false wins":       {with("protected: false\nstate:\n  lock_files: false"), func(e *Environment) bool { return !e.Protected && !e.State.LockFiles }},
		"0 wins":           {frontend("    drain_seconds: 0"), func(e *Environment) bool { return e.Services["frontend"].DrainSeconds == 0 }},
		"empty list wins":  {edited("  cidr:", "  interface_endpoints: []\n  cidr:"), func(e *Environment) bool { return len(e.Network.InterfaceEndpoints) == 0 }},
		"list replaces":    {edited("  cidr:", "  egress_ports: [80]\n  cidr:"), func(e *Environment) bool { return slices.Equal(e.Network.EgressPorts, []int{80}) }},
		"byte order mark":  {"\xef\xbb\xbf" + sample, nil},
		"windows":          {strings.ReplaceAll(sample, "\n", "\r\n"), nil},
		"old macintosh":    {strings.ReplaceAll(sample, "\n", "\r"), nil},
		"no line end":      {strings.TrimSpace(sample), nil},
		"separators":       {"---\n" + sample + "...\n", nil},
		"trailing ---":     {sample + "---\n", nil},
		"comments":         {"# a\n" + strings.ReplaceAll(sample, "\n", " # b\n"), nil},
		"blank lines":      {strings.ReplaceAll(sample, "\n", "\n\n"), nil},
		"tab in a line":    {with("protected:\ttrue\t# a\n#\tb"), nil},
		"json":             {`{"account": "111111111111", "region": "eu-central-1", "owner": "a", "cost_center": "b", "network": {"cidr": "10.0.0.0/22"}, "domain": {"name": "example.com"}, "services": {"a": {"port": 1, "priority": 1, "paths": ["/"]}}}`, nil},
		"quoted keys":      {edited("owner:", `"owner":`), nil},
		"leading zeros":    {edited("111111111111", "000000000001"), func(e *Environment) bool { return e.Account == "000000000001" }},
		"accents":          {edited("platform", "Équipe Δ"), func(e *Environment) bool { return e.Owner == "Équipe Δ" }},
		"words of yaml":    {edited("platform", "yes", "development", "on"), func(e *Environment) bool { return e.Owner == "yes" && e.CostCenter == "on" }},
		"zones of canada":  {edited("eu-central-1", "ca-central-1", "  cidr:", "  zones: [a, b, d]\n  cidr:"), func(e *Environment) bool { return e.ZoneNames()[2] == "ca-central-1d" }},
		"by host":          {frontend("    hosts: [dev.example.com, www.dev.example.com]"), nil},
		"hosts alone":      {edited(`    paths: ["/*"]`, "    hosts: [www.dev.example.com]", "priority: 1000", "priority: 1"), nil},
		"own bucket":       {with("state:\n  bucket: my-state"), func(e *Environment) bool { return e.StateBucket() == "my-state" }},
		"all rule groups":  {with("firewall:\n  rule_groups: [AWSManagedRulesCommonRuleSet, AWSManagedRulesKnownBadInputsRuleSet, AWSManagedRulesSQLiRuleSet, AWSManagedRulesLinuxRuleSet, AWSManagedRulesUnixRuleSet]"), func(e *Environment) bool { return e.Firewall.capacity() == 1402 }},
		"many services":    {with(many(48)), func(e *Environment) bool { return len(e.Services) == 50 }},
		"longest path":     {edited(`["/*"]`, `["/`+strings.Repeat("a", 127)+`"]`), nil},
		"longest project":  {with("project: strata-abcdefghi"), nil},
		"own secrets":      {frontend("    secrets: {api-key: {generated: false}}"), func(e *Environment) bool { return e.Services["frontend"].Secrets["api-key"] == Secret{Version: 1} }},
		"empty secret":     {frontend("    secrets: {api-key: {}}"), func(e *Environment) bool { return e.Services["frontend"].Secrets["api-key"].Generated }},
		"cut off":          {edited("  cidr:", "  interface_endpoints: [ecr, logs]\n  cidr:", `    paths: ["/*"]`, `    paths: ["/*"]`+"\n    egress_ports: []"), nil},
		"nothing guarded":  {with("guard_rails: {off: [access_analyzer, config, ebs_encryption, guardduty, imdsv2, inspector, password_policy, s3_public_access, security_hub, snapshot_sharing]}"), func(e *Environment) bool { return !e.GuardRails.Has(Config) }},
		"pipeline":         {with("ci: {repository: acme/shop.web}"), func(e *Environment) bool { return e.DeploysFrom() == "dev" && e.PlansFrom() == "dev-plan" }},
		"smallest network": {edited("10.10.0.0/16", "192.168.252.0/22"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := Parse("environments/dev.yaml", []byte(c.content))
			if err != nil {
				t.Fatal(err)
			}
			if c.holds != nil && !c.holds(e) {
				t.Errorf("%+v", e)
			}
		})
	}
}

// TestTogether holds what environments may share.
func TestTogether(t *testing.T) {
	file := func(pairs ...string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(edited(pairs...))} }
	folder := fstest.MapFS{
		"b.yaml":            {Data: []byte(with("recovery_region: eu-west-1\nguard_rails: {owner: false}"))},
		"a.yaml":            file("10.10.0.0/16", "10.11.0.0/16", "dev.example.com", "example.com", "cost_center", "recovery_region: eu-west-1\ncost_center"),
		".hidden.yaml":      {Data: []byte("no: environment")},
		"schema.json":       {Data: []byte("{}")},
		"a.yaml.orig":       {Data: []byte("no: environment")},
		"folder/other.yaml": {Data: []byte("no: environment")},
	}
	environments, err := load(folder, "environments")
	if err != nil {
		t.Fatal(err)
	}
	if len(environments) != 2 || environments[0].Name != "a" || environments[1].File != "environments/b.yaml" {
		t.Errorf("%+v", environments)
	}
	if got := environments[0].CopiedNamespaces; !slices.Equal(got, []string{"strata-a", "strata-b"}) {
		t.Errorf("the owner of the registry has images of %v copied, want those of both", got)
	}
}

// TestLoadReadsOnlyItsFolder holds that reading opens the folder and the files *.yaml in it,
// changes nothing, and follows no link.
func TestLoadReadsOnlyItsFolder(t *testing.T) {
	file := &fstest.MapFile{Data: []byte(sample)}
	watched := &watchedFS{MapFS: fstest.MapFS{"dev.yaml": file, ".x.yaml": file, "README.md": file, "below/prod.yaml": file}}
	if _, err := load(watched, "environments"); err != nil {
		t.Fatal(err)
	}
	if want := []string{".", "dev.yaml"}; !slices.Equal(watched.opened, want) {
		t.Errorf("opened %q, want %q", watched.opened, want)
	}

	root := t.TempDir()
	dir := filepath.Join(root, "environments")
	for _, step := range []error{
		os.Mkdir(dir, 0o755),
		os.WriteFile(filepath.Join(root, "outside"), []byte("secret: yes"), 0o644),
		os.WriteFile(filepath.Join(dir, "dev.yaml"), []byte(sample), 0o444),
		os.Symlink(filepath.Join(root, "outside"), filepath.Join(dir, "prod.yaml")),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	before := tree(t, root)
	_, err := Load(dir)
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "prod.yaml: is a symbolic link") {
		t.Error(err)
	}
	if after := tree(t, root); after != before {
		t.Errorf("was\n%s\nis\n%s", before, after)
	}
}

// watchedFS remembers what was opened.
type watchedFS struct {
	fstest.MapFS
	opened []string
}

func (f *watchedFS) Open(name string) (fs.File, error) {
	f.opened = append(f.opened, name)
	return f.MapFS.Open(name)
}

func (f *watchedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	f.opened = append(f.opened, name)
	return f.MapFS.ReadDir(name)
}

// tree lists all files with size, mode and time of change.
func tree(t *testing.T, root string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(root, func(path string, info fs.FileInfo, err error) error {
		if err == nil {
			b.WriteString(strings.Join([]string{path, info.Mode().String(), info.ModTime().String()}, " ") + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
