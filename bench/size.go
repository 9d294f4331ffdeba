package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// size is how much is rendered.
type size struct{ environments, services int }

func (s size) name() string {
	return fmt.Sprintf("%d-environments-%d-services", s.environments, s.services)
}

func (s size) String() string {
	if s.environments == 1 {
		return fmt.Sprintf("1 environment, %d services", s.services)
	}
	return fmt.Sprintf("%d environments, %d services", s.environments, s.services)
}

// models are the environments to repeat, the largest first.
var models = []string{"production", "staging", "dev"}

var (
	account = regexp.MustCompile(`(?m)^account: .*$`)
	cidr    = regexp.MustCompile(`(?m)^  cidr: .*$`)
	domain  = regexp.MustCompile(`(?m)^  name: .*$`)
)

// lay writes the environment files of a size: those of the project in turn, each copy in an
// account, an address range and a domain of its own.
func (b bench) lay(s size) (folder string, err error) {
	folder = filepath.Join(b.work, s.name())
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(folder, "environments"), 0o755); err != nil {
		return "", err
	}
	for i := range s.environments {
		name := models[i%len(models)]
		text, err := os.ReadFile(filepath.Join(b.root, "environments", name+".yaml"))
		if err != nil {
			return "", err
		}
		text = account.ReplaceAll(text, fmt.Appendf(nil, "account: \"%012d\"", 100_000_000_000+i))
		text = cidr.ReplaceAll(text, fmt.Appendf(nil, "  cidr: 10.%d.0.0/16", i))
		text = domain.ReplaceAll(text, fmt.Appendf(nil, "  name: e%d.example.com", i))
		for service := 2; service < s.services; service++ {
			text = fmt.Appendf(text, "\n  service-%d:\n    port: %d\n    priority: %d\n    paths: [\"/%d/*\"]\n", service, 4000+service, 200+service, service)
		}
		if i >= len(models) {
			name = fmt.Sprint(name, i/len(models))
		}
		if err := os.WriteFile(filepath.Join(folder, "environments", name+".yaml"), text, 0o644); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// count counts the resources and data sources of a rendered folder.
func count(rendered string) (n int, err error) {
	files, err := filepath.Glob(filepath.Join(rendered, "stacks", "*", "cdk.tf.json"))
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		var stack struct{ Resource, Data map[string]map[string]any }
		if err := json.Unmarshal(text, &stack); err != nil {
			return 0, err
		}
		for _, section := range []map[string]map[string]any{stack.Resource, stack.Data} {
			for _, named := range section {
				n += len(named)
			}
		}
	}
	return n, nil
}
