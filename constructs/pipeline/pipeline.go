// Package pipeline lets workflows of a GitHub repository take roles in AWS, without a stored key:
// https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services.
//
// Default settings: a workflow of the named repository that runs in the named GitHub environment,
// whose protection rules say who may start it; no other.
package pipeline

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamopenidconnectprovider"

	"strata/constructs/policy"
)

// GitHub's issuer of tokens, and the audience that it names in those for AWS.
const issuer, audience = "token.actions.githubusercontent.com", "sts.amazonaws.com"

// ProviderARN of GitHub as an identity provider of an account.
func ProviderARN(account string) string {
	return "arn:aws:iam::" + account + ":oidc-provider/" + issuer
}

// NewProvider introduces GitHub to the account, which is done once. AWS knows the authorities of
// its certificates, so no thumbprint is given.
func NewProvider(scope constructs.Construct) {
	iamopenidconnectprovider.NewIamOpenidConnectProvider(scope, jsii.String("github"), &iamopenidconnectprovider.IamOpenidConnectProviderConfig{
		Url: jsii.String("https://" + issuer), ClientIdList: jsii.Strings(audience),
		Tags: &map[string]*string{"Name": jsii.String("github")},
	})
}

// Trust lets a workflow of the repository, as owner/name, take a role when it runs in the GitHub
// environment.
func Trust(account, repository, environment string) policy.Statement {
	return policy.Statement{
		Sid: "LetTheWorkflowTakeIt", Principals: []policy.Principal{policy.Federated(ProviderARN(account))}, Actions: []string{"sts:AssumeRoleWithWebIdentity"},
		Conditions: []policy.Condition{
			policy.When("StringEquals", issuer+":aud", audience),
			policy.When("StringEquals", issuer+":sub", "repo:"+repository+":environment:"+environment),
		},
	}
}
