//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"strata/e2e/harness"
)

// holds tells a mismatch between what AWS says and what the environment's file asks for.
func holds(t *testing.T, ok bool, what string, got any) {
	t.Helper()
	if !ok {
		t.Errorf("%s, but AWS says %+v; look for it in the rendered stack: when it is right there, the emulator isn't", what, got)
	}
}

// mustRead ends the test when something can't be read.
func mustRead(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v; what should be there is not, or has another name", err)
	}
}

// readBackend checks that the state is kept safe.
func readBackend(t *testing.T, env *harness.Environment) {
	t.Helper()
	ctx, bucket := t.Context(), env.StateBucket()

	versioning, err := env.AWS.S3.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &bucket})
	mustRead(t, err)
	holds(t, versioning.Status == s3types.BucketVersioningStatusEnabled, "the state's old versions are kept", versioning)

	encryption, err := env.AWS.S3.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &bucket})
	mustRead(t, err)
	rule := encryption.ServerSideEncryptionConfiguration.Rules[0]
	key := aws.ToString(rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID)
	holds(t, rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm == s3types.ServerSideEncryptionAwsKms && key != "", "the state is encrypted with a key of ours", rule)
	holds(t, aws.ToBool(rule.BucketKeyEnabled), "the bucket has a key of its own under that", rule)
	rotation, err := env.AWS.KMS.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: &key})
	mustRead(t, err)
	holds(t, rotation.KeyRotationEnabled, "the key is changed every year", rotation)

	public, err := env.AWS.S3.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	mustRead(t, err)
	block := public.PublicAccessBlockConfiguration
	holds(t, aws.ToBool(block.BlockPublicAcls) && aws.ToBool(block.BlockPublicPolicy) && aws.ToBool(block.IgnorePublicAcls) && aws.ToBool(block.RestrictPublicBuckets), "nobody else gets in", block)
	ownership, err := env.AWS.S3.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &bucket})
	mustRead(t, err)
	holds(t, ownership.OwnershipControls.Rules[0].ObjectOwnership == s3types.ObjectOwnershipBucketOwnerEnforced, "every object is the bucket owner's", ownership.OwnershipControls.Rules)
	policy, err := env.AWS.S3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket})
	mustRead(t, err)
	for _, condition := range []string{"aws:SecureTransport", "s3:TlsVersion", "s3:x-amz-server-side-encryption-aws-kms-key-id"} {
		holds(t, strings.Contains(aws.ToString(policy.Policy), condition), "the bucket's policy looks at "+condition, aws.ToString(policy.Policy))
	}

	lifecycle, err := env.AWS.S3.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &bucket})
	mustRead(t, err)
	var expire, abort bool
	for _, rule := range lifecycle.Rules {
		expire = expire || rule.NoncurrentVersionExpiration != nil && int(aws.ToInt32(rule.NoncurrentVersionExpiration.NoncurrentDays)) == env.State.NoncurrentDays
		abort = abort || rule.AbortIncompleteMultipartUpload != nil
	}
	holds(t, expire && abort, "old versions expire when the file says, and uploads that were broken off are aborted", lifecycle.Rules)

	table, err := env.AWS.DynamoDB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: new(lockTable(env))})
	mustRead(t, err)
	holds(t, aws.ToString(table.Table.KeySchema[0].AttributeName) == "LockID" && len(table.Table.KeySchema) == 1, "Terraform can lock in the table", table.Table.KeySchema)
	holds(t, table.Table.BillingModeSummary.BillingMode == dynamodbtypes.BillingModePayPerRequest, "the table is paid for by the request", table.Table.BillingModeSummary)
	holds(t, aws.ToBool(table.Table.DeletionProtectionEnabled), "the table is protected from deletion", table.Table)
	holds(t, aws.ToString(table.Table.SSEDescription.KMSMasterKeyArn) == key, "the locks are encrypted with the state's key", table.Table.SSEDescription)
	backups, err := env.AWS.DynamoDB.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: new(lockTable(env))})
	mustRead(t, err)
	recovery := backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription
	holds(t, recovery.PointInTimeRecoveryStatus == dynamodbtypes.PointInTimeRecoveryStatusEnabled, "the table can be brought back as it was at any moment", recovery)

	readState(t, env, "backend")
	if env.RecoveryRegion == "" {
		return
	}
	replication, err := env.AWS.S3.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: &bucket})
	mustRead(t, err)
	copied := replication.ReplicationConfiguration.Rules[0]
	holds(t, copied.Status == s3types.ReplicationRuleStatusEnabled && copied.SourceSelectionCriteria.SseKmsEncryptedObjects.Status == s3types.SseKmsEncryptedObjectsStatusEnabled, "the encrypted state is copied", copied)
	replica := strings.TrimPrefix(aws.ToString(copied.Destination.Bucket), "arn:aws:s3:::")
	where, err := env.AWS.S3.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &replica})
	mustRead(t, err)
	holds(t, string(where.LocationConstraint) == env.RecoveryRegion, "the copy lies in the recovery region", where.LocationConstraint)
}

// readState checks that a layer's state lies where the layers above look for it, encrypted.
func readState(t *testing.T, env *harness.Environment, layer string) {
	t.Helper()
	key := env.Name + "/" + layer + "/terraform.tfstate"
	state, err := env.AWS.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: new(env.StateBucket()), Key: &key})
	mustRead(t, err)
	holds(t, state.ServerSideEncryption == s3types.ServerSideEncryptionAwsKms, key+" is encrypted with a key of ours", state.ServerSideEncryption)
}

// lockTable is the table's name as rendered.
func lockTable(env *harness.Environment) string {
	return env.Stacks["backend"].Of("aws_dynamodb_table")[0].String("name")
}
