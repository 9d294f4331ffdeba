package permissions

import "testing"

func TestPrincipalsExistBeforeThePolicyThatNamesThem(t *testing.T) {
	const (
		role   = "arn:aws:iam::111111111111:role/strata-dev-api"
		linked = "arn:aws:iam::111111111111:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
	)
	key := func(principal string, resources, document string) synthetic {
		s := synthetic{layer: "security", resources: of(t, resources)}
		read(t, `{"aws_iam_policy_document": {"it": {`+document+`"statement": [
			{"sid": "Use", "actions": ["kms:Decrypt"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["`+principal+`"]}]}]}}}`, &s.data)
		return s
	}
	const (
		policy = `"policy": "${data.aws_iam_policy_document.it.json}"`
		made   = `"aws_iam_role": {"api": {"name": "strata-dev-api"}}`
	)
	below := synthetic{layer: "networking", resources: of(t, "{"+made+"}"), outputs: map[string]any{"role": "${aws_iam_role.api.arn}"}}
	onTop := func(s synthetic) synthetic {
		s.after = []string{"networking"}
		return s
	}
	for _, c := range []struct {
		name   string
		stacks []synthetic
		want   string
	}{
		{"the account", []synthetic{key("arn:aws:iam::111111111111:root", `{"aws_kms_key": {"it": {`+policy+`}}}`, "")}, ""},
		{"a role by reference", []synthetic{key("${aws_iam_role.api.arn}", `{`+made+`, "aws_kms_key": {"it": {`+policy+`}}}`, "")}, ""},
		{"a role by its ARN, made whenever", []synthetic{key(role, `{`+made+`, "aws_kms_key": {"it": {`+policy+`}}}`, "")},
			"names " + role + ", which may be made later: refer to aws_iam_role.api or name it in depends_on"},
		{"a role by its ARN, which the key depends on", []synthetic{key(role, `{`+made+`, "aws_kms_key": {"it": {"depends_on": ["aws_iam_role.api"], `+policy+`}}}`, "")}, ""},
		{"a role by its ARN, which the document depends on", []synthetic{key(role, `{`+made+`, "aws_kms_key": {"it": {`+policy+`}}}`, `"depends_on": ["aws_iam_role.api"], `)}, ""},
		{"a role by its ARN, which the key depends on by way of another resource", []synthetic{key(role, `{`+made+`,
			"aws_iam_role_policy_attachment": {"api": {"role": "${aws_iam_role.api.name}", "policy_arn": "arn:aws:iam::111111111111:policy/strata-dev-api"}},
			"aws_kms_key": {"it": {"depends_on": ["aws_iam_role_policy_attachment.api"], `+policy+`}}}`, "")}, ""},
		{"a role of a layer below", []synthetic{below, onTop(key(role, `{"aws_kms_key": {"it": {`+policy+`}}}`, ""))}, ""},
		{"a role of a layer that is not below", []synthetic{below, key(role, `{"aws_kms_key": {"it": {`+policy+`}}}`, "")},
			"names " + role + ", which dev-networking makes, which is no stack below this one"},
		{"a role that nothing makes", []synthetic{key(role, `{"aws_kms_key": {"it": {`+policy+`}}}`, "")},
			"names " + role + ", which no stack makes: AWS refuses the policy while it does not exist"},
		{"a service-linked role that nothing makes", []synthetic{key(linked, `{"aws_kms_key": {"it": {`+policy+`}}}`, "")},
			"names " + linked + ", which no stack makes: AWS refuses the policy while it does not exist"},
		{"a service-linked role", []synthetic{key(linked, `{"aws_iam_service_linked_role": {"scaling": {"aws_service_name": "autoscaling.amazonaws.com"}},
			"aws_kms_key": {"it": {"depends_on": ["aws_iam_service_linked_role.scaling"], `+policy+`}}}`, "")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want []string
			if c.want != "" {
				want = []string{"dev-security data.aws_iam_policy_document.it statement Use: " + c.want + " [missing-principal]"}
			}
			expect(t, checked(t, c.stacks...), want...)
		})
	}
}
