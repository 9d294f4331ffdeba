package permissions

import (
	"strings"
	"testing"
)

// The stack in which the statements of escalation stand also makes the project's boundary, and a
// role that has it.
const bounded = `{
	"aws_iam_policy": {"boundary": {"name": "strata-dev-boundary", "policy": "${data.aws_iam_policy_document.boundary.json}"}},
	"aws_iam_role": {"api": {
		"name": "strata-dev-api", "assume_role_policy": "${data.aws_iam_policy_document.trust.json}", "permissions_boundary": "${aws_iam_policy.boundary.arn}"}},
	"aws_iam_role_policy": {"it": {"role": "strata-dev-deploy", "policy": "${data.aws_iam_policy_document.it.json}"}}}`

func TestEscalations(t *testing.T) {
	const keep = `{"sid": "KeepBoundary", "effect": "Deny", "actions": ["iam:CreatePolicyVersion", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion"], "resources": ["${aws_iam_policy.boundary.arn}"]}`
	for _, c := range []struct {
		name      string
		statement string
		want      []string
	}{
		{"passing any role to any service",
			`{"sid": "Pass", "actions": ["iam:PassRole"], "resources": ["*"]}`,
			[]string{
				"allows iam:PassRole on *: name what is the project's, as arn:aws:iam::111111111111:role/strata-dev-*",
				"allows iam:PassRole to any service: add a condition StringEquals iam:PassedToService with the services that are meant",
			}},
		{"passing the project's roles to one service",
			`{"sid": "Pass", "actions": ["iam:PassRole"], "resources": ["arn:aws:iam::111111111111:role/strata-dev-*"], "condition": [{"test": "StringEquals", "variable": "iam:PassedToService", "values": ["ecs-tasks.amazonaws.com"]}]}`, nil},
		{"passing a role that the stack makes",
			`{"sid": "Pass", "actions": ["iam:PassRole"], "resources": ["${aws_iam_role.api.arn}"], "condition": [{"test": "StringEquals", "variable": "iam:PassedToService", "values": ["ecs-tasks.amazonaws.com"]}]}`, nil},
		{"passing roles of names that only begin alike",
			`{"sid": "Pass", "actions": ["iam:PassRole"], "resources": ["arn:aws:iam::111111111111:role/strata-dev*"], "condition": [{"test": "StringEquals", "variable": "iam:PassedToService", "values": ["ecs-tasks.amazonaws.com"]}]}`,
			[]string{"allows iam:PassRole on arn:aws:iam::111111111111:role/strata-dev*: name what is the project's, as arn:aws:iam::111111111111:role/strata-dev-*"}},
		{"making roles without a limit",
			`{"sid": "Make", "actions": ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"], "resources": ["arn:aws:iam::111111111111:role/strata-dev-*"]}`,
			[]string{"allows iam:CreateRole, iam:PutRolePolicy, iam:AttachRolePolicy, iam:PutRolePermissionsBoundary without a permissions boundary: add a condition StringEquals iam:PermissionsBoundary with the ARN of the project's boundary"}},
		{"making roles with the project's boundary",
			`{"sid": "Make", "actions": ["iam:CreateRole", "iam:PutRolePolicy"], "resources": ["arn:aws:iam::111111111111:role/strata-dev-*"], "condition": [{"test": "StringEquals", "variable": "iam:PermissionsBoundary", "values": ["${aws_iam_policy.boundary.arn}"]}]}`, nil},
		{"making roles with any boundary",
			`{"sid": "Make", "actions": ["iam:CreateRole"], "resources": ["arn:aws:iam::111111111111:role/strata-dev-*"], "condition": [{"test": "StringLike", "variable": "iam:PermissionsBoundary", "values": ["arn:aws:iam::111111111111:policy/*"]}]}`,
			[]string{"allows iam:CreateRole without a permissions boundary: add a condition StringEquals iam:PermissionsBoundary with the ARN of the project's boundary"}},
		{"taking boundaries off",
			`{"sid": "Free", "actions": ["iam:DeleteRolePermissionsBoundary"], "resources": ["arn:aws:iam::111111111111:role/strata-dev-*"], "condition": [{"test": "StringEquals", "variable": "iam:PermissionsBoundary", "values": ["${aws_iam_policy.boundary.arn}"]}]}`,
			[]string{"allows iam:DeleteRolePermissionsBoundary which takes the limit off a role or user: leave it to the account's administrators"}},
		{"editing the boundary",
			`{"sid": "Edit", "actions": ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"], "resources": ["arn:aws:iam::111111111111:policy/strata-dev-*"]}`,
			[]string{"allows iam:CreatePolicyVersion, iam:SetDefaultPolicyVersion on arn:aws:iam::111111111111:policy/strata-dev-boundary, which is a permissions boundary: add a Deny of iam:CreatePolicyVersion, iam:DeletePolicy, iam:DeletePolicyVersion, iam:SetDefaultPolicyVersion on it"}},
		{"editing policies, the boundary excepted",
			`{"sid": "Edit", "actions": ["iam:CreatePolicyVersion"], "resources": ["arn:aws:iam::111111111111:policy/strata-dev-*"]},` + keep, nil},
		{"editing any policy",
			`{"sid": "Edit", "actions": ["iam:CreatePolicyVersion"], "resources": ["*"]},` + keep,
			[]string{"allows iam:CreatePolicyVersion on *: name what is the project's, as arn:aws:iam::111111111111:policy/strata-dev-*"}},
		{"a wildcard among others",
			`{"sid": "Trust", "actions": ["iam:UpdateAssume*"], "resources": ["arn:aws:iam::111111111111:role/*"]}`,
			[]string{"allows iam:UpdateAssumeRolePolicy on arn:aws:iam::111111111111:role/*: name what is the project's, as arn:aws:iam::111111111111:role/strata-dev-*"}},
		{"users' keys and passwords",
			`{"sid": "Users", "actions": ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:AddUserToGroup"], "resources": ["*"]}`,
			[]string{
				"allows iam:AddUserToGroup on *: name what is the project's, as arn:aws:iam::111111111111:group/strata-dev-*",
				"allows iam:CreateAccessKey, iam:CreateLoginProfile on *: name what is the project's, as arn:aws:iam::111111111111:user/strata-dev-*",
			}},
		{"being any role",
			`{"sid": "Be", "actions": ["sts:AssumeRole"], "resources": ["*"]}`,
			[]string{"allows sts:AssumeRole on every resource: name those that are meant, as arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"}},
		{"being a role of another account",
			`{"sid": "Be", "actions": ["sts:AssumeRole"], "resources": ["arn:aws:iam::222222222222:role/dns-delegation"]}`, nil},
		{"the code of any function",
			`{"sid": "Code", "actions": ["lambda:UpdateFunctionCode"], "resources": ["arn:aws:lambda:eu-central-1:111111111111:function:*"]}`,
			[]string{"allows lambda:UpdateFunctionCode on every resource: name those that are meant, as arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}"}},
		{"the policy of any key",
			`{"sid": "Keys", "actions": ["kms:PutKeyPolicy"], "resources": ["*"], "condition": [{"test": "StringEquals", "variable": "kms:ViaService", "values": ["s3.eu-central-1.amazonaws.com"]}]}`,
			[]string{"allows kms:PutKeyPolicy on every resource: name those that are meant, as arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}"}},
		{"the policy of the project's keys",
			`{"sid": "Keys", "actions": ["kms:PutKeyPolicy"], "resources": ["*"], "condition": [{"test": "StringEquals", "variable": "aws:ResourceTag/Project", "values": ["strata"]}]}`, nil},
		{"grants to anybody",
			`{"sid": "Grant", "actions": ["kms:CreateGrant"], "resources": ["arn:aws:kms:eu-central-1:111111111111:key/11111111-2222-3333-4444-555555555555"]}`,
			[]string{"allows kms:CreateGrant to whomever a grant names: add a condition Bool kms:GrantIsForAWSResource true, or kms:ViaService"}},
		{"grants to AWS's services",
			`{"sid": "Grant", "actions": ["kms:CreateGrant"], "resources": ["*"], "condition": [{"test": "Bool", "variable": "kms:GrantIsForAWSResource", "values": ["true"]}]}`, nil},
		{"grants through one of them",
			`{"sid": "Grant", "actions": ["kms:CreateGrant"], "resources": ["arn:aws:kms:eu-central-1:111111111111:key/11111111-2222-3333-4444-555555555555"], "condition": [{"test": "StringEquals", "variable": "kms:ViaService", "values": ["ecr.eu-central-1.amazonaws.com"]}]}`, nil},
		{"the role of one service",
			`{"sid": "Linked", "actions": ["iam:CreateServiceLinkedRole"], "resources": ["*"], "condition": [{"test": "StringEquals", "variable": "iam:AWSServiceName", "values": ["ecs.amazonaws.com"]}]}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := synthetic{layer: "security", resources: of(t, bounded), data: of(t, `{"aws_iam_policy_document": {
				"it": {"statement": [`+c.statement+`]},
				"boundary": {"statement": [{"sid": "Most", "actions": ["logs:*"], "resources": ["*"]}]},
				"trust": {"statement": [{"sid": "Trust", "actions": ["sts:AssumeRole"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}]}}}`)}
			var got []string
			for _, f := range checked(t, s) {
				got = append(got, f.Problem+" ["+f.Rule+"]")
			}
			want := make([]string, 0, len(c.want))
			for _, problem := range c.want {
				want = append(want, problem+" [escalation]")
			}
			if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
				t.Errorf("found\n%s\nwant\n%s", g, w)
			}
		})
	}
}

func TestGrantsInAKeyPolicyAreForServices(t *testing.T) {
	s := used(t, KeyPolicy, `{"sid": "Grant", "actions": ["kms:CreateGrant"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["111111111111"]}]}`)
	expect(t, checked(t, s), "dev-security data.aws_iam_policy_document.it statement Grant: "+
		"allows kms:CreateGrant to whomever a grant names: add a condition Bool kms:GrantIsForAWSResource true, or kms:ViaService [escalation]")
}
