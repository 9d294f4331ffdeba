// Package key is a customer-managed KMS key with an alias.
//
// Default settings: symmetric, rotated every year, 30 days to change one's mind after a
// deletion. The account's administrators manage it through IAM; nobody uses it unless the
// props say so.
package key

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/policy"
	"strata/constructs/reference"
)

// Props say who owns a key and who may use it.
type Props struct {
	// Alias is the key's name, without the prefix alias/.
	Alias string
	// Description says what the key encrypts.
	Description string
	// Account and Region that the key lives in.
	Account, Region string
	// Through lists the AWS services, as s3, through which a principal of the account may use
	// the key if IAM allows it. Default: none.
	Through []string
	// Statements let services use the key.
	Statements []policy.Statement
	// After is what must be there first, as a role that a statement names.
	After []cdktf.ITerraformDependable
	// Protected keeps Terraform from ever destroying the key. Default: it may.
	Protected bool
	// Provider of another region. Default: the stack's own.
	Provider cdktf.TerraformProvider
}

// Key is a KMS key.
type Key struct {
	// ARN of the key.
	ARN *string
	// AliasARN is known at synth, before the key exists.
	AliasARN string
}

// AliasARN of an alias, without the prefix alias/.
func AliasARN(region, account, alias string) string {
	return "arn:aws:kms:" + region + ":" + account + ":alias/" + alias
}

// The account keeps the management of the key, or a mistake in the policy would lock
// everybody out (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
// It is spelt out rather than kms:*, so that managing a key is not using it.
var manage = []string{
	"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey",
	"kms:DisableKey", "kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation",
	"kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListKeyPolicies",
	"kms:ListKeyRotations", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant",
	"kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource",
	"kms:UpdateAlias", "kms:UpdateKeyDescription",
}

// Use is what encrypting and decrypting with a key takes.
var Use = []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}

// New makes a key with its alias.
func New(scope constructs.Construct, id string, props Props) *Key {
	kmskey.NewKmsKey(scope, jsii.String(id), &kmskey.KmsKeyConfig{
		Description:          jsii.String(props.Description),
		EnableKeyRotation:    true,
		DeletionWindowInDays: jsii.Number(30),
		Policy:               policy.Document(scope, id+"_policy", props.statements()...),
		Tags:                 &map[string]*string{"Name": jsii.String(props.Alias)},
		Lifecycle:            &cdktf.TerraformResourceLifecycle{PreventDestroy: jsii.Bool(props.Protected)},
		DependsOn:            &props.After,
		Provider:             props.Provider,
	})
	kmsalias.NewKmsAlias(scope, jsii.String(id+"_alias"), &kmsalias.KmsAliasConfig{
		Name:        jsii.String("alias/" + props.Alias),
		TargetKeyId: reference.To("aws_kms_key", id, "key_id"),
		Provider:    props.Provider,
	})
	return &Key{ARN: reference.To("aws_kms_key", id, "arn"), AliasARN: AliasARN(props.Region, props.Account, props.Alias)}
}

// In a key policy the resource * is the key that the policy belongs to.
func (p Props) statements() []policy.Statement {
	statements := []policy.Statement{{
		Sid: "ManageThroughIAM", Principals: []policy.Principal{policy.Account(p.Account)},
		Actions: manage, Resources: []string{"*"},
	}}
	if len(p.Through) > 0 {
		via := make([]string, 0, len(p.Through))
		for _, service := range p.Through {
			via = append(via, service+"."+p.Region+".amazonaws.com")
		}
		statements = append(statements, policy.Statement{
			Sid: "UseThroughServices", Principals: []policy.Principal{policy.Account(p.Account)},
			// Services that keep data open, as DynamoDB and ECR, work with a grant and give it back:
			// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html,
			// https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html.
			Actions: append([]string{"kms:RetireGrant"}, Use...), Resources: []string{"*"},
			Conditions: []policy.Condition{policy.When("StringEquals", "kms:ViaService", via...)},
		}, policy.Statement{
			Sid: "GrantThroughServices", Principals: []policy.Principal{policy.Account(p.Account)},
			Actions: []string{"kms:CreateGrant"}, Resources: []string{"*"},
			Conditions: []policy.Condition{
				policy.When("StringEquals", "kms:ViaService", via...),
				policy.When("Bool", "kms:GrantIsForAWSResource", "true"),
			},
		})
	}
	return append(statements, p.Statements...)
}
