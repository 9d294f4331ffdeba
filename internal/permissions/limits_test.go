package permissions

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// pinned is the version of policy_sentry that `make actions` installs.
func pinned(t *testing.T) string {
	t.Helper()
	pins, err := os.ReadFile("../../tools/actions.txt")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`policy_sentry==(\S+)`).FindStringSubmatch(string(pins))[1]
}

func TestPoliciesFit(t *testing.T) {
	for at, most := range map[string]int{
		"aws_cloudwatch_event_bus_policy.policy":             10240,
		"aws_cloudwatch_log_resource_policy.policy_document": 5120,
		"aws_dynamodb_resource_policy.policy":                20480,
		"aws_ecr_registry_policy.policy":                     10240,
		"aws_ecr_repository_policy.policy":                   10240,
		"aws_efs_file_system_policy.policy":                  20000,
		"aws_iam_policy.policy":                              6144,
		"aws_iam_role.assume_role_policy":                    2048,
		"aws_kms_key.policy":                                 32 << 10,
		"aws_kms_key_policy.policy":                          32 << 10,
		"aws_kms_replica_key.policy":                         32 << 10,
		"aws_s3_bucket_policy.policy":                        20 << 10,
		"aws_secretsmanager_secret.policy":                   20480,
		"aws_secretsmanager_secret_policy.policy":            20480,
		"aws_sns_topic.policy":                               30 << 10,
		"aws_sns_topic_policy.policy":                        30 << 10,
		"aws_sqs_queue.policy":                               8192,
		"aws_sqs_queue_policy.policy":                        8192,
		"aws_vpc_endpoint.policy":                            20480,
		"aws_vpc_endpoint_policy.policy":                     20480,
	} {
		// The sid makes the policy as long as it is to be.
		const rest = `{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Sid":""}],"Version":"2012-10-17"}`
		sizes := func(length int) (found []Finding) {
			kind, attribute, _ := strings.Cut(at, ".")
			s := synthetic{layer: "security", resources: blocks{kind: {"it": {attribute: "${data.aws_iam_policy_document.it.json}"}}}}
			read(t, `{"aws_iam_policy_document": {"it": {"statement": [{"sid": "`+strings.Repeat("x", length-len(rest))+`", "actions": ["s3:GetObject"]}]}}}`, &s.data)
			for _, f := range checked(t, s) {
				if f.Rule == "policy-size" {
					found = append(found, f)
				}
			}
			return found
		}
		expect(t, sizes(most))
		kind, _, _ := strings.Cut(at, ".")
		expect(t, sizes(most+1), fmt.Sprintf(
			"dev-security data.aws_iam_policy_document.it: is up to %d characters long as the %s of %s.it, and AWS takes %d: split it, or name its resources with a wildcard [policy-size]",
			most+1, places[at].kind, kind, most))
	}
}

