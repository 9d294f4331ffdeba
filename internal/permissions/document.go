package permissions

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"strata/internal/rendered"
)

// document is a policy document: a data source aws_iam_policy_document, or the JSON that
// stands in a resource.
type document struct {
	stack      *stack
	address    string
	block      rendered.Block // the data source, or the resource
	statements []Statement
	usages     []usage
}

// usage is a place that a document is put into.
type usage struct {
	place
	block rendered.Block
}

// Statement is one statement of a document, its references resolved as far as can be.
type Statement struct {
	Sid   string
	Allow bool

	Actions, NotActions       []string
	Resources, NotResources   []string
	Principals, NotPrincipals []Principal
	Conditions                []Condition
}

// Principal is one identifier of a statement's principals, as kind AWS, Service or Federated;
// both are * for everybody.
type Principal struct {
	Kind, ID string
	written  string // before references were resolved
}

// Condition is one test of a statement's conditions, as StringEquals of a key.
type Condition struct {
	Operator, Key string
	Values        []string
}

// blocks and attributes of aws_iam_policy_document that are read; another one would be a
// statement that nobody checks.
var (
	readOfDocument  = []string{"//", "depends_on", "policy_id", "provider", "statement", "version"}
	readOfStatement = []string{"actions", "condition", "effect", "not_actions", "not_principals", "not_resources", "principals", "resources", "sid"}
)

// readBlock reads a data source aws_iam_policy_document, without the documents it includes.
func (s *stack) readBlock(b rendered.Block) (*document, error) {
	d := &document{stack: s, address: "data." + b.Address(), block: b}
	var r reader
	r.keys("", b.Object, readOfDocument)
	for _, object := range r.objects(b.Object, "statement") {
		sid := object.String("sid")
		r.keys(sid, object, readOfStatement)
		st := Statement{Sid: sid, Allow: object.String("effect") != "Deny"}
		st.Actions, st.NotActions = r.list(object["actions"]), r.list(object["not_actions"])
		st.Resources, st.NotResources = s.resolveAll(r.list(object["resources"])), s.resolveAll(r.list(object["not_resources"]))
		for _, p := range r.objects(object, "principals") {
			st.Principals = append(st.Principals, s.principals(p.String("type"), r.list(p["identifiers"]))...)
		}
		for _, p := range r.objects(object, "not_principals") {
			st.NotPrincipals = append(st.NotPrincipals, s.principals(p.String("type"), r.list(p["identifiers"]))...)
		}
		for _, c := range r.objects(object, "condition") {
			st.Conditions = append(st.Conditions, Condition{c.String("test"), c.String("variable"), s.resolveAll(r.list(c["values"]))})
		}
		d.statements = append(d.statements, st)
	}
	return d, r.err
}

// isPolicy tells whether a text is the JSON of a policy.
func isPolicy(text string) bool {
	var object map[string]any
	return json.Unmarshal([]byte(text), &object) == nil && object["Statement"] != nil
}

// readJSON reads a policy that stands as JSON in a resource.
func (s *stack) readJSON(b rendered.Block, text string) (*document, error) {
	d := &document{stack: s, address: b.Address(), block: b}
	var policy rendered.Object
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		return d, err
	}
	r := reader{json: true}
	for _, object := range r.objects(policy, "Statement") {
		st := Statement{Sid: object.String("Sid"), Allow: object.String("Effect") != "Deny"}
		st.Actions, st.NotActions = r.list(object["Action"]), r.list(object["NotAction"])
		st.Resources, st.NotResources = s.resolveAll(r.list(object["Resource"])), s.resolveAll(r.list(object["NotResource"]))
		st.Principals, st.NotPrincipals = r.principals(s, object["Principal"]), r.principals(s, object["NotPrincipal"])
		for _, tests := range r.objects(object, "Condition") {
			for _, operator := range slices.Sorted(maps.Keys(tests)) {
				for _, keys := range r.objects(tests, operator) {
					for _, key := range slices.Sorted(maps.Keys(keys)) {
						st.Conditions = append(st.Conditions, Condition{operator, key, s.resolveAll(r.list(keys[key]))})
					}
				}
			}
		}
		d.statements = append(d.statements, st)
	}
	return d, r.err
}

// reader keeps the first thing that it can't read.
type reader struct {
	json bool // a single string may stand for a list
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

func (r *reader) keys(sid string, o rendered.Object, known []string) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(known, key) {
			r.fail("%q in statement %q", key, sid)
		}
	}
}

func (r *reader) objects(o rendered.Object, key string) []rendered.Object {
	objects, want := o.Objects(key), 1
	if list, ok := o[key].([]any); ok {
		want = len(list)
	}
	if o[key] != nil && len(objects) != want {
		r.fail("%v, where blocks of %s should stand", o[key], key)
	}
	return objects
}

func (r *reader) list(value any) (items []string) {
	if value == nil {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	if !ok && !r.json {
		r.fail("%v, where a list should stand", value)
	}
	for _, item := range list {
		switch item.(type) {
		case string, bool, float64:
			items = append(items, fmt.Sprint(item))
		default:
			r.fail("%v, where a string should stand", item)
		}
	}
	return items
}

func (r *reader) principals(s *stack, value any) (all []Principal) {
	if value == "*" {
		return s.principals("*", []string{"*"})
	}
	for _, kinds := range r.objects(rendered.Object{"Principal": value}, "Principal") {
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			all = append(all, s.principals(kind, r.list(kinds[kind]))...)
		}
	}
	return all
}

func (s *stack) principals(kind string, ids []string) (all []Principal) {
	for _, id := range ids {
		all = append(all, Principal{Kind: kind, ID: s.resolve(id), written: id})
	}
	return all
}

// characters is the length of statements as the JSON of a policy without white space, in which
// a reference that is known only at apply counts as long as an ARN mostly is at most.
func characters(statements []Statement) int {
	const unknownLength = 128
	all := make([]map[string]any, 0, len(statements))
	for _, st := range statements {
		effect := "Deny"
		if st.Allow {
			effect = "Allow"
		}
		object := map[string]any{"Sid": st.Sid, "Effect": effect}
		put := func(key string, values []string) {
			if len(values) > 0 {
				object[key] = oneOrMore(values)
			}
		}
		put("Action", st.Actions)
		put("NotAction", st.NotActions)
		put("Resource", st.Resources)
		put("NotResource", st.NotResources)
		if len(st.Principals) > 0 {
			object["Principal"] = byKind(st.Principals)
		}
		if len(st.NotPrincipals) > 0 {
			object["NotPrincipal"] = byKind(st.NotPrincipals)
		}
		if len(st.Conditions) > 0 {
			tests := map[string]map[string]any{}
			for _, c := range st.Conditions {
				if tests[c.Operator] == nil {
					tests[c.Operator] = map[string]any{}
				}
				tests[c.Operator][c.Key] = oneOrMore(c.Values)
			}
			object["Condition"] = tests
		}
		all = append(all, object)
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]any{"Version": "2012-10-17", "Statement": all}); err != nil {
		panic(err) // strings, lists and maps
	}
	return len(blank(strings.TrimSpace(out.String()), strings.Repeat("x", unknownLength)))
}

func oneOrMore(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	return values
}

func byKind(principals []Principal) any {
	kinds := map[string][]string{}
	for _, p := range principals {
		if p.Kind == "*" {
			return "*"
		}
		kinds[p.Kind] = append(kinds[p.Kind], p.ID)
	}
	out := map[string]any{}
	for kind, ids := range kinds {
		out[kind] = oneOrMore(ids)
	}
	return out
}
