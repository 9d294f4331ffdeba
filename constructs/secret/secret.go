// Package secret is a secret in AWS Secrets Manager.
//
// Default settings: encrypted with the platform's own key; nobody of another account may read
// it, whatever a policy says; its value is random, is made when it is applied, and is neither in
// the rendered Terraform nor in its state.
package secret

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecret"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecretpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecretversion"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/key"
	"strata/constructs/policy"
	"strata/constructs/reference"
)

// Props of a secret.
type Props struct {
	// Name of the secret, at most 512 characters.
	Name string
	// Description says what it opens.
	Description string
	// Account that it belongs to.
	Account string
	// Key encrypts it.
	Key *key.Key
	// RecoveryDays is how many days it can be brought back after it was deleted: 7 to 30, or 0.
	RecoveryDays int
	// Replica keeps a copy in another region, under a key there. Default: none.
	Replica *Replica
	// Value is the random part of the value. Default: somebody else puts the value.
	Value *Random
}

// Generated is the tag of a secret whose value is random, and ByTerraform its value.
const (
	Generated   = "GeneratedBy"
	ByTerraform = "terraform"
)

// Replica is a copy in another region.
type Replica struct {
	Region string
	Key    *key.Key
}

// Random is a random text of letters and digits, which every service takes.
type Random struct {
	// Length in characters.
	Length int
	// Version makes a new one when it is raised.
	Version int
	// Around makes the value of the random text, which it gets as a Terraform expression.
	// Default: the text alone.
	Around func(text string) string
}

// Secret is a secret.
type Secret struct{ ARN *string }

// New makes a secret.
func New(scope constructs.Construct, id string, props Props) *Secret {
	config := &secretsmanagersecret.SecretsmanagerSecretConfig{
		Name: jsii.String(props.Name), Description: jsii.String(props.Description), KmsKeyId: props.Key.ARN,
		RecoveryWindowInDays: jsii.Number(props.RecoveryDays),
		Tags:                 &map[string]*string{"Name": jsii.String(props.Name)},
	}
	if props.Value != nil {
		(*config.Tags)[Generated] = jsii.String(ByTerraform)
	}
	if r := props.Replica; r != nil {
		config.Replica = []*secretsmanagersecret.SecretsmanagerSecretReplica{{Region: jsii.String(r.Region), KmsKeyId: r.Key.ARN}}
	}
	secretsmanagersecret.NewSecretsmanagerSecret(scope, jsii.String(id), config)
	arn := reference.To("aws_secretsmanager_secret", id, "arn")
	secretsmanagersecretpolicy.NewSecretsmanagerSecretPolicy(scope, jsii.String(id+"_policy"), &secretsmanagersecretpolicy.SecretsmanagerSecretPolicyConfig{
		SecretArn: arn, BlockPublicPolicy: true, Policy: policy.Document(scope, id+"_policy_document", policy.WithinAccount(props.Account, "secretsmanager:*")),
	})
	if props.Value != nil {
		props.Value.put(scope, id, arn)
	}
	return &Secret{ARN: arn}
}

// put writes a value that Terraform makes anew at each run, forgets, and sends only when the
// version has changed. The framework has no ephemeral resources, so this one is written in
// Terraform's own terms.
func (r Random) put(scope constructs.Construct, id string, arn *string) {
	const ephemeral = "ephemeral.aws_secretsmanager_random_password."
	cdktf.TerraformStack_Of(scope).AddOverride(jsii.String(ephemeral+id), map[string]any{
		"password_length": r.Length, "exclude_punctuation": true, "require_each_included_type": true,
	})
	text := ephemeral + id + ".random_password"
	if r.Around != nil {
		text = r.Around(text)
	}
	secretsmanagersecretversion.NewSecretsmanagerSecretVersion(scope, jsii.String(id+"_value"), &secretsmanagersecretversion.SecretsmanagerSecretVersionConfig{
		SecretId: arn, SecretStringWo: jsii.String("${" + text + "}"), SecretStringWoVersion: jsii.Number(r.Version),
	})
}
