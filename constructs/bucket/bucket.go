// Package bucket is an S3 bucket that is safe as it comes.
//
// Default settings: encrypted with the platform's own key through a bucket key, any other
// key or algorithm refused; versioned; TLS 1.2 or newer only; public access blocked; ACLs
// off; old versions expire; incomplete uploads are aborted after seven days.
package bucket

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/key"
	"strata/constructs/policy"
	"strata/constructs/reference"
)

// Props of a bucket.
type Props struct {
	// Name, unique over all of AWS, at most 63 characters.
	Name string
	// Key encrypts the objects. Without one S3's own key does, which is for the writers that
	// can't use a customer-managed key, as Elastic Load Balancing.
	Key *key.Key
	// NoncurrentDays is how many days an old version is kept. Default: 90.
	NoncurrentDays int
	// ExpireDays is after how many days an object expires. Default: never.
	ExpireDays int
	// Protected keeps Terraform from ever destroying the bucket. Default: it may.
	Protected bool
	// Emptied lets Terraform delete the objects when it destroys the bucket. Default: a
	// bucket that holds something is not destroyed.
	Emptied bool
	// Statements to add to the bucket's policy; they get the bucket's ARN.
	Statements func(arn string) []policy.Statement
	// Provider of another region. Default: the stack's own.
	Provider cdktf.TerraformProvider
}

// Bucket is an S3 bucket with what belongs to it.
type Bucket struct {
	// Name and ARN, known at synth.
	Name, ARN string
	// ID is the name as a reference, for what must come after the bucket.
	ID *string

	scope      constructs.Construct
	id         string
	key        *key.Key
	policy     s3bucketpolicy.S3BucketPolicy
	versioning s3bucketversioning.S3BucketVersioningA
}

// Policy of the bucket, for what can only work once it holds.
func (b *Bucket) Policy() cdktf.ITerraformDependable { return b.policy }

// New makes a bucket.
func New(scope constructs.Construct, id string, props Props) *Bucket {
	s3bucket.NewS3Bucket(scope, jsii.String(id), &s3bucket.S3BucketConfig{
		Bucket:       jsii.String(props.Name),
		ForceDestroy: props.Emptied,
		Tags:         &map[string]*string{"Name": jsii.String(props.Name)},
		Lifecycle:    &cdktf.TerraformResourceLifecycle{PreventDestroy: jsii.Bool(props.Protected)},
		Provider:     props.Provider,
	})
	b := &Bucket{Name: props.Name, ARN: "arn:aws:s3:::" + props.Name, ID: reference.To("aws_s3_bucket", id, "id"), scope: scope, id: id, key: props.Key}

	s3bucketownershipcontrols.NewS3BucketOwnershipControls(scope, jsii.String(id+"_ownership"),
		&s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
			Bucket:   b.ID,
			Rule:     &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: jsii.String("BucketOwnerEnforced")},
			Provider: props.Provider,
		})
	access := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(scope, jsii.String(id+"_public_access"),
		&s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
			Bucket: b.ID, BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
			Provider: props.Provider,
		})
	b.versioning = s3bucketversioning.NewS3BucketVersioningA(scope, jsii.String(id+"_versioning"),
		&s3bucketversioning.S3BucketVersioningAConfig{
			Bucket:                  b.ID,
			VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{Status: jsii.String("Enabled")},
			Provider:                props.Provider,
		})
	b.encrypt(props)
	b.expire(props)
	b.policy = s3bucketpolicy.NewS3BucketPolicy(scope, jsii.String(id+"_policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket: b.ID,
		Policy: policy.Document(scope, id+"_policy_document", b.statements(props)...),
		// S3 answers 409 to two changes of a bucket's access at the same time.
		DependsOn: &[]cdktf.ITerraformDependable{access},
		Provider:  props.Provider,
	})
	return b
}

func (b *Bucket) encrypt(props Props) {
	byDefault := &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
		SseAlgorithm: jsii.String("AES256"),
	}
	if b.key != nil {
		byDefault.SseAlgorithm, byDefault.KmsMasterKeyId = jsii.String("aws:kms"), b.key.ARN
	}
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(b.scope, jsii.String(b.id+"_encryption"),
		&s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket: b.ID,
			Rule: &[]*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{
				ApplyServerSideEncryptionByDefault: byDefault,
				BucketKeyEnabled:                   b.key != nil,
			}},
			Provider: props.Provider,
		})
}

// statements refuse an upload that names another key or algorithm. One that names none takes
// the bucket's default, so its headers are absent: each Deny asks for a header that is there.
func (b *Bucket) statements(props Props) []policy.Statement {
	statements := policy.TLSOnly(b.ARN)
	const (
		algorithm = "s3:x-amz-server-side-encryption"
		keyID     = "s3:x-amz-server-side-encryption-aws-kms-key-id"
	)
	refuse := func(sid string, conditions ...policy.Condition) policy.Statement {
		return policy.Statement{Sid: sid, Deny: true, Principals: []policy.Principal{policy.AnyPrincipal()},
			Actions: []string{"s3:PutObject"}, Resources: []string{b.ARN + "/*"}, Conditions: conditions}
	}
	given := func(header string) policy.Condition { return policy.When("Null", header, "false") }
	if b.key == nil {
		statements = append(statements, refuse("RefuseOtherAlgorithm", given(algorithm), policy.When("StringNotEquals", algorithm, "AES256")))
	} else {
		statements = append(statements,
			refuse("RefuseOtherAlgorithm", given(algorithm), policy.When("StringNotEquals", algorithm, "aws:kms")),
			refuse("RefuseOtherKey", given(keyID), policy.When("StringNotEquals", keyID, *b.key.ARN, b.key.AliasARN)),
			// aws:kms without a key means the AWS managed key and not the bucket's:
			// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
			refuse("RefuseUnnamedKey", given(algorithm), policy.When("Null", keyID, "true")),
		)
	}
	if props.Statements != nil {
		statements = append(statements, props.Statements(b.ARN)...)
	}
	return statements
}
