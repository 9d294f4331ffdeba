package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iaminstanceprofile"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamservicelinkedrole"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/policy"
	"strata/constructs/repository"
	"strata/constructs/role"
	"strata/internal/naming"
)

// Roles of the layer that others of it need.
type Roles struct{ execution map[string]*role.Role }

// linkedRoles are roles of AWS's own services in the account.
type linkedRoles struct {
	account string
	roles   map[string]iamservicelinkedrole.IamServiceLinkedRole
}

// serviceLinked says which service a role of AWS's own belongs to, and how AWS calls it:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html.
var serviceLinked = map[string]struct{ service, name string }{
	"ecs":             {"ecs.amazonaws.com", "AWSServiceRoleForECS"},
	"ecs_autoscaling": {"ecs.application-autoscaling.amazonaws.com", "AWSServiceRoleForApplicationAutoScaling_ECSService"},
	"autoscaling":     {"autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"},
	"config":          {"config.amazonaws.com", "AWSServiceRoleForConfig"},
}

// addServiceLinkedRoles makes the roles that the account lacks.
func (s *Security) addServiceLinkedRoles() linkedRoles {
	l := linkedRoles{s.env.Account, map[string]iamservicelinkedrole.IamServiceLinkedRole{}}
	for _, name := range s.env.GuardRails.CreateServiceLinkedRoles {
		l.roles[name] = iamservicelinkedrole.NewIamServiceLinkedRole(s.stack, jsii.String(name+"_linked_role"), &iamservicelinkedrole.IamServiceLinkedRoleConfig{
			AwsServiceName: jsii.String(serviceLinked[name].service),
		})
	}
	return l
}

// arn is known at synth whether the role is made here or was there.
func (l linkedRoles) arn(name string) string { return serviceLinkedARN(l.account, name) }

func serviceLinkedARN(account, name string) string {
	is := serviceLinked[name]
	return role.ARN(account, "aws-service-role/"+is.service+"/"+is.name)
}

// made is what makes a role here, for what can only work once it is there.
func (l linkedRoles) made(name string) []cdktf.ITerraformDependable {
	if made, here := l.roles[name]; here {
		return []cdktf.ITerraformDependable{made}
	}
	return nil
}

func (s *Security) addRoles(secrets secrets) {
	s.roles.execution = map[string]*role.Role{}
	taskARNs, taskNames, executionARNs := map[string]*string{}, map[string]*string{}, map[string]*string{}
	for _, name := range s.services() {
		task := s.role(name+"_task", name+"-task", "Takes what the service "+name+" may do in AWS", s.forTasks(), nil)
		execution := s.role(name+"_execution", name+"-execution", "Starts the service "+name+": its image, its log, its secrets", s.forTasks(), s.starting(name, secrets))
		taskARNs[name], taskNames[name], executionARNs[name] = task.ARN, task.Name, execution.ARN
		s.roles.execution[name] = execution
	}
	s.TaskRoleARNs = s.out.Map("task_role_arns", "Role of each service's containers", &taskARNs)
	s.TaskRoleNames = s.out.Map("task_role_names", "Name of the role of each service's containers, for grants to it", &taskNames)
	s.ExecutionRoleARNs = s.out.Map("execution_role_arns", "Role that starts each service's containers", &executionARNs)
	s.addWatchers()
	s.addKeepers()
	s.addBastionRole()
}

// role makes a role that nothing lets go beyond the environment's boundary.
func (l *layer) role(id, name, description string, trust policy.Statement, statements []policy.Statement) *role.Role {
	return role.New(l.stack, id+"_role", role.Props{
		Name: l.names.Of(naming.Role, name), Description: description, Trust: trust, Boundary: l.boundary, Statements: statements,
	})
}

// forTasks lets ECS take a role for tasks of the account:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html.
func (l *layer) forTasks() policy.Statement {
	return role.ForService("ecs-tasks.amazonaws.com", l.env.Account, "arn:aws:ecs:"+l.env.Region+":"+l.env.Account+":*")
}

