package bootstrap

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// fakeIAM has a provider with tags, and one policy attached to a role.
type fakeIAM struct {
	identities
	provider map[string]string
	role     string
	policy   string
}

func (f fakeIAM) GetOpenIDConnectProvider(context.Context, *iam.GetOpenIDConnectProviderInput, ...func(*iam.Options)) (*iam.GetOpenIDConnectProviderOutput, error) {
	if f.provider == nil {
		return nil, &types.NoSuchEntityException{}
	}
	out := &iam.GetOpenIDConnectProviderOutput{}
	for name, value := range f.provider {
		out.Tags = append(out.Tags, types.Tag{Key: &name, Value: &value})
	}
	return out, nil
}

func (f fakeIAM) ListAttachedRolePolicies(_ context.Context, in *iam.ListAttachedRolePoliciesInput, _ ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error) {
	switch {
	case *in.RoleName != f.role:
		return nil, &types.NoSuchEntityException{}
	case in.Marker == nil:
		return &iam.ListAttachedRolePoliciesOutput{IsTruncated: true, Marker: aws.String("next")}, nil
	}
	return &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: []types.AttachedPolicy{{PolicyArn: &f.policy}}}, nil
}

func TestFindsOnlyItsOwnIdentityProvider(t *testing.T) {
	ours := map[string]string{"Name": "github", "Project": "p", "Environment": "dev"}
	provider := Resource{Address: "aws_iam_openid_connect_provider.github", Type: "aws_iam_openid_connect_provider", Name: "tokens.example.com", Tags: ours}
	for name, test := range map[string]struct {
		tags   map[string]string
		want   string
		advice string
	}{
		"none":            {nil, "", ""},
		"its own":         {ours, "arn:aws:iam::1:oidc-provider/tokens.example.com", ""},
		"somebody else's": {map[string]string{"Name": "github"}, "", "provider_exists: true"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &cloud{iam: fakeIAM{provider: test.tags}}
			got, err := c.find(t.Context(), "1", provider)
			if got != test.want || (err != nil) != (test.advice != "") || !strings.Contains(Advice(err), test.advice) {
				t.Errorf("found %q, %v (%s)", got, err, Advice(err))
			}
		})
	}
}

func TestFindsWhatIsAttachedToARole(t *testing.T) {
	attachment := Resource{Address: "aws_iam_role_policy_attachment.a", Type: "aws_iam_role_policy_attachment", Name: "p-dev-plan-state", Of: "p-dev-plan"}
	const policy = "arn:aws:iam::1:policy/p-dev-plan-state"
	for name, test := range map[string]struct {
		api  fakeIAM
		want string
	}{
		"on the second page": {fakeIAM{role: "p-dev-plan", policy: policy}, "p-dev-plan/" + policy},
		"another policy":     {fakeIAM{role: "p-dev-plan", policy: policy + "-2"}, ""},
		"no such role":       {fakeIAM{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := &cloud{iam: test.api}
			if got, err := c.find(t.Context(), "1", attachment); err != nil || got != test.want {
				t.Errorf("found %q (%v), want %q", got, err, test.want)
			}
		})
	}
}
