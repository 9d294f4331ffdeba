//go:build e2e

package e2e

import (
	"testing"

	"strata/e2e/harness"
)

// What dev leaves out: a NAT gateway a zone, endpoints, a copy of the state in another region.
// It is deployed as a pipeline would, with nothing but Terraform and the committed files.
func TestProduction(t *testing.T) {
	t.Parallel()
	production := harness.Start(t, "production")
	production.Bootstrap(t)
	backend := production.Stack(t, "backend")
	backend.Init(t)
	backend.NoChange(t)
	readBackend(t, production)

	networking := production.Stack(t, "networking")
	networking.Init(t)
	networking.Apply(t)
	networking.NoChange(t)
	readNetworking(t, production)
}
