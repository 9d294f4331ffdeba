package environments

import (
	"encoding"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// isMapping tells a struct that is written as keys with values from one that is written as a
// text, as a CIDR block is.
func isMapping(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(textType)
}

func valueOf(text string) reflect.Value { return reflect.ValueOf(text) }

// field is a key of a mapping.
type field struct {
	index int
	tag   string // of validate
}

// fields are the keys that a struct takes.
func fields(t reflect.Type) map[string]field {
	known := map[string]field{}
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" && name != "-" {
			known[name] = field{i, f.Tag.Get("validate")}
		}
	}
	return known
}

// mapping reads the keys of a struct. It reports the unknown, the doubled and the missing ones.
// A node of nil stands for a mapping that the file leaves out.
func (d *document) mapping(path string, node *ast.MappingNode, into reflect.Value) {
	known := fields(into.Type())
	seen := map[string]bool{}
	if node != nil {
		for key, entry := range d.entries(path, node) {
			f, is := known[key]
			if !is {
				d.add(path, place(entry.Key.GetToken()), unknown(key, into.Type()))
				continue
			}
			seen[key] = true
			d.value(join(path, key), entry.Key.GetToken(), entry.Value, into.Field(f.index), f.tag)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(known)) {
		f := known[key]
		if seen[key] {
			continue
		}
		if child := into.Field(f.index); isMapping(child.Type()) {
			d.mapping(join(path, key), nil, child)
		} else if requires(child.Type(), f.tag) {
			d.report(join(path, key), d.place(path), &fault{message: "is missing; " + wanted(f.tag, into.Field(f.index).Type())})
		}
	}
}

// entries goes through the keys of a mapping, leaving out those that came before.
func (d *document) entries(path string, node *ast.MappingNode) func(func(string, *ast.MappingValueNode) bool) {
	return func(yield func(string, *ast.MappingValueNode) bool) {
		first := map[string]position{}
		for _, entry := range node.Values {
			t := entry.Key.GetToken()
			key, at := t.Value, place(t)
			if _, simple := entry.Key.(*ast.MappingKeyNode); simple || entry.Key.Type() == ast.NullType {
				d.add(path, at, &fault{message: "is no key; write one as owner: platform"})
				continue
			}
			if _, placed := d.places[path]; !placed {
				d.places[path] = at
			}
			if before, doubled := first[key]; doubled {
				d.report(join(path, key), at, &fault{message: fmt.Sprintf("is given twice, first in line %d; keep one", before.line)})
				continue
			}
			first[key] = at
			if !yield(key, entry) {
				return
			}
		}
	}
}

// value reads a node into a Go value and asks the `validate` tag of it.
func (d *document) value(path string, key *token.Token, node ast.Node, into reflect.Value, tag string) {
	at := place(key)
	if node == nil || node.Type() == ast.NullType {
		d.places[path] = at
		f := &fault{message: "has no value; " + wanted(tag, into.Type())}
		if !requires(into.Type(), tag) {
			f.hint = "or take it away"
		}
		d.report(path, at, f)
		return
	}
	if _, collection := node.(ast.ArrayNode); !collection && node.Type() != ast.MappingType {
		at = place(node.GetToken())
	}
	d.places[path] = at

	switch {
	case isMapping(into.Type()):
		if m, is := node.(*ast.MappingNode); is {
			d.mapping(path, m, into)
			return
		}
	case into.Kind() == reflect.Map:
		if m, is := node.(*ast.MappingNode); is {
			d.named(path, m, into, tag)
			return
		}
	case into.Kind() == reflect.Slice:
		if s, is := node.(*ast.SequenceNode); is {
			d.list(path, s, into, tag)
			return
		}
	default:
		d.scalar(path, at, node, into, tag)
		return
	}
	d.report(path, begin(node), mismatch(node, into.Type()))
}

// named reads a map, as the services: the names are the user's. What stands between `keys` and
// `endkeys` in the tag is asked of every name.
func (d *document) named(path string, node *ast.MappingNode, into reflect.Value, tag string) {
	into.Set(reflect.MakeMap(into.Type()))
	own, each, _ := strings.Cut(tag, ",dive,keys,")
	names, _, _ := strings.Cut(each, ",endkeys")
	for key, entry := range d.entries(path, node) {
		child := join(path, key)
		d.places[child] = place(entry.Key.GetToken())
		d.check(child, valueOf(key), names)
		element := reflect.New(into.Type().Elem()).Elem()
		setDefaults(element)
		d.value(child, entry.Key.GetToken(), entry.Value, element, "")
		into.SetMapIndex(valueOf(key), element)
	}
	d.check(path, into, own)
}

// list reads a list; what follows `dive` in the tag is asked of every entry.
func (d *document) list(path string, node *ast.SequenceNode, into reflect.Value, tag string) {
	own, each, _ := strings.Cut(tag, ",dive,")
	whole := reflect.MakeSlice(into.Type(), 0, len(node.Values))
	first := map[any]bool{}
	for i, entry := range node.Values {
		child := fmt.Sprintf("%s[%d]", path, i)
		t := node.Start
		if i < len(node.Entries) && node.Entries[i] != nil {
			t = node.Entries[i].Start
		}
		element := reflect.New(into.Type().Elem()).Elem()
		d.value(child, t, entry, element, each)
		// A wrong one keeps its place, so that the others have theirs.
		whole = reflect.Append(whole, element)
		if d.wrong[child] {
			d.wrong[path] = true
			continue
		}
		if first[element.Interface()] && strings.Contains(own, "unique") {
			d.report(child, d.places[child], &fault{message: fmt.Sprintf("%v is in the list already; keep one", element.Interface())})
		}
		first[element.Interface()] = true
	}
	into.Set(whole)
	if !d.wrong[path] {
		d.check(path, into, strings.Replace(own, "unique", "omitempty", 1))
	}
}

// scalar reads a text, a number or a truth value.
func (d *document) scalar(path string, at position, node ast.Node, into reflect.Value, tag string) {
	if f := mismatch(node, into.Type()); f != nil {
		d.report(path, begin(node), f)
		return
	}
	if err := yaml.NodeToValue(node, into.Addr().Interface(), yaml.Strict()); err != nil {
		f := &fault{message: "can't be read as " + wants(into.Type())}
		if into.Type() == reflect.TypeFor[netip.Prefix]() {
			f = rules["network"].matches(valueOf(node.GetToken().Value))
		}
		d.report(path, at, f)
		return
	}
	d.check(path, into, tag)
}

func (d *document) check(path string, value reflect.Value, tag string) {
	if tag == "" {
		return
	}
	if f := check(value, tag); f != nil {
		d.report(path, d.places[path], f)
	}
}

// place is where a path stands, or the nearest thing around it that the file has.
func (d *document) place(path string) position {
	for {
		if at, is := d.places[path]; is {
			return at
		}
		if path == "" {
			return position{1, 1}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// requires says whether a file can't leave a value out: by its tag, or since something in it
// can't be left out.
func requires(t reflect.Type, tag string) bool {
	if isMapping(t) {
		for _, f := range fields(t) {
			if requires(t.Field(f.index).Type, f.tag) {
				return true
			}
		}
		return false
	}
	return slices.Contains(strings.Split(tag, ","), "required")
}

// unknown says what key may have been meant: a like one here, or the same one elsewhere.
func unknown(key string, here reflect.Type) *fault {
	names := slices.Sorted(maps.Keys(fields(here)))
	f := &fault{message: fmt.Sprintf("the key %q is unknown", key)}
	if f.hint = didYouMean(key, names); f.hint != "" {
		return f
	}
	if path := find(key, reflect.TypeFor[Environment](), ""); path != "" {
		f.hint = "did you mean " + path + "?"
		return f
	}
	f.hint = "the keys here are " + list(names)
	return f
}

// find looks for the path of a key in a type and all below it.
func find(key string, in reflect.Type, path string) string {
	known := fields(in)
	if _, is := known[key]; is {
		return join(path, key)
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		child, below := in.Field(known[name].index).Type, join(path, name)
		if child.Kind() == reflect.Map {
			child, below = child.Elem(), below+".<name>"
		}
		if isMapping(child) {
			if found := find(key, child, below); found != "" {
				return found
			}
		}
	}
	return ""
}

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	wholeDigits = regexp.MustCompile(`^[-+]?[0-9]+$`)
	anyNumber   = regexp.MustCompile(`^[-+]?[0-9][0-9a-fA-FoxX_.+-]*$`)
)

// mismatch says why a node can't be a value of a type: the types of YAML and Go must be the
// same, nothing is converted.
func mismatch(node ast.Node, want reflect.Type) *fault {
	written := node.GetToken().Value
	_, isText := node.(*ast.StringNode)
	f := &fault{message: fmt.Sprintf("is %s; it must be %s", kindOf(node), wants(want))}
	switch node.(type) {
	case *ast.MappingNode, *ast.SequenceNode:
		return f
	}
	switch {
	case want.Kind() == reflect.Slice:
		f.hint = fmt.Sprintf("did you mean [%s]?", written)
	case isMapping(want) || want.Kind() == reflect.Map:
	case want.Kind() == reflect.Bool:
		if _, is := node.(*ast.BoolNode); is {
			return nil
		}
		switch strings.ToLower(written) {
		case "true", "yes", "on", "y":
			f.hint = "did you mean true?"
		case "false", "no", "off", "n":
			f.hint = "did you mean false?"
		}
	case want.Kind() == reflect.Int:
		_, isInteger := node.(*ast.IntegerNode)
		switch {
		case isInteger && wholeNumber.MatchString(written):
			return nil
		case isText && node.GetToken().Type != token.StringType && wholeNumber.MatchString(written):
			f.hint = "take the quotes away"
		case wholeNumber.MatchString(written):
			f.message = "is a number too large"
		case anyNumber.MatchString(written):
			f.message = fmt.Sprintf("%s is no whole number in plain decimal digits, as 30", written)
		}
	default:
		// The parser takes 098 for a text, other readers of YAML take it for a number.
		if isText && (node.GetToken().Type != token.StringType || !wholeDigits.MatchString(written)) {
			return nil
		}
		if isText {
			f.message = "looks like a number; it must be " + wants(want)
		}
		f.hint = fmt.Sprintf("put it in quotes: %q", written)
		if strings.HasPrefix(written, "0") && len(written) > 1 {
			f.hint += ", or its leading zeros are lost"
		}
	}
	return f
}

// wanted says what to write for a value.
func wanted(tag string, t reflect.Type) string {
	own, _, _ := strings.Cut(tag, ",dive,")
	for _, part := range strings.Split(own, ",") {
		if says := rules[part].says; says != "" {
			return says
		}
	}
	return "write " + wants(t)
}

// wants names what a value of a type is written as.
func wants(t reflect.Type) string {
	switch {
	case isMapping(t) || t.Kind() == reflect.Map:
		return "keys with values"
	case t.Kind() == reflect.Slice:
		return "a list"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number"
	}
	return "text"
}

// kindOf names what a node is.
func kindOf(node ast.Node) string {
	switch node.Type() {
	case ast.MappingType:
		return "keys with values"
	case ast.SequenceType:
		return "a list"
	case ast.BoolType:
		return "a boolean"
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.NullType:
		return "nothing"
	}
	return "text"
}
