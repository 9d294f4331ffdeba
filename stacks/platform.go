// Package stacks makes the layers of an environment, one Terraform stack each.
package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/environments"
)

// Platform makes all layers of an environment, in the order in which they build on each
// other. A layer takes the layers that it reads from, so that none can read one above it.
func Platform(app cdktf.App, env *environments.Environment) {
	backend := newBackend(app, env)
	newNetworking(app, env, backend)
}
