package environments

import (
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml"
)

// Default is a struct of this package, and the structs in it, with the values that apply when a
// file is silent.
func Default(t reflect.Type) reflect.Value {
	value := reflect.New(t).Elem()
	setDefaults(value)
	return value
}

// setDefaults fills a struct and the structs in it from their `default` tags, before the file
// is read: whatever the file says, also false or 0, then wins.
func setDefaults(into reflect.Value) {
	for i := range into.NumField() {
		field, tag := into.Field(i), into.Type().Field(i).Tag
		value, given := tag.Lookup("default")
		switch {
		case field.Kind() == reflect.Struct && isMapping(field.Type()):
			setDefaults(field)
		case !given:
		case field.Kind() == reflect.String:
			field.SetString(value)
		default:
			if err := yaml.Unmarshal([]byte(value), field.Addr().Interface()); err != nil {
				panic(fmt.Sprintf("the default of %s: %v", into.Type().Field(i).Name, err))
			}
		}
	}
}
