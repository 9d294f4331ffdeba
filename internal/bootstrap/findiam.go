package bootstrap

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// findInIAM is find for what belongs to IAM.
func findInIAM(ctx context.Context, api identities, account string, r Resource) (id string, there bool, err error) {
	arn := func(kind string) string { return "arn:aws:iam::" + account + ":" + kind + "/" + r.Name }
	switch r.Type {
	case "aws_iam_role":
		id = r.Name
		_, err = api.GetRole(ctx, &iam.GetRoleInput{RoleName: &r.Name})
	case "aws_iam_role_policy":
		id = r.Of + ":" + r.Name
		_, err = api.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &r.Of, PolicyName: &r.Name})
	case "aws_iam_policy":
		id = arn("policy")
		_, err = api.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &id})
	case "aws_iam_role_policy_attachment":
		id = r.Of + "/" + arn("policy")
		there, err = isAttached(ctx, api, r.Of, arn("policy"))
		return id, there, err
	case "aws_iam_openid_connect_provider":
		id = arn("oidc-provider")
		err = ownProvider(ctx, api, id, r)
	}
	there, err = unless[*types.NoSuchEntityException](err)
	return id, there, err
}

func isAttached(ctx context.Context, api identities, role, policy string) (bool, error) {
	pages := iam.NewListAttachedRolePoliciesPaginator(api, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return unless[*types.NoSuchEntityException](err)
		}
		for _, attached := range page.AttachedPolicies {
			if aws.ToString(attached.PolicyArn) == policy {
				return true, nil
			}
		}
	}
	return false, nil
}

// ownProvider refuses an identity provider that somebody else has made. An account has one for
// each issuer, and others may log in through it.
func ownProvider(ctx context.Context, api identities, arn string, r Resource) error {
	got, err := api.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &arn})
	if err != nil {
		return err
	}
	tags := map[string]string{}
	for _, tag := range got.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	if !tagged(tags, r.whose()) {
		return advise(fmt.Errorf("the account has %s already, and this environment has not made it", arn),
			"write provider_exists: true below ci in the environment's file and run `make synth`")
	}
	return nil
}
