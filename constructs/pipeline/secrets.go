package pipeline

import "strata/constructs/policy"

// Secrets are what secrets take.
type Secrets struct {
	// Generated are the names of those whose values Terraform makes.
	Generated []string
}

// Secrets is what they take. A value that somebody else puts is nobody's business here.
func (s Scope) Secrets(of Secrets) Grants {
	own := s.arns("secretsmanager", "secret:"+s.Names.Project+"/"+s.Names.Environment+"/*")
	var generated, via []string
	for _, name := range of.Generated {
		generated = append(generated, s.arn("secretsmanager", "secret:"+name+"-??????"))
	}
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
		}},
		Write: []policy.Statement{{
			Sid: "ChangeSecrets", Resources: own,
			Actions: []string{
				"secretsmanager:CreateSecret", "secretsmanager:DeleteResourcePolicy", "secretsmanager:DeleteSecret", "secretsmanager:PutResourcePolicy",
				"secretsmanager:PutSecretValue", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret",
			},
		}, keys("EncryptSecrets", "kms:GenerateDataKey")},
	}
	if len(generated) > 0 {
		g.Read = append(g.Read, policy.Statement{
			// A new text at each run, which goes nowhere but into a new secret.
			Sid: "MakePasswords", Actions: []string{"secretsmanager:GetRandomPassword"}, Resources: []string{"*"},
		}, policy.Statement{
			// The provider reads a value at each refresh although it only writes it, and forgets it:
			// https://github.com/hashicorp/terraform-provider-aws/issues/42383, mended in 6.26.0. Until
			// the platform is there, whoever may plan can read what Terraform has made.
			Sid: "RefreshSecrets", Actions: []string{"secretsmanager:GetSecretValue"}, Resources: generated,
		}, keys("DecryptSecrets", "kms:Decrypt"))
	}
	if len(s.Regions) > 1 {
		g.Write = append(g.Write, policy.Statement{
			Sid: "CopySecrets", Actions: []string{"secretsmanager:RemoveRegionsFromReplication", "secretsmanager:ReplicateSecretToRegions"}, Resources: own,
		}, keys("EncryptCopiesOfSecrets", "kms:Encrypt"))
	}
	return g
}
