// Package repository is a repository of container images in Amazon ECR.
//
// Default settings: a tag, once pushed, stays with its image; every image is scanned when it is
// pushed; encrypted with the platform's own key; old images expire; only the roles that are
// named pull and push, and nobody of another account.
package repository

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrlifecyclepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepository"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepositorypolicy"

	"strata/constructs/policy"
	"strata/constructs/reference"
)

// Props of a repository.
type Props struct {
	// Name of the repository, at most 256 characters.
	Name string
	// Service whose images it holds.
	Service string
	// Account that it belongs to.
	Account string
	// KeyARN of the key that encrypts the images.
	KeyARN *string
	// Keep says how long images stay.
	Keep Keep
	// Pullers and Pushers are the ARNs of roles that pull and push; they must be there.
	Pullers, Pushers []string
	// Emptied lets Terraform delete the images when it destroys the repository. Default: a
	// repository that holds images is not destroyed.
	Emptied bool
}

// Repository is an image repository.
type Repository struct{ Name, ARN, URL *string }

// What the roles do: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html.
var (
	// Pull is what pulling an image takes, besides the token of the registry.
	Pull = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	// Push is what pushing one takes.
	Push = append([]string{"ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"}, Pull...)
)

// ARN of a repository, known at synth.
func ARN(region, account, name string) string {
	return "arn:aws:ecr:" + region + ":" + account + ":repository/" + name
}

// New makes a repository.
func New(scope constructs.Construct, id string, props Props) *Repository {
	ecrrepository.NewEcrRepository(scope, jsii.String(id), &ecrrepository.EcrRepositoryConfig{
		Name:               jsii.String(props.Name),
		ImageTagMutability: jsii.String("IMMUTABLE"),
		ImageScanningConfiguration: &ecrrepository.EcrRepositoryImageScanningConfiguration{
			ScanOnPush: true,
		},
		EncryptionConfiguration: []*ecrrepository.EcrRepositoryEncryptionConfiguration{{EncryptionType: jsii.String("KMS"), KmsKey: props.KeyARN}},
		ForceDelete:             props.Emptied,
		Tags:                    &map[string]*string{"Name": jsii.String(props.Name), "Service": jsii.String(props.Service)},
	})
	of := func(attribute string) *string { return reference.To("aws_ecr_repository", id, attribute) }
	name := of("name")
	ecrlifecyclepolicy.NewEcrLifecyclePolicy(scope, jsii.String(id+"_lifecycle"), &ecrlifecyclepolicy.EcrLifecyclePolicyConfig{
		Repository: name, Policy: jsii.String(props.Keep.Policy()),
	})
	ecrrepositorypolicy.NewEcrRepositoryPolicy(scope, jsii.String(id+"_policy"), &ecrrepositorypolicy.EcrRepositoryPolicyConfig{
		Repository: name, Policy: policy.Document(scope, id+"_policy_document", props.statements()...),
	})
	return &Repository{Name: name, ARN: of("arn"), URL: of("repository_url")}
}

// WithinAccount refuses other accounts.
func WithinAccount(account string) policy.Statement {
	refuse := policy.WithinAccount(account, "ecr:*")
	refuse.Resources = nil
	return refuse
}

// A repository's policy takes no resource: it is the repository.
func (p Props) statements() []policy.Statement {
	statements := []policy.Statement{WithinAccount(p.Account)}
	for _, grant := range []struct {
		sid     string
		roles   []string
		actions []string
	}{{"Pull", p.Pullers, Pull}, {"Push", p.Pushers, Push}} {
		if len(grant.roles) > 0 {
			statements = append(statements, policy.Statement{
				Sid: grant.sid, Principals: []policy.Principal{policy.Roles(grant.roles...)}, Actions: grant.actions,
			})
		}
	}
	return statements
}
