//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"

	"strata/e2e/harness"
)

// readSecurity checks that keys, roles, security groups and guard rails are what the
// environment's file asks for.
func readSecurity(t *testing.T, env *harness.Environment) {
	t.Helper()
	checkKeys(t, env, env.Region, "data", "logs", "secrets", "images", "messages", "backups")
	if env.RecoveryRegion != "" {
		checkKeys(t, env, env.RecoveryRegion, "data", "secrets", "images", "backups")
	}
	checkRoles(t, env)
	checkBastionProfile(t, env)
	checkWays(t, env)
	checkGuardRails(t, env)
	readState(t, env, "security")
}

// named is the name of one of the environment's things.
func named(env *harness.Environment, thing string) string {
	return env.Project + "-" + env.Name + "-" + thing
}

// checkKeys: ours, in the region that they are for, at work, and changed every year.
func checkKeys(t *testing.T, env *harness.Environment, region string, purposes ...string) {
	t.Helper()
	in := func(o *kms.Options) { o.Region = region }
	for _, purpose := range purposes {
		key := keyBehind(t, env, region, purpose)
		what := "the key of " + purpose + " in " + region
		holds(t, key.KeyManager == kmstypes.KeyManagerTypeCustomer && key.KeyState == kmstypes.KeyStateEnabled, what+" is ours and enabled", fmt.Sprint(key.KeyManager, " ", key.KeyState))
		rotation, err := env.AWS.KMS.GetKeyRotationStatus(t.Context(), &kms.GetKeyRotationStatusInput{KeyId: key.KeyId}, in)
		mustRead(t, err)
		holds(t, rotation.KeyRotationEnabled, what+" is changed every year", rotation.KeyRotationEnabled)
	}
}

// keyBehind finds the key of a purpose by its alias.
func keyBehind(t *testing.T, env *harness.Environment, region, purpose string) *kmstypes.KeyMetadata {
	t.Helper()
	found, err := env.AWS.KMS.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: new("alias/" + named(env, purpose))}, func(o *kms.Options) { o.Region = region })
	mustRead(t, err)
	return found.KeyMetadata
}

// taker is who may take a role: an AWS service, and for which of our resources.
type taker struct{ service, source string }

// checkRoles: each is taken by the one service that it is for, acting for this account, and can't
// go beyond the boundary.
func checkRoles(t *testing.T, env *harness.Environment) {
	t.Helper()
	of := func(service, resource string) string {
		return "arn:aws:" + service + ":" + env.Region + ":" + env.Account + ":" + resource
	}
	backups := taker{service: "backup.amazonaws.com"}
	takers := map[string]taker{
		"database-monitoring": {"monitoring.rds.amazonaws.com", of("rds", "db:*")},
		"trail":               {service: "cloudtrail.amazonaws.com"},
		"backup":              backups,
		"restore-test":        backups,
	}
	for name := range env.Services {
		tasks := taker{"ecs-tasks.amazonaws.com", of("ecs", "*")}
		takers[name+"-task"], takers[name+"-execution"] = tasks, tasks
	}
	if env.Bastion.Enabled {
		takers["bastion"] = taker{service: "ec2.amazonaws.com"}
	}
	for _, name := range slices.Sorted(maps.Keys(takers)) {
		checkRole(t, env, named(env, name), takers[name])
	}
}

func checkRole(t *testing.T, env *harness.Environment, name string, by taker) {
	t.Helper()
	found, err := env.AWS.IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
	mustRead(t, err)
	var boundary string
	if found.Role.PermissionsBoundary != nil {
		boundary = aws.ToString(found.Role.PermissionsBoundary.PermissionsBoundaryArn)
	}
	holds(t, boundary == "arn:aws:iam::"+env.Account+":policy/"+named(env, "boundary"), "the role "+name+" stays within the boundary", boundary)

	trust := harness.ReadPolicy(t, aws.ToString(found.Role.AssumeRolePolicyDocument))
	if len(trust.Statement) != 1 {
		t.Errorf("the role %s should trust in one statement, which names one service: %+v", name, trust)
		return
	}
	statement := trust.Statement[0]
	taken := statement.Effect == "Allow" && slices.Equal(statement.Action, []string{"sts:AssumeRole"}) && len(statement.Principal) == 1
	holds(t, taken && slices.Equal(statement.Principal["Service"], []string{by.service}), name+" is taken by "+by.service+" alone", trust)
	var account, source []string
	if by.source != "" {
		account, source = []string{env.Account}, []string{by.source}
	}
	conditions := slices.Equal(statement.Condition["StringEquals"]["aws:SourceAccount"], account) && slices.Equal(statement.Condition["ArnLike"]["aws:SourceArn"], source)
	holds(t, conditions, fmt.Sprintf("%s is taken for the resources %q", name, source), trust)
}

// checkBastionProfile: the bastion's instance is the bastion's role, where the file has a bastion.
func checkBastionProfile(t *testing.T, env *harness.Environment) {
	t.Helper()
	name := named(env, "bastion")
	found, err := env.AWS.IAM.GetInstanceProfile(t.Context(), &iam.GetInstanceProfileInput{InstanceProfileName: &name})
	if !env.Bastion.Enabled {
		holds(t, harness.Absent(err, "NoSuchEntity"), "without a bastion there is no profile for it", found)
		return
	}
	mustRead(t, err)
	roles := found.InstanceProfile.Roles
	holds(t, len(roles) == 1 && aws.ToString(roles[0].RoleName) == name, "the bastion's profile holds its role", roles)
}
