//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"strata/e2e/harness"
)

// attempt is something that has to be refused, and the permission that the refusal names.
type attempt struct {
	action string
	try    func(*harness.Clients) error
}

// refuseAll checks that whoever it is run as may do nothing of all that.
func refuseAll(t *testing.T, who *harness.Environment, attempts []attempt) {
	t.Helper()
	for _, a := range attempts {
		t.Run(a.action, func(t *testing.T) { refusedFor(t, a.try(who.AWS), a.action) })
	}
}

// refuseTokens checks that nobody takes a role of the pipeline but a workflow of the repository that
// runs in the environment which the role is for.
func refuseTokens(t *testing.T, env *harness.Environment) {
	t.Helper()
	repository := env.CI.Repository
	for _, role := range pipelineRoles {
		others := map[string]string{
			"another repository":        workflowToken(t, repository+"-fork", env.DeploysFrom()),
			"another environment":       workflowToken(t, repository, "sandbox"),
			"no environment":            harness.Token(t, claims("repo:"+repository+":ref:refs/heads/main")),
			"a user of the account":     "",
			"the other roles' workflow": workflowToken(t, repository, env.PlansFrom()),
		}
		if role == "plan" {
			others["the other roles' workflow"] = workflowToken(t, repository, env.DeploysFrom())
		}
		for who, token := range others {
			t.Run(role+"/"+who, func(t *testing.T) {
				_, err := env.Assume(t, pipelineRole(env, role), "stranger", token)
				refusedFor(t, err)
			})
		}
	}
}

// refusePlanToApply checks that a plan role's apply changes nothing, and says what it lacks.
func refusePlanToApply(t *testing.T, env, plan *harness.Environment) {
	t.Helper()
	state := &s3.HeadObjectInput{Bucket: new(env.StateBucket()), Key: aws.String(env.Name + "/networking/terraform.tfstate")}
	before, err := env.AWS.S3.HeadObject(t.Context(), state)
	mustRead(t, err)
	missing := untagged(t, env)
	stack := plan.Stack(t, "networking")
	stack.Init(t)
	const refusal = "is not authorized to perform: ec2:CreateTags"
	if r := stack.Terraform(t, "apply", "-input=false", "-auto-approve"); r.Code == 0 || !strings.Contains(unwrapped(r.Output), refusal) {
		stack.Fail(t, r, "should have said: "+refusal)
	}
	after, err := env.AWS.S3.HeadObject(t.Context(), state)
	mustRead(t, err)
	holds(t, aws.ToString(before.VersionId) == aws.ToString(after.VersionId), "who plans doesn't write the state", after)
	holds(t, untagged(t, env) == missing, "who plans gives no tags", missing)
}

// writes are what a pipeline could do to an environment if its roles could do more than they should.
func writes(t *testing.T, env *harness.Environment) []attempt {
	t.Helper()
	ctx, bucket, self := t.Context(), env.StateBucket(), env.Project+"-"+env.Name
	everything := harness.Policy(t, may("Everything", "*", "*"))
	trust := harness.Policy(t, insiders(env))
	boundary := "arn:aws:iam::" + env.Account + ":policy/" + self + "-boundary"
	return []attempt{{"iam:CreateRole", func(c *harness.Clients) error {
		_, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String(self + "-unbounded"), AssumeRolePolicyDocument: &trust})
		return err
	}}, {"iam:CreateRole", func(c *harness.Clients) error {
		_, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("another"), AssumeRolePolicyDocument: &trust, PermissionsBoundary: &boundary})
		return err
	}}, {"iam:PutRolePolicy", func(c *harness.Clients) error {
		_, err := c.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String(self + "-deploy"), PolicyName: aws.String("more"), PolicyDocument: &everything})
		return err
	}}, {"iam:AttachRolePolicy", func(c *harness.Clients) error {
		_, err := c.IAM.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String(self + "-plan"), PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")})
		return err
	}}, {"iam:UpdateAssumeRolePolicy", func(c *harness.Clients) error {
		_, err := c.IAM.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String(self + "-deploy"), PolicyDocument: &trust})
		return err
	}}, {"iam:DeleteRolePermissionsBoundary", func(c *harness.Clients) error {
		_, err := c.IAM.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String(self + "-deploy")})
		return err
	}}, {"iam:CreatePolicyVersion", func(c *harness.Clients) error {
		_, err := c.IAM.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: &boundary, PolicyDocument: &everything, SetAsDefault: true})
		return err
	}}, {"iam:CreateUser", func(c *harness.Clients) error {
		_, err := c.IAM.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("another")})
		return err
	}}, {"ec2:CreateVpc", func(c *harness.Clients) error {
		_, err := c.EC2.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.99.0.0/16")})
		return err
	}}, {"kms:CreateKey", func(c *harness.Clients) error {
		// With the environment's tags, but where it has no part.
		_, err := c.KMS.CreateKey(ctx, &kms.CreateKeyInput{Tags: []kmstypes.Tag{
			{TagKey: aws.String("Project"), TagValue: &env.Project}, {TagKey: aws.String("Environment"), TagValue: &env.Name},
		}}, func(o *kms.Options) { o.Region = "sa-east-1" })
		return err
	}}, {"s3:PutBucketPolicy", func(c *harness.Clients) error {
		_, err := c.S3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: aws.String(harness.Policy(t))})
		return err
	}}, {"s3:PutObject", func(c *harness.Clients) error {
		_, err := c.S3.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(env.Name + "/backend/terraform.tfstate"), Body: strings.NewReader("{}")})
		return err
	}}, {"s3:DeleteObject", func(c *harness.Clients) error {
		_, err := c.S3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: aws.String(env.Name + "/networking/terraform.tfstate")})
		return err
	}}, {"dynamodb:PutItem", func(c *harness.Clients) error {
		// Beside the lock stands the digest of a state, without which Terraform doesn't read that.
		_, err := c.DynamoDB.PutItem(ctx, &dynamodb.PutItemInput{TableName: new(lockTable(env)), Item: map[string]dynamodbtypes.AttributeValue{
			"LockID": &dynamodbtypes.AttributeValueMemberS{Value: bucket + "/" + env.Name + "/backend/terraform.tfstate-md5"},
			"Digest": &dynamodbtypes.AttributeValueMemberS{Value: "00000000000000000000000000000000"},
		}})
		return err
	}}, {"dynamodb:DeleteTable", func(c *harness.Clients) error {
		_, err := c.DynamoDB.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: new(lockTable(env))})
		return err
	}}, {"kms:ScheduleKeyDeletion", func(c *harness.Clients) error {
		key, err := env.AWS.KMS.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/" + self + "-tfstate")})
		mustRead(t, err)
		_, err = c.KMS.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: key.KeyMetadata.KeyId})
		return err
	}}}
}

