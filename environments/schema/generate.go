package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"strata/environments"
)

// generate makes the schema of an environment file. invopop/jsonschema gives the shape and the
// descriptions; defaults come from the `default` tags, all rules from the `validate` tags.
func generate() (*jsonschema.Schema, error) {
	reflector := &jsonschema.Reflector{
		Anonymous:                  true, // without an $id, which would have to be a real address
		DoNotReference:             true,
		ExpandedStruct:             true,
		FieldNameTag:               "yaml",
		RequiredFromJSONSchemaTags: true, // that is never; demand() knows better
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if t == reflect.TypeFor[netip.Prefix]() {
				return &jsonschema.Schema{Type: "string"}
			}
			return nil
		},
	}
	if err := reflector.AddGoComments("strata", "environments", jsonschema.WithFullComment()); err != nil {
		return nil, fmt.Errorf("run it in the folder of the repository: %w", err)
	}
	schema := reflector.Reflect(&environments.Environment{})
	schema.Title = "Environment"

	describe(schema, environments.Default(reflect.TypeFor[environments.Environment]()))
	return schema, nil
}

// describe adds to the schema of a struct what the tags of its fields say. The value holds the
// defaults.
func describe(schema *jsonschema.Schema, value reflect.Value) {
	schema.Description = flow(schema.Description)
	for i := range value.NumField() {
		field := value.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		property, is := schema.Properties.Get(name)
		if !is {
			continue
		}
		// A Go comment begins with the name in Go; the file has another.
		property.Description = name + strings.TrimPrefix(flow(property.Description), field.Name)
		if _, given := field.Tag.Lookup("default"); given {
			property.Default = value.Field(i).Interface()
		}
		own, each, _ := strings.Cut(field.Tag.Get("validate"), ",dive,")
		demand(property, own)
		switch {
		case property.Items != nil:
			demand(property.Items, each)
		case field.Type.Kind() == reflect.Map:
			names, _, _ := strings.Cut(strings.TrimPrefix(each, "keys,"), ",endkeys")
			property.PropertyNames = &jsonschema.Schema{Type: "string"}
			demand(property.PropertyNames, names)
			describe(property.AdditionalProperties, environments.Default(field.Type.Elem()))
		case property.Properties != nil:
			describe(property, value.Field(i))
		}
		if slices.Contains(strings.Split(own, ","), "required") || field.Type.Kind() == reflect.Struct && len(property.Required) > 0 {
			schema.Required = append(schema.Required, name)
		}
	}
}

// demand adds the rules of a `validate` tag.
func demand(schema *jsonschema.Schema, tag string) {
	for _, part := range strings.Split(tag, ",") {
		name, param, _ := strings.Cut(part, "=")
		switch name {
		case "", "required":
		case "min", "max":
			limit(schema, name, param)
		case "unique":
			schema.UniqueItems = true
		case "oneof":
			for _, value := range strings.Fields(param) {
				schema.Enum = append(schema.Enum, value)
			}
		default:
			rule, is := environments.Rules()[name]
			if !is {
				panic("no schema for the tag " + name)
			}
			demandRule(schema, rule)
		}
	}
}

func demandRule(schema *jsonschema.Schema, rule environments.Rule) {
	if rule.Pattern != "" {
		schema.Pattern = rule.Pattern
	}
	if rule.MaxLength > 0 {
		n := uint64(rule.MaxLength)
		schema.MaxLength = &n
	}
	for _, value := range rule.Values {
		schema.Enum = append(schema.Enum, value)
	}
	for _, value := range rule.Numbers {
		schema.Enum = append(schema.Enum, value)
	}
	if rule.Except != nil {
		schema.Not = &jsonschema.Schema{}
		for _, value := range rule.Except {
			schema.Not.Enum = append(schema.Not.Enum, value)
		}
	}
}

// limit sets the bound that min and max mean for a type.
func limit(schema *jsonschema.Schema, name, param string) {
	n, err := strconv.ParseUint(param, 10, 64)
	if err != nil {
		panic(err)
	}
	bounds := map[string][2]**uint64{
		"string": {&schema.MinLength, &schema.MaxLength},
		"array":  {&schema.MinItems, &schema.MaxItems},
		"object": {&schema.MinProperties, &schema.MaxProperties},
	}
	at := 0
	if name == "max" {
		at = 1
	}
	if bound, is := bounds[schema.Type]; is {
		*bound[at] = &n
		return
	}
	*[2]*json.Number{&schema.Minimum, &schema.Maximum}[at] = json.Number(param)
}

// flow joins the lines of a comment as paragraphs.
func flow(comment string) string {
	paragraphs := strings.Split(comment, "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}