// starting is what ECS needs to start a service's tasks, and nothing of another service:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html.
func (s *Security) starting(service string, secrets secrets) []policy.Statement {
	env := s.env
	statements := []policy.Statement{{
		// The token is the registry's; AWS has no finer resource.
		Sid: "LogInToTheRegistry", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"},
	}, {
		Sid: "PullItsImage", Actions: repository.Pull, Resources: []string{repository.ARN(env.Region, env.Account, env.ImageRepository(service))},
	}, {
		// Images of sidecars come from the public registry, through a cache that is filled when
		// one is first pulled: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html.
		Sid: "PullSidecars", Actions: append([]string{"ecr:BatchImportUpstreamImage", "ecr:CreateRepository"}, repository.Pull...),
		Resources: []string{repository.ARN(env.Region, env.Account, publicImages+"/*")},
	}, {
		Sid: "WriteItsLog", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{s.logGroupARN(s.serviceLog(service)) + ":log-stream:*"},
	}}
	if own := secrets.of(service); len(own) > 0 {
		statements = append(statements, policy.Statement{
			Sid: "ReadItsSecrets", Actions: []string{"secretsmanager:GetSecretValue"}, Resources: own,
		}, policy.Statement{
			Sid: "DecryptItsSecrets", Actions: []string{"kms:Decrypt"}, Resources: []string{*s.keys.secrets.ARN},
			Conditions: []policy.Condition{
				policy.When("StringEquals", "kms:ViaService", "secretsmanager."+env.Region+".amazonaws.com"),
				policy.When("StringEquals", "kms:EncryptionContext:SecretARN", own...),
			},
		})
	}
	return statements
}

// serviceLog is the name of a service's log group, which the compute layer makes.
func (l *layer) serviceLog(service string) string { return l.names.Path("services", service) }

func (l *layer) logGroupARN(name string) string {
	return "arn:aws:logs:" + l.env.Region + ":" + l.env.Account + ":log-group:" + name
}

// addWatchers makes the roles that AWS's services write logs with.
func (s *Security) addWatchers() {
	account, region := s.env.Account, s.env.Region
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
	database := s.role("database_monitoring", "database-monitoring", "Writes what the database's host does, second by second",
		role.ForService("monitoring.rds.amazonaws.com", account, "arn:aws:rds:"+region+":"+account+":db:*"), []policy.Statement{{
			Sid: "KeepTheLogGroup", Actions: []string{"logs:CreateLogGroup", "logs:PutRetentionPolicy"}, Resources: []string{s.logGroupARN("RDS*")},
		}, {
			Sid: "WriteTheLog", Actions: []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"},
			Resources: []string{s.logGroupARN("RDS*") + ":log-stream:*"},
		}})
	// CloudTrail says nothing of the trail that it takes this role for, so a condition would keep it
	// out: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cw_role_policy.html.
	trust := policy.Statement{
		Sid: "LetTheServiceTakeIt", Principals: []policy.Principal{policy.Service("cloudtrail.amazonaws.com")}, Actions: []string{"sts:AssumeRole"},
	}
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
	trail := s.role("trail", "trail", "Writes the audit trail into CloudWatch Logs", trust, []policy.Statement{{
		Sid: "WriteTheTrail", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{s.logGroupARN(s.names.Path("trail")) + ":log-stream:" + account + "_CloudTrail_" + region + "*"},
	}})
	s.DatabaseMonitoringRoleARN = s.out.String("database_monitoring_role_arn", "Role of the database's enhanced monitoring", database.ARN)
	s.TrailRoleARN = s.out.String("trail_role_arn", "Role with which CloudTrail writes into CloudWatch Logs", trail.ARN)
}

// addBastionRole makes what the bastion's instance is in AWS: a door for Session Manager, and
// nothing else.
func (s *Security) addBastionRole() {
	profile, name := new(string), new(string)
	if s.env.Bastion.Enabled {
		// EC2 says nothing of whom it acts for, and hands a role only to instances of the account:
		// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html.
		trust := policy.Statement{
			Sid: "LetTheInstanceTakeIt", Principals: []policy.Principal{policy.Service("ec2.amazonaws.com")}, Actions: []string{"sts:AssumeRole"},
		}
		// https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-add-permissions-to-existing-profile.html
		bastion := s.role("bastion", "bastion", "Lets Session Manager reach the bastion", trust, []policy.Statement{{
			Sid: "SayThatItIsThere", Actions: []string{"ssm:UpdateInstanceInformation"},
			Resources: []string{"arn:aws:ec2:" + s.env.Region + ":" + s.env.Account + ":instance/*"},
		}, {
			// A channel belongs to no resource; AWS has none finer.
			Sid: "HoldSessions", Resources: []string{"*"},
			Actions: []string{"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"},
		}})
		profile = iaminstanceprofile.NewIamInstanceProfile(s.stack, jsii.String("bastion_profile"), &iaminstanceprofile.IamInstanceProfileConfig{
			Name: jsii.String(s.names.Of(naming.Policy, "bastion")), Role: bastion.Name,
			Tags: &map[string]*string{"Name": jsii.String(s.names.Of(naming.Policy, "bastion"))},
		}).Name()
		name = bastion.Name
	}
	s.BastionInstanceProfile = s.out.String("bastion_instance_profile", "Instance profile of the bastion; empty where there is none", profile)
	s.BastionRoleName = s.out.String("bastion_role_name", "Role of the bastion, for grants to it; empty where there is none", name)
}