// planWrites are what a deployment does and a plan must not.
func planWrites(t *testing.T, env *harness.Environment) []attempt {
	t.Helper()
	ctx, bucket, self := t.Context(), env.StateBucket(), env.Project+"-"+env.Name
	boundary := "arn:aws:iam::" + env.Account + ":policy/" + self + "-boundary"
	trust := harness.Policy(t, insiders(env))
	mine := tagged(t, env)[0]
	return append(writes(t, env), attempt{"iam:CreateRole", func(c *harness.Clients) error {
		_, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String(self + "-more"), AssumeRolePolicyDocument: &trust, PermissionsBoundary: &boundary})
		return err
	}}, attempt{"ec2:CreateTags", func(c *harness.Clients) error {
		_, err := c.EC2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{mine}, Tags: []ec2types.Tag{{Key: aws.String("Name"), Value: aws.String("another")}}})
		return err
	}}, attempt{"s3:PutObject", func(c *harness.Clients) error {
		_, err := c.S3.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(env.Name + "/networking/terraform.tfstate"), Body: strings.NewReader("{}")})
		return err
	}}, attempt{"kms:CreateKey", func(c *harness.Clients) error {
		_, err := c.KMS.CreateKey(ctx, nil)
		return err
	}})
}

// refuseByBuckets checks that every bucket of the environment holds even the account's root user
// to what its policy says.
func refuseByBuckets(t *testing.T, env *harness.Environment) {
	t.Helper()
	plain := s3.WithAPIOptions(smithyhttp.AddHeaderValue("X-Emulator-Transport", "http"))
	const explicit = "with an explicit deny in a resource-based policy"
	foreign := aws.String("arn:aws:kms:" + env.Region + ":" + env.Account + ":key/00000000-0000-0000-0000-000000000000")
	found, err := env.AWS.S3.ListBuckets(t.Context(), nil)
	mustRead(t, err)
	if len(found.Buckets) < 2 {
		t.Fatalf("there are only %d buckets, where the backend and the network have one each", len(found.Buckets))
	}
	for _, b := range found.Buckets {
		t.Run(*b.Name, func(t *testing.T) {
			put := func(algorithm s3types.ServerSideEncryption, key *string, options ...func(*s3.Options)) error {
				_, err := env.AWS.S3.PutObject(t.Context(), &s3.PutObjectInput{
					Bucket: b.Name, Key: aws.String("probe"), Body: strings.NewReader("{}"), ServerSideEncryption: algorithm, SSEKMSKeyId: key,
				}, options...)
				return err
			}
			_, err := env.AWS.S3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: b.Name}, plain)
			refusedFor(t, err, "s3:ListBucket", explicit)
			refusedFor(t, put("", nil, plain), "s3:PutObject", explicit)
			if encryptedWith(t, env, *b.Name) == s3types.ServerSideEncryptionAwsKms {
				refusedFor(t, put(s3types.ServerSideEncryptionAwsKms, foreign), "s3:PutObject", explicit)
				refusedFor(t, put(s3types.ServerSideEncryptionAes256, nil), "s3:PutObject", explicit)
			}
		})
	}
}

func encryptedWith(t *testing.T, env *harness.Environment, bucket string) s3types.ServerSideEncryption {
	t.Helper()
	got, err := env.AWS.S3.GetBucketEncryption(t.Context(), &s3.GetBucketEncryptionInput{Bucket: &bucket})
	mustRead(t, err)
	return got.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm
}
