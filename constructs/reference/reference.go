// Package reference writes references to what a stack makes as the framework does, without a call
// to its process for each: that is most of what a large platform takes longer to render than a
// program in the framework's own language.
package reference

import "github.com/aws/jsii-runtime-go"

// To is an attribute of a resource that stands right in a stack, whose address is its type and its
// id there. A wrong one is found by terraform validate.
func To(kind, id, attribute string) *string {
	return jsii.String("${" + kind + "." + id + "." + attribute + "}")
}
