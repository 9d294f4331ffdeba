// Package stacks makes the layers of an environment, one Terraform stack each.
package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/role"
	"strata/environments"
	"strata/internal/naming"
)

// Platform makes all layers of an environment, in the order in which they build on each
// other. A layer takes the layers that it reads from, so that none can read one above it.
func Platform(app cdktf.App, env *environments.Environment) {
	e := newEnvironment(app, env)
	backend := e.newBackend()
	networking := e.newNetworking()
	security := e.newSecurity(networking)
	e.newECR(backend, security)
	// Its bounds are known when all roles are.
	backend.bound()
}

// environment is what the layers of one have in common.
type environment struct {
	*environments.Environment
	app      cdktf.App
	names    naming.Names
	boundary *role.Boundary
}

func newEnvironment(app cdktf.App, env *environments.Environment) *environment {
	names := naming.Names{Project: env.Project, Environment: env.Name}
	return &environment{env, app, names, role.NewBoundary(policyARN(env.Account, names.Of(naming.Policy, "boundary")))}
}

func policyARN(account, name string) string { return "arn:aws:iam::" + account + ":policy/" + name }
