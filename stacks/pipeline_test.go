package stacks_test

import (
	"slices"
	"strings"
	"testing"

	"strata/environments"
	"strata/internal/permissions"
	"strata/internal/rendered"
)

// exceptionsOfPlans are what whoever plans may do besides reading what there is, by statement:
// Terraform locks the state also while it plans, and the provider reads the secrets that Terraform
// made. AWS counts what decrypts among what writes.
var exceptionsOfPlans = map[string][]string{
	"LockState":       {"dynamodb:DeleteItem", "dynamodb:PutItem"}, // not the digests
	"LockStateByFile": {"s3:DeleteObject", "s3:PutObject"},
	"UseTheStatesKey": {"kms:Decrypt", "kms:GenerateDataKey"},
	"RefreshSecrets":  {"secretsmanager:GetSecretValue"},
	"DecryptSecrets":  {"kms:Decrypt"},
}

// content are actions that look into what the product keeps.
var content = []string{"ecr:BatchGetImage", "logs:GetLogEvents", "secretsmanager:GetSecretValue", "ssm:GetParameter"}

func TestWhoPlansOnlyReads(t *testing.T) {
	each(t, "backend", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		if env.CI.Repository == "" {
			t.Skip("the environment's file names no repository")
		}
		for _, attached := range s.Of("aws_iam_role_policy_attachment") {
			if strings.Contains(attached.String("role"), "aws_iam_role.plan_role.") {
				t.Errorf("%s gives the plan role a managed policy; grant what plans read with role.GrantAll", attached.Address())
			}
		}
		seen := 0
		for _, inline := range s.Of("aws_iam_role_policy") {
			if !strings.Contains(inline.String("role"), "aws_iam_role.plan_role.") {
				continue
			}
			for _, st := range document(t, s, inline.String("policy")) {
				seen++
				for _, action := range st.List("actions") {
					if (!permissions.ReadOnly(action) || slices.Contains(content, action)) && !slices.Contains(exceptionsOfPlans[st.String("sid")], action) {
						t.Errorf("%s lets whoever plans do %s, which writes, or looks into what the product keeps", st.String("sid"), action)
					}
				}
			}
		}
		if seen == 0 {
			t.Error("the plan role can do nothing")
		}
	})
}
