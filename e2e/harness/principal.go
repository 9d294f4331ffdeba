//go:build e2e

package harness

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// With is the same environment, run as whoever the credentials belong to.
func (e *Environment) With(t testing.TB, who aws.Credentials) *Environment {
	t.Helper()
	as := *e
	as.environ = environ(t, e.Emulator.URL, e.home, e.Region, who)
	as.AWS = clients(e.Emulator.URL, e.Region, who)
	return &as
}

// As is the same environment, run as a role, which has to let itself be taken; see Assume.
func (e *Environment) As(t testing.TB, role, session, token string) *Environment {
	t.Helper()
	who, err := e.Assume(t, role, session, token)
	if err != nil {
		t.Fatalf("become %s: %v; see whom the role trusts", role, err)
	}
	return e.With(t, who)
}

// Assume takes the role with the ARN, with a token of an identity provider or, when that is
// empty, as a user of the account who may take this role and nothing else. The user is gone when
// it returns.
func (e *Environment) Assume(t testing.TB, role, session, token string) (aws.Credentials, error) {
	t.Helper()
	if token != "" {
		taken, err := e.AWS.STS.AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
			RoleArn: &role, RoleSessionName: &session, WebIdentityToken: &token,
		})
		if err != nil {
			return aws.Credentials{}, err
		}
		return temporary(taken.Credentials), nil
	}
	user, remove := e.User(t, "assume-"+session, map[string]any{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role,
	})
	defer remove()
	taken, err := user.AWS.STS.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: &session})
	if err != nil {
		return aws.Credentials{}, err
	}
	return temporary(taken.Credentials), nil
}

func temporary(c *ststypes.Credentials) aws.Credentials {
	return aws.Credentials{
		AccessKeyID: aws.ToString(c.AccessKeyId), SecretAccessKey: aws.ToString(c.SecretAccessKey), SessionToken: aws.ToString(c.SessionToken),
	}
}

// User makes a user who may do what the statements of a policy say, and nothing without any. It
// returns the same environment, run as the user, and what takes the user away again.
func (e *Environment) User(t testing.TB, name string, statements ...map[string]any) (user *Environment, remove func()) {
	t.Helper()
	ctx, as := t.Context(), e.With(t, root).AWS.IAM
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("make or remove the user %s: %v", name, err)
		}
	}
	_, err := as.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
	must(err)
	if len(statements) > 0 {
		_, err = as.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
			UserName: &name, PolicyName: aws.String("own"), PolicyDocument: aws.String(Policy(t, statements...)),
		})
		must(err)
	}
	made, err := as.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
	must(err)
	key := made.AccessKey
	who := aws.Credentials{AccessKeyID: aws.ToString(key.AccessKeyId), SecretAccessKey: aws.ToString(key.SecretAccessKey)}
	return e.With(t, who), func() {
		t.Helper()
		_, err := as.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &name, AccessKeyId: key.AccessKeyId})
		if len(statements) > 0 {
			_, gone := as.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &name, PolicyName: aws.String("own")})
			err = errors.Join(err, gone)
		}
		_, gone := as.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &name})
		must(errors.Join(err, gone))
	}
}

// Token is a token as an identity provider gives them, which claims what it is told. Nobody has
// signed it; the emulator doesn't look at that.
func Token(t testing.TB, claims map[string]any) string {
	t.Helper()
	content, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + encode(content) + "." + encode([]byte("unsigned"))
}
