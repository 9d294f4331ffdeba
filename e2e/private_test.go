//go:build e2e

package e2e

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"strata/e2e/harness"
)

// keepsPrivate checks that the state, each secret and each service's images are for those who need
// them and for nobody else in the account. The image has the tag in every service's repository.
func keepsPrivate(t *testing.T, env *harness.Environment, tag string) {
	t.Helper()
	nobody, remove := env.User(t, "nobody")
	defer remove()
	_, err := nobody.AWS.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: new(env.StateBucket()), Key: aws.String(env.Name + "/security/terraform.tfstate")})
	refusedFor(t, err, "s3:GetObject")

	declared := declaredSecrets(env)
	secrets := slices.Sorted(maps.Keys(declared))
	services := slices.Sorted(maps.Keys(env.Services))
	if len(secrets) == 0 || len(services) < 2 {
		t.Fatalf("there are the secrets %v and the services %v; with so few nothing can be told apart", secrets, services)
	}
	look := func(who *harness.Environment, name string, secret, image func(of string) bool) {
		for _, of := range secrets {
			_, err := who.AWS.Secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &of})
			if may := secret(of); may && err != nil {
				t.Errorf("%s can't read the secret %s, which it needs: %v", name, of, err)
			} else if !may {
				refusedFor(t, err, name, "secretsmanager:GetSecretValue")
			}
		}
		for _, of := range services {
			_, err := who.AWS.ECR.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{
				RepositoryName: new(env.ImageRepository(of)), ImageIds: []ecrtypes.ImageIdentifier{{ImageTag: &tag}},
			})
			if may := image(of); may && err != nil {
				t.Errorf("%s can't pull the image of %s, which it starts: %v", name, of, err)
			} else if !may {
				refusedFor(t, err, name, "ecr:BatchGetImage")
			}
		}
	}
	none := func(string) bool { return false }
	look(nobody, "user/nobody", none, none)
	for _, role := range []string{"plan", "deploy"} {
		// The provider reads what Terraform has made; see constructs/pipeline/secrets.go.
		look(as(t, env, role), named(env, role), func(secret string) bool { return declared[secret] != nil }, none)
	}
	for _, service := range services {
		task, execution := named(env, service+"-task"), named(env, service+"-execution")
		look(become(t, env, task), task, none, none)
		look(become(t, env, execution), execution, func(secret string) bool {
			store, own := strings.CutPrefix(secret, env.Project+"/"+env.Name+"/")
			return own && slices.Contains(env.Services[service].Uses, store) || strings.HasPrefix(store, service+"/")
		}, func(of string) bool { return of == service })
	}
}

// become is the environment, run as a role that only a service of AWS's can take: for a moment it
// lets itself be taken from within the account.
func become(t *testing.T, env *harness.Environment, name string) *harness.Environment {
	t.Helper()
	is, err := env.AWS.IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
	mustRead(t, err)
	trust, err := url.QueryUnescape(aws.ToString(is.Role.AssumeRolePolicyDocument))
	mustRead(t, err)
	set := func(document string) {
		_, err := env.AWS.IAM.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: &name, PolicyDocument: &document})
		mustRead(t, err)
	}
	set(harness.Policy(t, insiders(env)))
	defer set(trust)
	return env.As(t, aws.ToString(is.Role.Arn), "service", "")
}
