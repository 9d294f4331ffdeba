//go:build e2e

package e2e

import (
	"testing"
	"time"

	"strata/e2e/harness"
)

var pipelineRoles = []string{"plan", "deploy", "push"}

// pipelineRole is the ARN of one of the roles that a pipeline takes: plan, deploy or push.
func pipelineRole(env *harness.Environment, name string) string {
	return "arn:aws:iam::" + env.Account + ":role/" + named(env, name)
}

// as is the environment, run as a workflow of the repository does that has taken one of the
// pipeline's roles.
func as(t *testing.T, env *harness.Environment, role string) *harness.Environment {
	t.Helper()
	from := env.DeploysFrom()
	if role == "plan" {
		from = env.PlansFrom()
	}
	return env.As(t, pipelineRole(env, role), role, workflowToken(t, env.CI.Repository, from))
}

// workflowToken is what GitHub gives a workflow of the repository that runs in the environment.
func workflowToken(t *testing.T, repository, environment string) string {
	t.Helper()
	return harness.Token(t, claims("repo:"+repository+":environment:"+environment))
}

// claims are what a token of GitHub's says.
func claims(subject string) map[string]any {
	return map[string]any{
		"iss": "https://token.actions.githubusercontent.com", "aud": "sts.amazonaws.com", "sub": subject, "exp": time.Now().Add(time.Hour).Unix(),
	}
}
