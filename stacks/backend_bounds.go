package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"

	"strata/constructs/policy"
	"strata/internal/naming"
)

// bound makes the policy that no role of the environment goes beyond.
func (b *Backend) bound() {
	b.managedPolicy("boundary", "The most that a role of the environment can do", b.boundary.Statement(b.env.Account))
}

// managedPolicy makes a policy, <project>-<environment>-<name>, and returns its ARN.
func (b *Backend) managedPolicy(name, description string, statements ...policy.Statement) *string {
	whole := b.names.Of(naming.Policy, name)
	id := underscored(name) + "_policy"
	return iampolicy.NewIamPolicy(b.stack, jsii.String(id), &iampolicy.IamPolicyConfig{
		Name: jsii.String(whole), Description: jsii.String(description),
		Policy: policy.Document(b.stack, id+"_document", statements...),
		Tags:   &map[string]*string{"Name": jsii.String(whole)},
	}).Arn()
}
