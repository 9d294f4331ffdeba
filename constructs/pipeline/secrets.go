package pipeline

import (
	"strata/constructs/policy"
	"strata/constructs/secret"
)

// Secrets is what secrets take. A value that somebody else puts is nobody's business here.
func (s Scope) Secrets() Grants {
	own := s.arns("secretsmanager", "secret:"+s.Names.Project+"/"+s.Names.Environment+"/*")
	var via []string
	for _, region := range s.Regions {
		via = append(via, "secretsmanager."+region+".amazonaws.com")
	}
	keys := func(sid string, actions ...string) policy.Statement {
		return policy.Statement{
			Sid: sid, Actions: actions, Resources: s.arns("kms", "key/*"),
			Conditions: append(s.ours(), policy.When("StringEquals", "kms:ViaService", via...)),
		}
	}
	g := Grants{
		Read: []policy.Statement{{
			Sid: "SeeSecrets", Actions: []string{"secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"}, Resources: own,
		}, {
			// A new text at each run, which goes nowhere but into a new secret.
			Sid: "MakePasswords", Actions: []string{"secretsmanager:GetRandomPassword"}, Resources: []string{"*"},
		}, {
			// The provider reads a value at each refresh although it only writes it, and forgets it:
			// https://github.com/hashicorp/terraform-provider-aws/issues/42383, mended in 6.26.0. Until
			// the platform is there, whoever may plan can read what Terraform has made.
			Sid: "RefreshSecrets", Actions: []string{"secretsmanager:GetSecretValue"}, Resources: own,
			Conditions: []policy.Condition{policy.When("StringEquals", resourceTag+secret.Generated, secret.ByTerraform)},
		}, keys("DecryptSecrets", "kms:Decrypt")},
		Write: []policy.Statement{{
			Sid: "ChangeSecrets", Resources: own,
			Actions: []string{
				"secretsmanager:CreateSecret", "secretsmanager:DeleteResourcePolicy", "secretsmanager:DeleteSecret", "secretsmanager:PutResourcePolicy",
				"secretsmanager:PutSecretValue", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret",
			},
		}, keys("EncryptSecrets", "kms:GenerateDataKey")},
	}
	if len(s.Regions) > 1 {
		g.Write = append(g.Write, policy.Statement{
			Sid: "CopySecrets", Actions: []string{"secretsmanager:RemoveRegionsFromReplication", "secretsmanager:ReplicateSecretToRegions"}, Resources: own,
		}, keys("EncryptCopiesOfSecrets", "kms:Encrypt"))
	}
	return g
}
