package stacks_test

import (
	"slices"
	"strings"
	"testing"

	"strata/environments"
	"strata/internal/rendered"
)

// Buckets that S3's own key encrypts, and why.
var withoutKey = map[string]string{
	"load_balancer_logs": "Elastic Load Balancing can't write with a customer-managed key",
}

func TestEveryBucketIsClosedVersionedEncryptedAndCleansUp(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		for _, bucket := range s.Of("aws_s3_bucket") {
			of := func(kind string) rendered.Block {
				for _, r := range s.Of(kind) {
					if r.String("bucket") == "${"+bucket.Address()+".id}" {
						if r.String("provider") != bucket.String("provider") {
							t.Errorf("%s works in another region than %s", r.Address(), bucket.Address())
						}
						return r
					}
				}
				t.Errorf("%s has no %s", bucket.Address(), kind)
				return rendered.Block{Object: rendered.Object{}}
			}
			expect := func(r rendered.Block, want any, path ...string) {
				if got := r.At(path...); got != want {
					t.Errorf("%s: %s is %v, want %v", r.Address(), strings.Join(path, "."), got, want)
				}
			}
			expect(of("aws_s3_bucket_versioning"), "Enabled", "versioning_configuration", "status")
			expect(of("aws_s3_bucket_ownership_controls"), "BucketOwnerEnforced", "rule", "object_ownership")
			access := of("aws_s3_bucket_public_access_block")
			for _, way := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
				expect(access, true, way)
			}
			encryption, algorithm := of("aws_s3_bucket_server_side_encryption_configuration"), "aws:kms"
			if _, ok := withoutKey[bucket.Name]; ok {
				algorithm = "AES256"
			} else {
				expect(encryption, true, "rule", "bucket_key_enabled")
			}
			expect(encryption, algorithm, "rule", "apply_server_side_encryption_by_default", "sse_algorithm")
			var old, incomplete bool
			for _, rule := range of("aws_s3_bucket_lifecycle_configuration").Objects("rule") {
				old = old || rule.At("noncurrent_version_expiration") != nil
				incomplete = incomplete || rule.At("abort_incomplete_multipart_upload") != nil
			}
			if !old || !incomplete {
				t.Errorf("%s keeps old versions or incomplete uploads for ever", bucket.Address())
			}
			checkBucketPolicy(t, s, bucket, of("aws_s3_bucket_policy"), algorithm)
		}
	})
}

func checkBucketPolicy(t *testing.T, s rendered.Stack, bucket, policy rendered.Block, algorithm string) {
	t.Helper()
	want := []string{"RefusePlainHTTP", "RefuseOldTLS", "RefuseOtherAlgorithm"}
	if algorithm == "aws:kms" {
		want = append(want, "RefuseOtherKey", "RefuseUnnamedKey")
	}
	for _, statement := range document(t, s, policy.String("policy")) {
		if i := slices.Index(want, statement.String("sid")); i >= 0 && statement.String("effect") == "Deny" {
			want = slices.Delete(want, i, i+1)
		}
	}
	if len(want) > 0 {
		t.Errorf("the policy of %s lacks %v", bucket.Address(), want)
	}
}

func TestTheStateIsProtected(t *testing.T) {
	each(t, "backend", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		for _, r := range s.Resources {
			switch r.Type {
			case "aws_s3_bucket", "aws_dynamodb_table", "aws_kms_key":
				if r.At("lifecycle", "prevent_destroy") != true {
					t.Errorf("%s can be destroyed by Terraform", r.Address())
				}
				if r.At("force_destroy") == true {
					t.Errorf("%s may be emptied by Terraform", r.Address())
				}
			}
		}
		table := s.Of("aws_dynamodb_table")[0]
		for key, want := range map[string]any{"hash_key": "LockID", "billing_mode": "PAY_PER_REQUEST", "deletion_protection_enabled": true} {
			if table.At(key) != want {
				t.Errorf("lock table: %s is %v, want %v", key, table.At(key), want)
			}
		}
		if table.At("point_in_time_recovery", "enabled") != true || table.At("server_side_encryption", "kms_key_arn") != "${aws_kms_key.state_key.arn}" {
			t.Error("the lock table must have point-in-time recovery and the platform's key")
		}
		if replicas := len(s.Of("aws_s3_bucket_replication_configuration")); (replicas == 1) != (env.RecoveryRegion != "") {
			t.Errorf("%d replications of the state, recovery region is %q", replicas, env.RecoveryRegion)
		}
	})
}

func TestWhatHoldsDataIsGuardedInAProtectedEnvironment(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		if got := s.Of("aws_lb")[0].At("enable_deletion_protection"); got != env.Protected {
			t.Errorf("deletion protection of the load balancer is %v, the environment is protected: %v", got, env.Protected)
		}
		for _, bucket := range s.Of("aws_s3_bucket") {
			if bucket.At("force_destroy") == env.Protected {
				t.Errorf("%s: force_destroy is %v, the environment is protected: %v", bucket.Address(), bucket.At("force_destroy"), env.Protected)
			}
		}
	})
}

func TestLogGroupsAreEncryptedAndExpire(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		for _, group := range s.Of("aws_cloudwatch_log_group") {
			if group.Int("retention_in_days") <= 0 {
				t.Errorf("%s never expires", group.Address())
			}
			addresses := rendered.References(group.String("kms_key_id"))
			if len(addresses) != 1 {
				t.Fatalf("%s is not encrypted with a key of the platform", group.Address())
			}
			// The key must let CloudWatch Logs use it for this very group.
			arn := "arn:aws:logs:" + env.Region + ":" + env.Account + ":log-group:" + group.String("name")
			key := strings.TrimPrefix(addresses[0], "aws_kms_key.")
			var lets bool
			for _, k := range s.Of("aws_kms_key") {
				if k.Name != key {
					continue
				}
				for _, statement := range document(t, s, k.String("policy")) {
					for _, c := range statement.Objects("condition") {
						lets = lets || c.String("variable") == "kms:EncryptionContext:aws:logs:arn" && slices.Contains(c.List("values"), arn)
					}
				}
			}
			if !lets {
				t.Errorf("the policy of %s does not let CloudWatch Logs encrypt %s", key, arn)
			}
		}
	})
}
