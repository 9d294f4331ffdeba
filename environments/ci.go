package environments

import "cmp"

// DeploysFrom is the GitHub environment of the workflows that may deploy, and PlansFrom of those
// that may plan.
func (e *Environment) DeploysFrom() string { return cmp.Or(e.CI.DeployEnvironment, e.Name) }

// PlansFrom is the GitHub environment of the workflows that may plan.
func (e *Environment) PlansFrom() string { return cmp.Or(e.CI.PlanEnvironment, e.Name+"-plan") }

// ci reports what a pipeline can't have.
func (d *document) ci() {
	if !d.fine("ci", "ci.deploy_environment", "ci.plan_environment") {
		return
	}
	if d.env.DeploysFrom() == d.env.PlansFrom() {
		d.reportAt("ci.plan_environment", "is the GitHub environment that deploys, so that whoever may plan could deploy; choose another")
	}
}
