//go:build e2e

package e2e

import (
	"slices"
	"testing"

	"strata/e2e/harness"
)

// What dev leaves out: a NAT gateway a zone, endpoints, every guard rail, copies in another region.
// It is deployed as a pipeline does, with nothing but Terraform and the committed files.
func TestProduction(t *testing.T) {
	t.Parallel()
	production := harness.Start(t, "production")
	production.Bootstrap(t)
	readBackend(t, production)

	deploy, plan := as(t, production, "deploy"), as(t, production, "plan")
	backend := plan.Stack(t, "backend")
	backend.Init(t)
	backend.NoChange(t)
	layers := production.Layers()
	var before []string
	for i, layer := range layers {
		if i == 1 {
			before = production.AWS.Resources(t, production.RecoveryRegion)
		}
		stack := deploy.Stack(t, layer)
		stack.Init(t)
		stack.Apply(t)
		planned := plan.Stack(t, layer)
		planned.Init(t)
		planned.NoChange(t)
	}
	readNetworking(t, production)
	readSecurity(t, production)
	readSecrets(t, production)
	readRegistry(t, production)
	refuseByBuckets(t, production)

	// The network is protected; what stands on it is not while there is nothing in it.
	for _, layer := range slices.Backward(layers[1:]) {
		stack := deploy.Stack(t, layer)
		stack.Init(t)
		stack.Destroy(t)
	}
	readDeletedSecrets(t, production)
	nothingLeft(t, before, production.AWS.Resources(t, production.RecoveryRegion))
	for _, role := range pipelineRoles {
		production.Weigh(t, role)
	}
}
