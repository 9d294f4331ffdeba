package stacks_test

import (
	"slices"
	"strings"
	"testing"

	"strata/environments"
	"strata/internal/permissions"
	"strata/internal/rendered"
)

// Terraform locks the state also while it plans. AWS counts what decrypts among what writes.
var writtenByPlan = []string{"dynamodb:DeleteItem", "dynamodb:PutItem", "kms:Decrypt", "kms:GenerateDataKey", "s3:DeleteObject", "s3:PutObject"}

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
					lock := st.String("sid") == "UseTheStatesKey" || strings.HasPrefix(st.String("sid"), "LockState")
					if !permissions.ReadOnly(action) && (!lock || !slices.Contains(writtenByPlan, action)) {
						t.Errorf("%s lets whoever plans do %s, which writes", st.String("sid"), action)
					}
					if slices.Contains([]string{"secretsmanager:GetSecretValue", "ecr:BatchGetImage", "ssm:GetParameter", "logs:GetLogEvents"}, action) {
						t.Errorf("%s lets whoever plans look into what the product keeps, by %s", st.String("sid"), action)
					}
				}
			}
		}
		if seen == 0 {
			t.Error("the plan role can do nothing")
		}
	})
}
