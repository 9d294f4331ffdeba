package environments

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryFieldHasAComment reads the types' source: the schema and the reader take their
// explanations from there.
func TestEveryFieldHasAComment(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "environment.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	fields := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, is := n.(*ast.TypeSpec)
		if !is {
			return true
		}
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			fields++
			name := field.Names[0].Name
			if !strings.HasPrefix(field.Doc.Text(), name+" ") {
				t.Errorf("%s.%s has no comment that begins with its name", spec.Name.Name, name)
			}
			if field.Tag == nil || !strings.Contains(field.Tag.Value, "yaml:") {
				t.Errorf("%s.%s has no name in YAML", spec.Name.Name, name)
			}
		}
		return true
	})
	if fields < 40 {
		t.Errorf("only %d fields were found", fields)
	}
}

func TestRegions(t *testing.T) {
	for _, region := range Regions() {
		if !regexp.MustCompile(`^[a-z]{2}-[a-z]+-[1-9]$`).MatchString(region) {
			t.Errorf("%q is no region", region)
		}
		letters := ZoneLetters(region)
		if len(letters) < 3 || !slices.IsSorted(letters) {
			t.Errorf("%s has the zones %v", region, letters)
		}
	}
	if got := ZoneLetters("eu-west-9"); got != nil {
		t.Errorf("a region that does not exist has the zones %v", got)
	}
	if got := strings.Join(ZoneLetters("ap-northeast-1"), ""); got != "acd" {
		t.Errorf("ap-northeast-1 has the zones %s", got)
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"/*", "/api/*", true},
		{"/api/*", "/*", false},
		{"/api/*", "/api", false},
		{"/api*", "/api", true},
		{"*", "/api", true},
		{"/a?c", "/abc", true},
		{"/a?c", "/a?c", true},
		{"/abc", "/a?c", false},
		{"/a?c", "/a*c", false},
		{"/?*", "/*?", true},
		{"/*?*", "/??*", true},
		{"/*?", "/*", false},
		{"/*/b", "/a/*/b", true},
		{"/*/b", "/a/*", false},
		{"/*.css", "/static/*.css", true},
		{"", "", true},
		{"*", "", true},
		{"?", "", false},
		{"/API/*", "/api/*", false},
	} {
		if got := covers(c.a, c.b); got != c.want {
			t.Errorf("covers(%q, %q) is %t", c.a, c.b, got)
		}
	}
}

// TestCoversIsRight compares it with all short texts: what is covered is matched.
func TestCoversIsRight(t *testing.T) {
	patterns := words("ab*?", 4)
	texts := words("ab", 5)
	matched := map[string][]bool{}
	for _, p := range patterns {
		expression := regexp.MustCompile("^" + strings.NewReplacer("*", ".*", "?", ".").Replace(p) + "$")
		for _, text := range texts {
			matched[p] = append(matched[p], expression.MatchString(text))
		}
	}
	for _, a := range patterns {
		for _, b := range patterns {
			if !covers(a, b) {
				continue
			}
			for i := range texts {
				if matched[b][i] && !matched[a][i] {
					t.Fatalf("covers(%q, %q), but %q is matched by the second alone", a, b, texts[i])
				}
			}
		}
	}
}

// words are all texts of an alphabet up to a length.
func words(alphabet string, length int) []string {
	all := []string{""}
	for from := 0; length > 0; length-- {
		to := len(all)
		for _, w := range all[from:to] {
			for _, letter := range alphabet {
				all = append(all, w+string(letter))
			}
		}
		from = to
	}
	return all
}

func TestDidYouMean(t *testing.T) {
	for written, want := range map[string]string{
		"zonez": `did you mean "zones"?`,
		"ZONES": `did you mean "zones"?`,
		"zon":   `did you mean "zones"?`,
		"nta":   `did you mean "nat"?`,
		"xyz":   "",
		"":      "",
	} {
		if got := didYouMean(written, []string{"zones", "nat", "cidr"}); got != want {
			t.Errorf("%q: %s", written, got)
		}
	}
}

func TestRuleGroupCapacity(t *testing.T) {
	if n := len(RuleGroups()); n != 11 {
		t.Errorf("%d rule groups", n)
	}
	environment := Default(reflect.TypeFor[Environment]()).Interface().(Environment)
	if c := environment.Firewall.capacity(); c != 1127 {
		t.Errorf("the default firewall takes %d", c)
	}
}
