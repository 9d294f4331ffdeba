package access

import (
	"bytes"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"strata/internal/rendered"
)

//go:embed document.md.tmpl
var page string

// Document writes docs/access.md: who may do what in one environment, and for each other one
// what differs there. The first is the one called production or, where there is none, the last.
func Document(stacks []rendered.Stack) ([]byte, error) {
	all, err := read(stacks)
	if err != nil {
		return nil, err
	}
	t, err := template.New("page").Funcs(template.FuncMap{"row": row, "rule": rule}).Parse(page)
	if err != nil {
		return nil, err
	}
	whole := len(all) - 1
	for i, e := range all {
		if e.name == "production" {
			whole = i
		}
	}
	content := struct {
		Whole  section
		Others []section
	}{}
	for i, e := range all {
		if i == whole {
			content.Whole = section{Name: e.name, Tables: e.tables()}
		} else {
			content.Others = append(content.Others, all[whole].compare(e))
		}
	}
	var text bytes.Buffer
	if err := t.Execute(&text, content); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// section is what the page says of an environment.
type section struct {
	Name   string
	Tables []table
}

// compare is what differs in another environment: rows that are not the same, and rows that are
// not there.
func (e *environment) compare(other *environment) section {
	s := section{Name: other.name}
	mine := e.tables()
	for _, theirs := range other.tables() {
		i := slices.IndexFunc(mine, func(t table) bool { return t.Title == theirs.Title })
		if i < 0 {
			s.Tables = append(s.Tables, theirs)
			continue
		}
		same, here := map[string]bool{}, map[string]bool{}
		for _, r := range mine[i].Rows {
			same[e.neutral(strings.Join(r, "|"))] = true
		}
		differs := table{Title: theirs.Title, Head: theirs.Head}
		for _, r := range theirs.Rows {
			here[other.neutral(r[0])] = true
			if !same[other.neutral(strings.Join(r, "|"))] {
				differs.Rows = append(differs.Rows, r)
			}
		}
		var missing []string
		for _, r := range mine[i].Rows {
			if name, _, _ := strings.Cut(r[0], "<br>"); !here[e.neutral(r[0])] {
				missing = append(missing, name)
			}
		}
		if missing != nil {
			differs.Note = "Not here: " + strings.Join(missing, "; ") + "."
		}
		if missing != nil || differs.Rows != nil {
			s.Tables = append(s.Tables, differs)
		}
	}
	return s
}

// neutral is a text without what differs between environments in any case: their names,
// accounts and regions.
func (e *environment) neutral(text string) string {
	for i, region := range e.regions {
		text = strings.ReplaceAll(text, region, "region"+string(rune('0'+i)))
	}
	text = strings.ReplaceAll(text, e.account, "account")
	return regexp.MustCompile(`\b`+regexp.QuoteMeta(e.name)+`\b`).ReplaceAllString(text, "environment")
}

// row is a line of a table.
func row(cells []string) string {
	var s strings.Builder
	for _, c := range cells {
		s.WriteString("| " + strings.ReplaceAll(c, "|", `\|`) + " ")
	}
	return s.String() + "|"
}

// rule is the line that parts the head of a table from its body.
func rule(head []string) string { return row(slices.Repeat([]string{"---"}, len(head))) }
