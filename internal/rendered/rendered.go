// Package rendered reads what the app has rendered, for the checks that hold it against what
// its users rely on. It knows Terraform's JSON and nothing of the framework.
package rendered

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Stack is one rendered stack.
type Stack struct {
	// Name of the stack: <environment>-<layer>.
	Name, Environment, Layer string
	// Dependencies are the stacks that must be applied before.
	Dependencies []string
	// Terraform, Provider, Output and Locals are the sections of the file.
	Terraform Object
	Providers []Object
	Outputs   map[string]Object
	Resources []Block
	Data      []Block
	Ephemeral []Block

	whole any
}

// Object is a JSON object.
type Object map[string]any

// Block is a resource or a data source.
type Block struct {
	Type, Name string
	Object
}

// Address is how Terraform calls the block within its stack.
func (b Block) Address() string { return b.Type + "." + b.Name }

// Load reads all stacks of an output folder, sorted by name.
func Load(dir string) ([]Stack, error) {
	var manifest struct {
		Stacks map[string]struct {
			SynthesizedStackPath string
			Dependencies         []string
		}
	}
	if err := read(filepath.Join(dir, "manifest.json"), &manifest); err != nil {
		return nil, err
	}
	var stacks []Stack
	for name, entry := range manifest.Stacks {
		environment, layer, found := cutLast(name, "-")
		if !found {
			return nil, fmt.Errorf("stack %s is not called <environment>-<layer>", name)
		}
		s := Stack{Name: name, Environment: environment, Layer: layer, Dependencies: entry.Dependencies}
		if err := s.read(filepath.Join(dir, entry.SynthesizedStackPath)); err != nil {
			return nil, err
		}
		stacks = append(stacks, s)
	}
	slices.SortFunc(stacks, func(a, b Stack) int { return strings.Compare(a.Name, b.Name) })
	return stacks, nil
}

func (s *Stack) read(path string) error {
	var file struct {
		Terraform Object
		Provider  map[string][]Object
		Output    map[string]Object
		Resource  map[string]map[string]Object
		Data      map[string]map[string]Object
		Ephemeral map[string]map[string]Object
	}
	if err := read(path, &file); err != nil {
		return err
	}
	if err := read(path, &s.whole); err != nil {
		return err
	}
	s.Terraform, s.Providers, s.Outputs = file.Terraform, file.Provider["aws"], file.Output
	s.Resources, s.Data, s.Ephemeral = blocks(file.Resource), blocks(file.Data), blocks(file.Ephemeral)
	return nil
}

func blocks(of map[string]map[string]Object) (blocks []Block) {
	for kind, named := range of {
		for name, object := range named {
			blocks = append(blocks, Block{kind, name, object})
		}
	}
	slices.SortFunc(blocks, func(a, b Block) int { return cmp.Compare(a.Address(), b.Address()) })
	return blocks
}

// Of returns the resources of a type.
func (s Stack) Of(kind string) (found []Block) {
	for _, r := range s.Resources {
		if r.Type == kind {
			found = append(found, r)
		}
	}
	return found
}

// Strings calls f with every string of the file and the path that leads to it.
func (s Stack) Strings(f func(path, value string)) { walk("", s.whole, f) }

func walk(path string, value any, f func(path, value string)) {
	switch v := value.(type) {
	case string:
		f(path, v)
	case []any:
		for i, item := range v {
			walk(fmt.Sprintf("%s[%d]", path, i), item, f)
		}
	case map[string]any:
		for key, item := range v {
			walk(path+"/"+key, item, f)
		}
	}
}

var reference = regexp.MustCompile(`\b(data\.|ephemeral\.)?(aws_\w+|terraform_remote_state)\.([\w-]+)`)

// References are the addresses, as data.aws_x.y, ephemeral.aws_x.y and aws_x.y, that a string refers to.
func References(value string) (addresses []string) {
	for _, expression := range Expressions(value) {
		for _, m := range reference.FindAllStringSubmatch(expression, -1) {
			addresses = append(addresses, m[1]+m[2]+"."+m[3])
		}
	}
	return addresses
}

// Interpolate replaces every ${expression} of a string; $${ is text and stays as it is.
func Interpolate(value string, replace func(expression string) string) string {
	var out strings.Builder
	for {
		i := strings.Index(value, "${")
		end := closing(value, i+2)
		if i < 0 || end < 0 {
			return out.String() + value
		}
		if i > 0 && value[i-1] == '$' {
			out.WriteString(value[:i+2])
			value = value[i+2:]
			continue
		}
		out.WriteString(value[:i] + replace(value[i+2:end]))
		value = value[end+1:]
	}
}

// closing is where the brace that was opened before from is closed, -1 where it is not.
func closing(value string, from int) int {
	open := 1
	for i := from; i < len(value); i++ {
		switch value[i] {
		case '{':
			open++
		case '}':
			open--
		}
		if open == 0 {
			return i
		}
	}
	return -1
}

// Expressions are what stands in each ${…} of a string.
func Expressions(value string) (found []string) {
	Interpolate(value, func(expression string) string {
		found = append(found, expression)
		return ""
	})
	return found
}

// References are the addresses that the strings of the block refer to.
func (b Block) References() (addresses []string) {
	walk("", map[string]any(b.Object), func(_, value string) { addresses = append(addresses, References(value)...) })
	return addresses
}

// String is the string under a path of keys, "" where there is none. A list counts as its
// only item, since Terraform's JSON writes a single block either way.
func (o Object) String(path ...string) string {
	s, _ := o.At(path...).(string)
	return s
}

// At is what lies under a path of keys.
func (o Object) At(path ...string) any {
	var at any = map[string]any(o)
	for _, key := range path {
		if list, ok := at.([]any); ok && len(list) == 1 {
			at = list[0]
		}
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = object[key]
	}
	return at
}

// Objects are the objects of the list under a key.
func (o Object) Objects(key string) (objects []Object) {
	list, ok := o[key].([]any)
	if !ok && o[key] != nil {
		list = []any{o[key]}
	}
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// List is the list of strings under a key.
func (o Object) List(key string) (items []string) {
	list, _ := o[key].([]any)
	for _, item := range list {
		if s, ok := item.(string); ok {
			items = append(items, s)
		}
	}
	return items
}

// Int is the number under a key, -1 where there is none.
func (o Object) Int(key string) int {
	if n, ok := o[key].(float64); ok {
		return int(n)
	}
	return -1
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func read(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
