package stacks_test

import (
	"regexp"
	"strings"
	"testing"

	"strata/environments"
	"strata/internal/rendered"
)

// What AWS says of the names of each type, written down apart from the package that makes
// them: attribute, and what matches a name that AWS takes.
var named = map[string]struct {
	attribute string
	rule      string
}{
	"aws_s3_bucket":                      {"bucket", `^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`},
	"aws_dynamodb_table":                 {"name", `^[A-Za-z0-9_.-]{3,255}$`},
	"aws_kms_alias":                      {"name", `^alias/[A-Za-z0-9/_-]{1,250}$`},
	"aws_iam_role":                       {"name", `^[\w+=,.@-]{1,64}$`},
	"aws_lb":                             {"name", `^[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]$`},
	"aws_lb_target_group":                {"name", `^[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]$`},
	"aws_security_group":                 {"name", `^[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}$`},
	"aws_cloudwatch_log_group":           {"name", `^[A-Za-z0-9_/.#-]{1,512}$`},
	"aws_cloudwatch_log_resource_policy": {"policy_name", `^[^:*]{1,255}$`},
	"aws_wafv2_web_acl":                  {"name", `^[\w-]{1,128}$`},
	"aws_iam_policy":                     {"name", `^[\w+=,.@-]{1,128}$`},
	"aws_iam_instance_profile":           {"name", `^[\w+=,.@-]{1,128}$`},
	"aws_secretsmanager_secret":          {"name", `^[A-Za-z0-9/_+=.@-]{1,505}[A-Za-z0-9/_+=.@]$`},
	"aws_ecr_repository":                 {"name", `^([a-z0-9]+([._-][a-z0-9]+)*/)+[a-z0-9]+([._-][a-z0-9]+)*$`},
	"aws_accessanalyzer_analyzer":        {"analyzer_name", `^[A-Za-z][A-Za-z0-9_.-]{0,254}$`},
	"aws_config_configuration_recorder":  {"name", `^.{1,256}$`},
	"aws_config_delivery_channel":        {"name", `^.{1,256}$`},
}

// Types whose name is given by what they belong to, or that have none, as settings of the account.
var nameless = regexp.MustCompile(`^aws_(acm_certificate.*|config_configuration_recorder_status|default_.*|ebs_.*|ec2_.*|` +
	`ecr_(lifecycle_policy|pull_through_cache_rule|registry_.*|replication_.*|repository_.*)|eip|flow_log|guardduty_.*|` +
	`iam_(account_.*|openid_.*|role_policy.*|service_linked_role)|inspector2_.*|internet_gateway|kms_key|lb_listener.*|nat_gateway|network_acl|` +
	`route.*|s3_account_.*|s3_bucket_.*|secretsmanager_secret_.*|securityhub_.*|subnet|vpc|vpc_endpoint|vpc_security_group_.*|wafv2_web_acl_.*)$`)

func TestNamesSayWhoseTheyAreAndAWSTakesThem(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		for _, r := range s.Resources {
			kind, ok := named[r.Type]
			if !ok {
				if !nameless.MatchString(r.Type) {
					t.Errorf("%s: say in this test what AWS says of the names of its type", r.Address())
				}
				continue
			}
			name := r.String(kind.attribute)
			if !regexp.MustCompile(kind.rule).MatchString(name) {
				t.Errorf("%s: AWS refuses the %s %q, which must match %s", r.Address(), kind.attribute, name, kind.rule)
			}
			dashed := strings.ReplaceAll(name, "/", "-")
			if name != env.State.Bucket && !strings.Contains(dashed, env.Project+"-"+env.Name) {
				t.Errorf("%s: the %s %q does not say that it belongs to %s-%s", r.Address(), kind.attribute, name, env.Project, env.Name)
			}
		}
	})
}

func TestNoNameIsUsedTwice(t *testing.T) {
	seen := map[string]string{}
	for _, s := range all {
		for _, r := range s.Resources {
			kind, ok := named[r.Type]
			if !ok {
				continue
			}
			// Bucket names are unique over all of AWS, the others in their account.
			id := r.Type + " " + r.String(kind.attribute)
			if r.Type != "aws_s3_bucket" {
				id = envs[s.Environment].Account + " " + r.String("provider") + " " + id
			}
			here := s.Name + " " + r.Address()
			if other, taken := seen[id]; taken {
				t.Errorf("%s and %s have the same name: %s", here, other, id)
			}
			seen[id] = here
		}
	}
}

// AWS makes a new one before the old one goes, so both must be able to stand side by side.
func TestWhatIsCreatedBeforeItsPredecessorGoesHasItsOwnName(t *testing.T) {
	generation := regexp.MustCompile(`-[a-z2-7]{5,8}$`)
	each(t, "", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		for _, r := range s.Resources {
			if r.At("lifecycle", "create_before_destroy") != true {
				continue
			}
			if kind, ok := named[r.Type]; ok && !generation.MatchString(r.String(kind.attribute)) {
				t.Errorf("%s is created before its predecessor is destroyed, so its name %q must change with it: use Names.Generation", r.Address(), r.String(kind.attribute))
			}
		}
	})
}
