package reach

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"text/template"
)

//go:embed document.md.tmpl
var page string

// Document writes who reaches whom for a reader: a page with a table for each network, and a
// picture of each. The keys are paths below docs/.
func Document(networks []*Network) (map[string][]byte, error) {
	files := map[string][]byte{}
	t, err := template.New("page").Funcs(template.FuncMap{"row": row, "join": strings.Join}).Parse(page)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, networks); err != nil {
		return nil, err
	}
	files["reachability.md"] = text.Bytes()
	for _, n := range networks {
		files["reachability/"+n.Name+".svg"] = picture(n)
	}
	return files, nil
}

// row is a line of a table.
func row(cells ...any) string {
	var s strings.Builder
	for _, c := range cells {
		switch c := c.(type) {
		case string:
			s.WriteString("| " + c + " ")
		case []string:
			for _, item := range c {
				s.WriteString("| " + item + " ")
			}
		}
	}
	return s.String() + "|"
}

// Callers are the entities that reach somebody.
func (n *Network) Callers() []string {
	return n.names(func(f Flow) string { return f.From })
}

// Called are the entities that somebody reaches.
func (n *Network) Called() []string {
	return n.names(func(f Flow) string { return f.To })
}

func (n *Network) names(end func(Flow) string) (names []string) {
	for _, e := range n.Entities {
		if slices.ContainsFunc(n.Flows(), func(f Flow) bool { return end(f) == e.Name }) {
			names = append(names, e.Name)
		}
	}
	return names
}

// Rule is the line that parts the head of a table from its body.
func (n *Network) Rule() []string {
	line := []string{"---"}
	for range n.Called() {
		line = append(line, "---")
	}
	return line
}

// Ports are where a caller reaches each of those who are called.
func (n *Network) Ports(caller string) (cells []string) {
	for _, to := range n.Called() {
		var ports []string
		for _, f := range n.Flows() {
			if f.From == caller && f.To == to {
				ports = append(ports, f.Service())
			}
		}
		cells = append(cells, strings.Join(ports, ", "))
	}
	return cells
}

// ByConvention are the entities that no stack renders yet.
func (n *Network) ByConvention() (names []string) {
	for _, e := range n.Entities {
		if e.ByConvention {
			names = append(names, e.Name)
		}
	}
	return names
}
