package stacks

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicyattachment"

	"strata/constructs/pipeline"
	"strata/constructs/policy"
	"strata/constructs/repository"
	"strata/constructs/role"
	"strata/internal/naming"
)

// pipelineRoles are the roles that a pipeline takes. They belong to this layer, and not to
// security, since the deploy role is to deploy security too, and nobody may widen his own role.
var pipelineRoles = []string{"plan", "deploy", "push"}

// pipelineRoleARN is known at synth; the role is there when the file names a repository.
func (l *layer) pipelineRoleARN(name string) string {
	return role.ARN(l.env.Account, l.names.Of(naming.Role, name))
}

// addPipeline makes the roles of a pipeline, where the file names its repository.
func (b *Backend) addPipeline() {
	env := b.env
	for _, name := range pipelineRoles {
		arn := ""
		if env.CI.Repository != "" {
			arn = b.pipelineRoleARN(name)
		}
		b.out.String(name+"_role_arn", "Role with which a pipeline is to "+name+"; empty where the file names no repository", &arn)
	}
	if env.CI.Repository == "" {
		return
	}
	if b.introducesGitHub() {
		pipeline.NewProvider(b.stack)
	}
	bounds := &role.Boundary{}
	bounds.ARN = *b.managedPolicy("pipeline-boundary", "The most that a role of the pipeline can do", b.pipelineBounds()...)
	takes := func(name, description, from string, seconds int) *role.Role {
		return role.New(b.stack, name+"_role", role.Props{
			Name: b.names.Of(naming.Role, name), Description: description, Trust: pipeline.Trust(env.Account, env.CI.Repository, from),
			Boundary: bounds, MaxSessionSeconds: seconds,
		})
	}
	plan := takes("plan", "Lets workflows see what a deployment would change", env.PlansFrom(), 0)
	deploy := takes("deploy", "Lets workflows deploy every layer but the backend", env.DeploysFrom(), 2*60*60)
	push := takes("push", "Lets workflows push images of the services", env.DeploysFrom(), 0)
	all := b.grants()
	for _, of := range slices.Sorted(maps.Keys(all)) {
		grants := all[of]
		role.GrantAll([]*role.Role{plan, deploy}, "see-"+of, grants.Read...)
		b.attach("deploy-"+of, deploy, "What the deploy role does with "+of, grants.Write)
	}
	plan.Grant("see-backend", b.seeing()...)
	push.Grant("images", b.pushing()...)
}

// attach gives a role a policy of its own. All that deploying takes is more than a role's inline
// policies may be together:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
func (b *Backend) attach(name string, to *role.Role, description string, statements []policy.Statement) {
	iamrolepolicyattachment.NewIamRolePolicyAttachment(b.stack, jsii.String(underscored(name)), &iamrolepolicyattachment.IamRolePolicyAttachmentConfig{
		Role: to.Name, PolicyArn: b.managedPolicy(name, description, statements...),
	})
}

// seeing is what planning this layer takes besides. Deploying it is for administrators.
func (b *Backend) seeing() []policy.Statement {
	statements := []policy.Statement{{
		Sid: "SeeLockTable", Resources: []string{b.lockTableARN()},
		Actions: []string{"dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource"},
	}, {
		Sid: "SeePolicies", Actions: []string{"iam:GetPolicy", "iam:GetPolicyVersion"}, Resources: []string{policyARN(b.env.Account, b.names.Prefix()+"-*")},
	}}
	if b.introducesGitHub() {
		statements = append(statements, policy.Statement{
			Sid: "SeeProvider", Actions: []string{"iam:GetOpenIDConnectProvider"}, Resources: []string{pipeline.ProviderARN(b.env.Account)},
		})
	}
	return statements
}

// introducesGitHub is whether GitHub becomes an identity provider of the account here.
func (b *Backend) introducesGitHub() bool { return b.env.GuardRails.Owner && !b.env.CI.ProviderExists }

// pushing is what pushing an image takes, also one of a service that is added later.
func (b *Backend) pushing() []policy.Statement {
	arn := func(name string) string { return repository.ARN(b.env.Region, b.env.Account, name) }
	repositories := []string{arn(b.env.OwnNamespace() + "/*")}
	for _, service := range b.services() {
		if named := b.env.Services[service].Repository; named != "" {
			repositories = append(repositories, arn(named))
		}
	}
	return []policy.Statement{{
		// The token is the registry's; AWS has no finer resource.
		Sid: "LogInToTheRegistry", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"},
	}, {
		Sid: "PushImages", Actions: repository.Push, Resources: repositories,
	}}
}

func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }
