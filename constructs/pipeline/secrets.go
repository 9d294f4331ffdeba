package pipeline

import "strata/constructs/policy"

// Secrets is what secrets take, without a look at what is in them.
func (s Scope) Secrets() Grants {
	own := s.arns("secretsmanager", "secret:"+s.Names.Project+"/"+s.Names.Environment+"/*")
	var via []string
	for _, region := range s.Regions {
		via = append(via, "secretsmanager."+region+".amazonaws.com")
	}
	return Grants{
		Read: []policy.Statement{{
			Sid: "SeeSecrets", Actions: []string{"secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"}, Resources: own,
		}, {
			// A new text at each run, which goes nowhere but into a new secret.
			Sid: "MakePasswords", Actions: []string{"secretsmanager:GetRandomPassword"}, Resources: []string{"*"},
		}},
		Write: []policy.Statement{{
			Sid: "ChangeSecrets", Resources: own,
			Actions: []string{
				"secretsmanager:CreateSecret", "secretsmanager:DeleteResourcePolicy", "secretsmanager:DeleteSecret", "secretsmanager:PutResourcePolicy",
				"secretsmanager:PutSecretValue", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret",
			},
		}, {
			Sid: "EncryptSecrets", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: s.arns("kms", "key/*"),
			Conditions: append(s.ours(), policy.When("StringEquals", "kms:ViaService", via...)),
		}},
	}
}
