package bucket

import (
	"github.com/aws/jsii-runtime-go"
	replication "github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketreplicationconfiguration"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/policy"
	"strata/constructs/role"
)

// Replica says where the copies of a bucket's objects go.
type Replica struct {
	// To is a bucket in another region, with a key of its own.
	To *Bucket
	// Role is the name of the role to make, which S3 copies with, and Boundary what it can never go
	// beyond.
	Role     string
	Boundary *role.Boundary
	// Account, Region and ToRegion that the buckets live in.
	Account, Region, ToRegion string
}

// Replicate copies every new object to another bucket, deletions excepted: a copy must
// survive what destroys the original. Both buckets have a key.
func (b *Bucket) Replicate(r Replica) {
	scope, id := b.scope, b.id+"_replication"
	copier := role.New(scope, id+"_role", role.Props{
		Name: r.Role, Description: "Lets S3 copy the objects of " + b.Name + " to " + r.To.Name, Boundary: r.Boundary,
		Trust: role.ForService("s3.amazonaws.com", r.Account, b.ARN), Statements: b.replicationGrants(r),
	})
	replication.NewS3BucketReplicationConfigurationA(scope, jsii.String(id), &replication.S3BucketReplicationConfigurationAConfig{
		Bucket: b.ID,
		Role:   copier.ARN,
		Rule: []*replication.S3BucketReplicationConfigurationRule{{
			Id: jsii.String("everything"), Status: jsii.String("Enabled"), Priority: jsii.Number(0),
			Filter:                  &replication.S3BucketReplicationConfigurationRuleFilter{Prefix: jsii.String("")},
			DeleteMarkerReplication: &replication.S3BucketReplicationConfigurationRuleDeleteMarkerReplication{Status: jsii.String("Disabled")},
			SourceSelectionCriteria: &replication.S3BucketReplicationConfigurationRuleSourceSelectionCriteria{
				SseKmsEncryptedObjects: &replication.S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects{Status: jsii.String("Enabled")},
			},
			Destination: &replication.S3BucketReplicationConfigurationRuleDestination{
				Bucket:                  jsii.String(r.To.ARN),
				EncryptionConfiguration: &replication.S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration{ReplicaKmsKeyId: r.To.key.ARN},
			},
		}},
		DependsOn: dependencies(append(copier.Grants(), b.versioning, r.To.versioning)),
	})
}

func dependencies(d []cdktf.ITerraformDependable) *[]cdktf.ITerraformDependable { return &d }

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html and,
// for the keys, replication-config-for-kms-objects.html. With a bucket key the encryption
// context is the bucket and not the object.
func (b *Bucket) replicationGrants(r Replica) []policy.Statement {
	with := func(region, bucketARN string) []policy.Condition {
		return []policy.Condition{
			policy.When("StringEquals", "kms:ViaService", "s3."+region+".amazonaws.com"),
			policy.When("StringEquals", "kms:EncryptionContext:aws:s3:arn", bucketARN),
		}
	}
	return []policy.Statement{{
		Sid: "ReadSource", Actions: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, Resources: []string{b.ARN},
	}, {
		Sid:       "ReadSourceObjects",
		Actions:   []string{"s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"},
		Resources: []string{b.ARN + "/*"},
	}, {
		Sid: "WriteCopies", Actions: []string{"s3:ReplicateObject", "s3:ReplicateTags"}, Resources: []string{r.To.ARN + "/*"},
	}, {
		Sid: "DecryptSource", Actions: []string{"kms:Decrypt"}, Resources: []string{*b.key.ARN}, Conditions: with(r.Region, b.ARN),
	}, {
		Sid: "EncryptCopies", Actions: []string{"kms:Encrypt", "kms:GenerateDataKey"}, Resources: []string{*r.To.key.ARN}, Conditions: with(r.ToRegion, r.To.ARN),
	}}
}