func TestWhatIsKnownAtApplyOnlyIsCountedAsLong(t *testing.T) {
	short := []Statement{{Sid: "Read", Allow: true, Actions: []string{"s3:GetObject"}, Resources: []string{"${aws_x.y.arn}"}}}
	long := []Statement{{Sid: "Read", Allow: true, Actions: []string{"s3:GetObject"}, Resources: []string{strings.Repeat("x", 128)}}}
	if got, want := characters(short), characters(long); got != want {
		t.Errorf("a policy with a reference counts %d characters, want %d", got, want)
	}
	const whole = `{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::strata-dev-assets/&{aws:username}","Sid":"Read"}],"Version":"2012-10-17"}`
	own := []Statement{{Sid: "Read", Allow: true, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::strata-dev-assets/&{aws:username}"}}}
	if got := characters(own); got != len(whole) {
		t.Errorf("the policy has %d characters, want %d", got, len(whole))
	}
}

func TestRolesHoldWhatIAMTakes(t *testing.T) {
	resources, data := blocks{"aws_iam_role_policy": {}, "aws_iam_role_policy_attachment": {}}, blocks{"aws_iam_policy_document": {}}
	storage := synthetic{layer: "storage", after: []string{"security"}, resources: blocks{"aws_iam_role_policy": {}}, data: blocks{
		"terraform_remote_state":  {"security": {"config": map[string]any{"key": "dev/security/terraform.tfstate"}}},
		"aws_iam_policy_document": {},
	}}
	put := func(into blocks, documents blocks, name, role string) {
		var document map[string]any
		read(t, `{"statement": [{"sid": "Read`+strings.Repeat("x", 4000)+`", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::strata-dev-assets/*"]}]}`, &document)
		documents["aws_iam_policy_document"][name] = document
		into["aws_iam_role_policy"][name] = map[string]any{"role": role, "policy": "${data.aws_iam_policy_document." + name + ".json}"}
	}
	put(resources, data, "one", "${aws_iam_role.api.name}")
	put(resources, data, "two", "${aws_iam_role.api.id}")
	resources["aws_iam_role"] = map[string]map[string]any{"api": {"name": "strata-dev-api"}}
	security := synthetic{layer: "security", resources: resources, data: data, outputs: map[string]any{"api_role": "${aws_iam_role.api.name}"}}
	expect(t, checked(t, security, storage))

	put(storage.resources, storage.data, "three", "${data.terraform_remote_state.security.outputs.api_role}")
	expect(t, checked(t, security, storage), "dev-security aws_iam_role_policy.one: the inline policies of the role strata-dev-api "+
		"(aws_iam_role_policy.one, aws_iam_role_policy.two, aws_iam_role_policy.three) have up to 12420 characters together, and IAM takes 10240: make some of them managed policies [policy-size]")
	delete(resources["aws_iam_role_policy"], "two")
	delete(data["aws_iam_policy_document"], "two")

	for i := range 11 {
		expect(t, checked(t, security, storage))
		resources["aws_iam_role_policy_attachment"][fmt.Sprintf("a%02d", i)] = map[string]any{
			"role": "strata-dev-api", "policy_arn": fmt.Sprintf("arn:aws:iam::111111111111:policy/strata-dev-%d", i)}
	}
	expect(t, checked(t, security, storage), "dev-security aws_iam_role_policy.one: the role strata-dev-api has 11 managed policies attached, and the quota is 10: join some [attached-policies]")
}

func TestNamesFit(t *testing.T) {
	name := func(n int) string { return strings.Repeat("n", n) }
	for _, c := range []struct{ kind, attribute, fits, not, problem string }{
		{"aws_iam_role", "name", name(64), name(65), `the name "` + name(65) + `" has 65 characters, and IAM takes 64`},
		{"aws_iam_role", "name_prefix", name(38), name(39), `the name_prefix "` + name(39) + `" has 39 characters, and IAM takes 38`},
		{"aws_iam_instance_profile", "name", name(128), name(129), `the name "` + name(129) + `" has 129 characters, and IAM takes 128`},
		{"aws_iam_policy", "name", name(128), name(129), `the name "` + name(129) + `" has 129 characters, and IAM takes 128`},
	} {
		stack := func(value string) synthetic {
			return synthetic{layer: "security", resources: blocks{c.kind: {"it": {c.attribute: value}}}}
		}
		expect(t, checked(t, stack(c.fits)))
		expect(t, checked(t, stack(c.not)), "dev-security "+c.kind+".it: "+c.problem+" [name-length]")
	}
}

func TestForeignPoliciesNeedAReason(t *testing.T) {
	s := synthetic{layer: "security", resources: of(t, `{
		"aws_iam_role": {"backup": {"name": "strata-dev-backup", "managed_policy_arns": ["arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"]}},
		"aws_iam_role_policy_attachment": {
			"bastion": {"role": "strata-dev-bastion", "policy_arn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"},
			"own": {"role": "strata-dev-bastion", "policy_arn": "arn:aws:iam::111111111111:policy/strata-dev-bastion"}}}`)}
	expect(t, checked(t, s),
		"dev-security aws_iam_role.backup: attaches arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup, whose permissions AWS decides: write out what is needed [foreign-policy]",
		"dev-security aws_iam_role_policy_attachment.bastion: attaches arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore, whose permissions AWS decides: write out what is needed [foreign-policy]")
}

func TestSecurityGroupsHoldWhatVPCTakes(t *testing.T) {
	rules := map[string]map[string]any{}
	networking := synthetic{layer: "networking",
		resources: blocks{
			"aws_security_group":                  {"api": {}},
			"aws_vpc_security_group_ingress_rule": rules,
			"aws_ec2_managed_prefix_list":         {"offices": {"max_entries": 59}},
		},
		outputs: map[string]any{"group": "${aws_security_group.api.id}"},
	}
	above := synthetic{layer: "security", after: []string{"networking"},
		data:      of(t, `{"terraform_remote_state": {"networking": {"config": {"key": "dev/networking/terraform.tfstate"}}}}`),
		resources: blocks{"aws_vpc_security_group_ingress_rule": {}},
	}
	for i := range 60 {
		rules[fmt.Sprintf("r%02d", i)] = map[string]any{"security_group_id": "${aws_security_group.api.id}", "cidr_ipv4": fmt.Sprintf("10.0.%d.0/24", i)}
	}
	rules["v6"] = map[string]any{"security_group_id": "${aws_security_group.api.id}", "cidr_ipv6": "::/0"}
	expect(t, checked(t, networking, above))

	above.resources["aws_vpc_security_group_ingress_rule"]["more"] = map[string]any{"security_group_id": "${data.terraform_remote_state.networking.outputs.group}", "cidr_ipv4": "10.1.0.0/16"}
	expect(t, checked(t, networking, above), "dev-networking aws_security_group.api: has 61 ingress rules for IPv4, and the quota is 60: join address ranges [security-group]")

	clear(rules)
	clear(above.resources)
	rules["offices"] = map[string]any{"security_group_id": "${aws_security_group.api.id}", "prefix_list_id": "${aws_ec2_managed_prefix_list.offices.id}"}
	rules["others"] = map[string]any{"security_group_id": "${aws_security_group.api.id}", "referenced_security_group_id": "${aws_security_group.api.id}"}
	expect(t, checked(t, networking, above))
	rules["one"] = map[string]any{"security_group_id": "${aws_security_group.api.id}", "cidr_ipv4": "10.1.0.0/16"}
	expect(t, checked(t, networking, above), "dev-networking aws_security_group.api: has 61 ingress rules for IPv4, and the quota is 60: join address ranges [security-group]")
}

func TestInterfacesAreInFewGroups(t *testing.T) {
	stack := func(groups ...string) synthetic {
		return synthetic{layer: "compute", resources: blocks{"aws_ecs_service": {"api": {"network_configuration": []any{map[string]any{"security_groups": groups}}}}}}
	}
	expect(t, checked(t, stack("a", "b", "c", "d", "e")))
	expect(t, checked(t, stack("a", "b", "c", "d", "e", "f")),
		"dev-compute aws_ecs_service.api: network_configuration.security_groups has 6 groups, and a network interface is in at most 5 [security-group]")
}
