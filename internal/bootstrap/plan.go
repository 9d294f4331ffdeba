package bootstrap

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// outputPrefix tells a change of an output from one of a resource.
const outputPrefix = "output."

// plan is what Terraform would do.
type plan struct {
	changes []change
	errors  []string
}

type change struct{ address, action, imported string }

// readPlan reads Terraform's machine-readable view of a plan:
// https://developer.hashicorp.com/terraform/internals/machine-readable-ui
func readPlan(text []byte) (*plan, error) {
	p, summed := &plan{}, false
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var m struct {
			Type   string `json:"type"`
			Change struct {
				Resource struct {
					Address string `json:"addr"`
				} `json:"resource"`
				Action    string `json:"action"`
				Importing struct {
					ID string `json:"id"`
				} `json:"importing"`
			} `json:"change"`
			Outputs map[string]struct {
				Action string `json:"action"`
			} `json:"outputs"`
			Diagnostic struct {
				Severity string `json:"severity"`
				Summary  string `json:"summary"`
				Detail   string `json:"detail"`
				Address  string `json:"address"`
			} `json:"diagnostic"`
		}
		if json.Unmarshal(lines.Bytes(), &m) != nil {
			p.errors = append(p.errors, lines.Text()) // a failure before Terraform speaks JSON
			continue
		}
		switch m.Type {
		case "planned_change":
			if m.Change.Action != "read" && m.Change.Action != "noop" {
				p.changes = append(p.changes, change{m.Change.Resource.Address, m.Change.Action, m.Change.Importing.ID})
			}
		case "outputs":
			for name, o := range m.Outputs {
				if o.Action != "noop" && o.Action != "" {
					p.changes = append(p.changes, change{"output." + name, o.Action, ""})
				}
			}
		case "change_summary":
			summed = true
		case "diagnostic":
			if d := m.Diagnostic; d.Severity == "error" {
				text := d.Summary
				if d.Address != "" {
					text = d.Address + ": " + text
				}
				p.errors = append(p.errors, text+"\n"+d.Detail)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return p, err
	}
	if !summed {
		return p, errors.New("terraform plan ended without a summary")
	}
	return p, nil
}

func (p *plan) empty() bool { return len(p.changes) == 0 }

// destroys says whether anything would be deleted, be it to make it anew.
func (p *plan) destroys() bool {
	for _, c := range p.changes {
		if c.action == "delete" || c.action == "replace" {
			return true
		}
	}
	return false
}

// show lists the changes. Those of outputs follow from the others.
func (p *plan) show(say report) {
	for _, c := range p.changes {
		switch {
		case strings.HasPrefix(c.address, outputPrefix):
		case c.imported == "":
			say.item("%s %s", c.action, c.address)
		case c.action == "import":
			say.item("adopt %s (%s)", c.address, c.imported)
		default:
			say.item("adopt and %s %s (%s)", c.action, c.address, c.imported)
		}
	}
}

// summary counts the changes.
func (p *plan) summary() string {
	var adopted, made, changed, destroyed int
	for _, c := range p.changes {
		if c.imported != "" {
			adopted++
		}
		switch {
		case strings.HasPrefix(c.address, outputPrefix):
		case c.action == "create":
			made++
		case c.action == "update":
			changed++
		case c.action == "replace":
			made, destroyed = made+1, destroyed+1
		case c.action == "delete":
			destroyed++
		}
	}
	var counts []string
	for _, c := range []struct {
		n    int
		done string
	}{{adopted, "adopted"}, {made, "made"}, {changed, "changed"}, {destroyed, "destroyed"}} {
		if c.n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", c.n, c.done))
		}
	}
	if len(counts) == 0 {
		return "outputs only"
	}
	return strings.Join(counts, ", ")
}
