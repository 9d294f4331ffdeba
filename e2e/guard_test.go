//go:build e2e

package e2e

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"strata/e2e/harness"
)

// statement is a statement of a policy.
type statement = map[string]any

func may(sid string, resource any, actions ...string) statement {
	return statement{"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
}

// refusedFor checks that a call was refused, with the texts in the refusal.
func refusedFor(t *testing.T, err error, texts ...string) {
	t.Helper()
	var refusal smithy.APIError
	if !errors.As(err, &refusal) || !slices.Contains([]string{"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}, refusal.ErrorCode()) {
		t.Fatalf("got %v; it should have been refused, see e2e/emulator/guard", err)
	}
	for _, text := range texts {
		if !strings.Contains(refusal.ErrorMessage(), text) {
			t.Errorf("the refusal is %q, want %q in it", refusal.ErrorMessage(), text)
		}
	}
}

// role makes a role that may be taken as the statement says.
func role(t *testing.T, env *harness.Environment, name string, trusted statement) (arn string) {
	t.Helper()
	trust := harness.Policy(t, trusted)
	made, err := env.AWS.IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
	mustRead(t, err)
	return aws.ToString(made.Role.Arn)
}

// insiders are whoever is in the account.
func insiders(env *harness.Environment) statement {
	return statement{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": statement{"AWS": "arn:aws:iam::" + env.Account + ":root"}}
}

// grant lets a role do what the statements say, and nothing else.
func grant(t *testing.T, env *harness.Environment, role string, statements ...statement) {
	t.Helper()
	_, err := env.AWS.IAM.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: &role, PolicyName: aws.String("own"), PolicyDocument: aws.String(harness.Policy(t, statements...)),
	})
	mustRead(t, err)
}

// A role applies and destroys with exactly what that takes; what is missing, Terraform names, and
// what is superfluous, the emulator tells.
func TestGuardNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	dev := harness.Start(t, "dev")
	deployer := role(t, dev, "deployer", insiders(dev))
	in := func(service, resource string) string {
		return "arn:aws:" + service + ":" + dev.Region + ":" + dev.Account + ":" + resource
	}
	written := "arn:aws:iam::" + dev.Account + ":role/guarded"
	statements := []statement{
		may("Look", "*", "ec2:DescribeFlowLogs", "ec2:DescribeNetworkAcls", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"),
		may("Network", in("ec2", "vpc/*"), "ec2:CreateFlowLogs", "ec2:CreateVpc", "ec2:DeleteVpc", "ec2:DescribeVpcAttribute"),
		may("FlowLog", in("ec2", "vpc-flow-log/*"), "ec2:CreateFlowLogs", "ec2:DeleteFlowLogs"),
		may("Tag", []string{in("ec2", "vpc/*"), in("ec2", "vpc-flow-log/*")}, "ec2:CreateTags"),
		may("Role", written, "iam:CreateRole", "iam:DeleteRole", "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole",
			"iam:ListRolePolicies", "iam:TagRole"),
		may("NewKey", "*", "kms:CreateKey"),
		may("Key", in("kms", "key/*"), "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags",
			"kms:ScheduleKeyDeletion", "kms:TagResource"),
		may("FindGroup", in("logs", "log-group:*"), "logs:DescribeLogGroups"),
		may("Group", in("logs", "log-group:guarded:*"), "logs:CreateLogGroup", "logs:DeleteLogGroup"),
		may("GroupTags", in("logs", "log-group:guarded"), "logs:ListTagsForResource", "logs:TagResource"),
	}
	grant(t, dev, "deployer", statements...)
	stack := dev.As(t, deployer, "apply", "").Handmade(t, flowLog(t, dev))
	stack.Init(t)
	const missing = "is not authorized to perform: iam:PassRole on resource: "
	if r := stack.Terraform(t, "apply", "-input=false", "-auto-approve"); r.Code == 0 || !strings.Contains(unwrapped(r.Output), missing+written) {
		stack.Fail(t, r, "should have said: "+missing+written)
	}

	pass := may("Pass", written, "iam:PassRole")
	pass["Condition"] = statement{"StringEquals": statement{"iam:PassedToService": "vpc-flow-logs.amazonaws.com"}}
	statements = append(statements, pass)
	grant(t, dev, "deployer", append(slices.Clone(statements), may("Superfluous", "*", "ec2:DescribeImages"))...)
	stack.Apply(t)
	stack.NoChange(t)
	stack.Destroy(t)

	var names, actions []string
	for _, s := range statements {
		names = append(names, "own/"+s["Sid"].(string))
		actions = append(actions, s["Action"].([]string)...)
	}
	slices.Sort(names)
	slices.Sort(actions)
	calls := dev.Emulator.Calls(t).By(deployer)
	if used := calls.Used(); !slices.Equal(used, slices.Compact(actions)) {
		t.Errorf("the role used\n%s\nand was given\n%s", strings.Join(used, "\n"), strings.Join(actions, "\n"))
	}
	used := slices.DeleteFunc(calls.Statements(), func(name string) bool { return !strings.HasPrefix(name, "own/") })
	if !slices.Equal(used, names) {
		t.Errorf("these statements were used: %v, want these: %v", used, names)
	}
}

// A role is taken with the tokens that it trusts, and with no others.
func TestGuardLooksAtTokens(t *testing.T) {
	t.Parallel()
	dev := harness.Start(t, "dev")
	const issuer, audience = "token.actions.githubusercontent.com", "sts.amazonaws.com"
	provider, err := dev.AWS.IAM.CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://" + issuer), ClientIDList: []string{audience},
	})
	mustRead(t, err)
	pipeline := role(t, dev, "pipeline", statement{
		"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": statement{"Federated": *provider.OpenIDConnectProviderArn},
		"Condition": statement{"StringEquals": statement{issuer + ":aud": audience, issuer + ":sub": "repo:acme/shop:environment:dev"}},
	})
	token := func(subject string) string {
		return harness.Token(t, map[string]any{
			"iss": "https://" + issuer, "aud": audience, "sub": subject, "exp": time.Now().Add(time.Hour).Unix(),
		})
	}
	who, err := dev.As(t, pipeline, "run-1", token("repo:acme/shop:environment:dev")).AWS.STS.GetCallerIdentity(t.Context(), nil)
	mustRead(t, err)
	if want := ":assumed-role/pipeline/run-1"; !strings.HasSuffix(*who.Arn, want) {
		t.Errorf("the token's bearer is %s, want the role's session, %s", *who.Arn, want)
	}
	for _, wrong := range []string{token("repo:acme/shop:environment:production"), ""} {
		_, err := dev.Assume(t, pipeline, "run-2", wrong)
		refusedFor(t, err, "ot authorized to perform")
	}
}

