// Package guardrails are settings of a whole AWS account, which are there once however many
// environments the account has.
package guardrails

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebsdefaultkmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebsencryptionbydefault"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebssnapshotblockpublicaccess"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ec2imageblockpublicaccess"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ec2instancemetadatadefaults"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamaccountpasswordpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3accountpublicaccessblock"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/key"
)

// Region is a region that settings hold in.
type Region struct {
	// Suffix tells the region's resources from those of the stack's own, as _recovery.
	Suffix string
	// Key encrypts new volumes.
	Key *key.Key
	// Provider of another region. Default: the stack's own.
	Provider cdktf.TerraformProvider
}

// EncryptVolumes has every new EBS volume and snapshot encrypted, with the platform's key unless
// another is named.
func (r Region) EncryptVolumes(scope constructs.Construct) {
	ebsencryptionbydefault.NewEbsEncryptionByDefault(scope, jsii.String("ebs_encryption"+r.Suffix), &ebsencryptionbydefault.EbsEncryptionByDefaultConfig{
		Enabled: true, Provider: r.Provider,
	})
	ebsdefaultkmskey.NewEbsDefaultKmsKey(scope, jsii.String("ebs_key"+r.Suffix), &ebsdefaultkmskey.EbsDefaultKmsKeyConfig{
		KeyArn: r.Key.ARN, Provider: r.Provider,
	})
}

// KeepSnapshots refuses to share snapshots and images with everybody.
func (r Region) KeepSnapshots(scope constructs.Construct) {
	ebssnapshotblockpublicaccess.NewEbsSnapshotBlockPublicAccess(scope, jsii.String("snapshot_sharing"+r.Suffix), &ebssnapshotblockpublicaccess.EbsSnapshotBlockPublicAccessConfig{
		State: jsii.String("block-all-sharing"), Provider: r.Provider,
	})
	ec2imageblockpublicaccess.NewEc2ImageBlockPublicAccess(scope, jsii.String("image_sharing"+r.Suffix), &ec2imageblockpublicaccess.Ec2ImageBlockPublicAccessConfig{
		State: jsii.String("block-new-sharing"), Provider: r.Provider,
	})
}

// RequireIMDSv2 has new instances give their credentials only to who has a session token, on the
// instance itself.
func (r Region) RequireIMDSv2(scope constructs.Construct) {
	ec2instancemetadatadefaults.NewEc2InstanceMetadataDefaults(scope, jsii.String("instance_metadata"+r.Suffix), &ec2instancemetadatadefaults.Ec2InstanceMetadataDefaultsConfig{
		HttpTokens: jsii.String("required"), HttpPutResponseHopLimit: jsii.Number(1), Provider: r.Provider,
	})
}

// BlockPublicBuckets refuses public access to every bucket of the account, whatever the bucket
// says.
func BlockPublicBuckets(scope constructs.Construct, account string) {
	s3accountpublicaccessblock.NewS3AccountPublicAccessBlock(scope, jsii.String("s3_public_access"), &s3accountpublicaccessblock.S3AccountPublicAccessBlockConfig{
		AccountId: jsii.String(account), BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
	})
}

// RequirePasswords sets what CIS 5.0 asks of the passwords of IAM users, of which there should
// be none.
func RequirePasswords(scope constructs.Construct) {
	iamaccountpasswordpolicy.NewIamAccountPasswordPolicy(scope, jsii.String("password_policy"), &iamaccountpasswordpolicy.IamAccountPasswordPolicyConfig{
		MinimumPasswordLength: jsii.Number(14), PasswordReusePrevention: jsii.Number(24), MaxPasswordAge: jsii.Number(90),
		RequireLowercaseCharacters: true, RequireUppercaseCharacters: true, RequireNumbers: true, RequireSymbols: true,
		AllowUsersToChangePassword: true, HardExpiry: false,
	})
}
