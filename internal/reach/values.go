package reach

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"

	"strata/internal/rendered"
)

// values follows values from where they are used to where they come from, through the outputs
// of other stacks.
type values struct {
	stacks []rendered.Stack
	blocks map[string]rendered.Block // by layer/address
}

// value is a value, and the stack that it is written in.
type value struct {
	stack rendered.Stack
	is    any
}

func newValues(stacks []rendered.Stack) *values {
	v := &values{stacks, map[string]rendered.Block{}}
	for _, s := range stacks {
		for _, r := range s.Resources {
			v.blocks[s.Layer+"/"+r.Address()] = r
		}
	}
	return v
}

var (
	wrapped    = regexp.MustCompile(`^\$\{(.*)\}$`)
	indexed    = regexp.MustCompile(`^(?:element|lookup)\((.*), *("[^"]*"|\d+)(?:, *[^,()]*)?\)$`)
	remote     = regexp.MustCompile(`^data\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)(.*)$`)
	traversal  = regexp.MustCompile(`^(?:\.([\w-]+)|\[(?:"([^"]+)"|(\d+))\])(.*)$`)
	ofResource = regexp.MustCompile(`^(aws_\w+\.[\w-]+)\.(\w+)$`)
)

// follow goes to what a value is: a literal, a list, a map, or the attribute of a resource.
func (v *values) follow(from value) (value, error) {
	s, _ := from.is.(string)
	m := wrapped.FindStringSubmatch(s)
	if m == nil {
		return from, nil
	}
	return v.expression(from.stack, m[1])
}

func (v *values) expression(in rendered.Stack, expression string) (value, error) {
	if m := indexed.FindStringSubmatch(expression); m != nil {
		whole, err := v.expression(in, m[1])
		if err != nil {
			return value{}, err
		}
		return v.part(whole, "["+m[2]+"]")
	}
	if m := remote.FindStringSubmatch(expression); m != nil {
		out, err := v.output(in, m[1], m[2])
		if err != nil {
			return value{}, err
		}
		return v.part(out, m[3])
	}
	if !ofResource.MatchString(expression) {
		return value{}, fmt.Errorf("internal/reach can't follow %q; teach it in values.go", expression)
	}
	return value{in, "${" + expression + "}"}, nil
}

// output is what a stack reads from another's remote state: found by where that is kept, so
// that a read of the wrong state is not taken for the right one.
func (v *values) output(in rendered.Stack, name, output string) (value, error) {
	for _, d := range in.Data {
		if d.Type != "terraform_remote_state" || d.Name != name {
			continue
		}
		for _, s := range v.stacks {
			if s.Terraform.String("backend", "s3", "key") != d.String("config", "key") || s.Terraform.String("backend", "s3", "bucket") != d.String("config", "bucket") {
				continue
			}
			if s.Outputs[output] == nil {
				return value{}, fmt.Errorf("%s has no output %s", s.Name, output)
			}
			return value{s, s.Outputs[output]["value"]}, nil
		}
		return value{}, fmt.Errorf("no stack keeps its state where data.terraform_remote_state.%s of %s looks for it", name, in.Name)
	}
	return value{}, fmt.Errorf("%s has no data.terraform_remote_state.%s", in.Name, name)
}

// part takes a part of a list or a map, as .a, ["a"] or [0] name it.
func (v *values) part(of value, path string) (value, error) {
	of, err := v.follow(of)
	if err != nil || path == "" {
		return of, err
	}
	m := traversal.FindStringSubmatch(path)
	if m == nil {
		return value{}, fmt.Errorf("internal/reach can't follow %q; teach it in values.go", path)
	}
	var next any
	switch whole := of.is.(type) {
	case map[string]any:
		next = whole[m[1]+m[2]]
	case []any:
		if i, err := strconv.Atoi(m[3]); err == nil && len(whole) > 0 {
			next = whole[i%len(whole)] // element() counts around
		}
	}
	if next == nil {
		return value{}, fmt.Errorf("there is no %s in %v", path, of.is)
	}
	return v.part(value{of.stack, next}, m[4])
}

// references are the resources, as layer/address, that a value, or each of a list, refers to.
func (v *values) references(from value) (found []string, err error) {
	from, err = v.follow(from)
	if err != nil {
		return nil, err
	}
	switch is := from.is.(type) {
	case nil:
		return nil, nil
	case []any:
		for _, item := range is {
			of, err := v.references(value{from.stack, item})
			if err != nil {
				return nil, err
			}
			found = append(found, of...)
		}
		return found, nil
	case string:
		if is == "" { // an output of what an environment doesn't have
			return nil, nil
		}
		if m := wrapped.FindStringSubmatch(is); m != nil {
			name := from.stack.Layer + "/" + ofResource.FindStringSubmatch(m[1])[1]
			if _, known := v.blocks[name]; !known {
				return nil, fmt.Errorf("there is no %s", name)
			}
			return []string{name}, nil
		}
	}
	return nil, fmt.Errorf("%v refers to no resource", from.is)
}

// literal is the string that a value is, also as another resource's attribute.
func (v *values) literal(from value) (string, error) {
	from, err := v.follow(from)
	if err != nil {
		return "", err
	}
	s, _ := from.is.(string)
	if m := wrapped.FindStringSubmatch(s); m != nil {
		attribute := ofResource.FindStringSubmatch(m[1])
		written, ok := v.blocks[from.stack.Layer+"/"+attribute[1]].Object[attribute[2]]
		if !ok {
			return "", fmt.Errorf("%s is known only once it is applied", m[1])
		}
		return v.literal(value{from.stack, written})
	}
	return s, nil
}

func (v *values) prefix(from value) (netip.Prefix, error) {
	s, err := v.literal(from)
	if err != nil {
		return netip.Prefix{}, err
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is4() {
		return netip.Prefix{}, fmt.Errorf("%q is no block of IPv4 addresses, and internal/reach knows no others", s)
	}
	return p.Masked(), nil
}