// frame is what Terraform draws around an error, which it breaks into lines.
var frame = regexp.MustCompile(`\s*\n[│\s]*`)

// unwrapped is the output in one line.
func unwrapped(output string) string { return frame.ReplaceAllString(output, " ") }

// The state is for those who have leave to read it, over TLS, and is written under its key.
func TestGuardKeepsTheState(t *testing.T) {
	t.Parallel()
	dev := harness.Start(t, "dev")
	dev.Bootstrap(t)
	ctx, bucket, state := t.Context(), dev.StateBucket(), "dev/backend/terraform.tfstate"
	read := func(as *harness.Environment, options ...func(*s3.Options)) error {
		got, err := as.AWS.S3.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &state}, options...)
		if err != nil {
			return err
		}
		return got.Body.Close()
	}
	const explicit = "with an explicit deny in a resource-based policy"

	write := func(algorithm s3types.ServerSideEncryption, key *string) error {
		_, err := dev.AWS.S3.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &bucket, Key: aws.String("dev/probe"), Body: strings.NewReader("{}"), ServerSideEncryption: algorithm, SSEKMSKeyId: key,
		})
		return err
	}
	mustRead(t, write("", nil))
	mustRead(t, write(s3types.ServerSideEncryptionAwsKms, aws.String("arn:aws:kms:"+dev.Region+":"+dev.Account+":alias/"+dev.Project+"-dev-tfstate")))
	refusedFor(t, write(s3types.ServerSideEncryptionAes256, nil), "s3:PutObject", explicit)
	refusedFor(t, write(s3types.ServerSideEncryptionAwsKms, nil), "s3:PutObject", explicit)
	refusedFor(t, write(s3types.ServerSideEncryptionAwsKms, aws.String("arn:aws:kms:"+dev.Region+":"+dev.Account+":key/foreign")), "s3:PutObject", explicit)

	mustRead(t, read(dev))
	plain := s3.WithAPIOptions(smithyhttp.AddHeaderValue("X-Emulator-Transport", "http"))
	refusedFor(t, read(dev, plain), "s3:GetObject", explicit)

	nobody, remove := dev.User(t, "nobody")
	refusedFor(t, read(nobody), "user/nobody", "because no identity-based policy allows the s3:GetObject action")
	remove()
	// What opens the bucket doesn't open the key.
	reader, remove := dev.User(t, "reader", may("Objects", "arn:aws:s3:::"+bucket+"/*", "s3:GetObject"))
	refusedFor(t, read(reader), "user/reader", "because no identity-based policy allows the kms:Decrypt action")
	remove()
}

// flowLog is a network whose traffic is logged, encrypted.
func flowLog(t *testing.T, env *harness.Environment) any {
	t.Helper()
	here := statement{"AWS": "arn:aws:iam::" + env.Account + ":root"}
	logs := statement{"Service": "logs." + env.Region + ".amazonaws.com"}
	key := harness.Policy(t,
		statement{"Sid": "Manage", "Effect": "Allow", "Principal": here, "Resource": "*", "Action": []string{
			"kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
		}},
		statement{"Sid": "Encrypt", "Effect": "Allow", "Principal": logs, "Resource": "*", "Action": []string{
			"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*",
		}})
	trust := harness.Policy(t, statement{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": statement{"Service": "vpc-flow-logs.amazonaws.com"},
	})
	return statement{
		"terraform": statement{"required_providers": env.Stacks["backend"].Terraform["required_providers"]},
		"provider":  statement{"aws": statement{"region": env.Region, "default_tags": statement{"tags": statement{"Team": "blue"}}}},
		"resource": statement{
			"aws_kms_key":              statement{"logs": statement{"policy": key, "deletion_window_in_days": 7}},
			"aws_cloudwatch_log_group": statement{"logs": statement{"name": "guarded", "kms_key_id": "${aws_kms_key.logs.arn}"}},
			"aws_iam_role":             statement{"logs": statement{"name": "guarded", "assume_role_policy": trust}},
			"aws_vpc":                  statement{"network": statement{"cidr_block": "10.0.0.0/16"}},
			"aws_flow_log": statement{"network": statement{
				"vpc_id": "${aws_vpc.network.id}", "traffic_type": "ALL",
				"log_destination": "${aws_cloudwatch_log_group.logs.arn}", "iam_role_arn": "${aws_iam_role.logs.arn}",
			}},
		},
	}
}
