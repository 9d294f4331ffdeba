// Package role is an IAM role.
//
// Default settings: only the service or the identity that is named can take it, and only on
// behalf of the account; it can do what its statements say, and never more than the
// environment's boundary.
package role

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/policy"
	"strata/constructs/reference"
)

// Props of a role.
type Props struct {
	// Name of the role, at most 64 characters.
	Name string
	// Description says who takes the role for what.
	Description string
	// Trust says who can take it.
	Trust policy.Statement
	// Boundary is what the role can never go beyond.
	Boundary *Boundary
	// Statements are what it can do. Default: what is granted later, or by others.
	Statements []policy.Statement
	// MaxSessionSeconds is how long credentials last. Default: an hour.
	MaxSessionSeconds int
	// Tags besides the name.
	Tags map[string]string
}

// Role is an IAM role.
type Role struct {
	// Name and ARN as references, for what must come after the role.
	Name, ARN *string
	scope     constructs.Construct
	id        string
	boundary  *Boundary
	grants    []cdktf.ITerraformDependable
}

// ARN of a role, known at synth.
func ARN(account, name string) string { return "arn:aws:iam::" + account + ":role/" + name }

// New makes a role.
func New(scope constructs.Construct, id string, props Props) *Role {
	tags := map[string]*string{"Name": jsii.String(props.Name)}
	for key, value := range props.Tags {
		tags[key] = jsii.String(value)
	}
	config := &iamrole.IamRoleConfig{
		Name:                jsii.String(props.Name),
		Description:         jsii.String(props.Description),
		AssumeRolePolicy:    policy.Document(scope, id+"_trust", props.Trust),
		PermissionsBoundary: jsii.String(props.Boundary.ARN),
		Tags:                &tags,
	}
	if props.MaxSessionSeconds > 0 {
		config.MaxSessionDuration = jsii.Number(props.MaxSessionSeconds)
	}
	iamrole.NewIamRole(scope, jsii.String(id), config)
	r := &Role{Name: reference.To("aws_iam_role", id, "name"), ARN: reference.To("aws_iam_role", id, "arn"), scope: scope, id: id, boundary: props.Boundary}
	if len(props.Statements) > 0 {
		r.Grant("own", props.Statements...)
	}
	return r
}

// Grant lets the role do more, as an inline policy of the name.
func (r *Role) Grant(name string, statements ...policy.Statement) {
	r.boundary.widen(statements)
	r.add(name, policy.Document(r.scope, r.id+"_"+name+"_document", statements...))
}

func (r *Role) add(name string, document *string) {
	r.grants = append(r.grants, iamrolepolicy.NewIamRolePolicy(r.scope, jsii.String(r.id+"_"+name), &iamrolepolicy.IamRolePolicyConfig{
		Name: jsii.String(name), Role: r.Name, Policy: document,
	}))
}

// GrantAll lets several roles of a stack do the same, each as an inline policy of the name.
func GrantAll(roles []*Role, name string, statements ...policy.Statement) {
	document := policy.Document(roles[0].scope, strings.ReplaceAll(name, "-", "_")+"_document", statements...)
	for _, r := range roles {
		r.boundary.widen(statements)
		r.add(name, document)
	}
}

// Grants are the policies of the role, for what can only work once they hold.
func (r *Role) Grants() []cdktf.ITerraformDependable { return r.grants }

// ForService lets an AWS service take a role, on behalf of the account and, where sources are
// given, of these resources alone, so that nobody else can have the service use it:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html.
func ForService(service, account string, sources ...string) policy.Statement {
	conditions := []policy.Condition{policy.When("StringEquals", "aws:SourceAccount", account)}
	if len(sources) > 0 {
		conditions = append(conditions, policy.When("ArnLike", "aws:SourceArn", sources...))
	}
	return policy.Statement{
		Sid: "LetTheServiceTakeIt", Principals: []policy.Principal{policy.Service(service)}, Actions: []string{"sts:AssumeRole"},
		Conditions: conditions,
	}
}
