package pipeline

import "strata/constructs/policy"

// Images are what image repositories take.
type Images struct {
	// Namespaces that the repositories' names begin with.
	Namespaces []string
	// Registry is whether the environment sets what holds for the whole registry.
	Registry bool
}

// Images is what they take. Nobody who deploys pushes.
func (s Scope) Images(i Images) Grants {
	var own []string
	for _, namespace := range i.Namespaces {
		own = append(own, s.arn("ecr", "repository/"+namespace+"/*"))
	}
	var via []string
	for _, region := range s.Regions {
		via = append(via, "ecr."+region+".amazonaws.com")
	}
	g := Grants{
		Read: []policy.Statement{{
			Sid: "SeeRepositories", Resources: own,
			Actions: []string{"ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:ListTagsForResource"},
		}},
		Write: []policy.Statement{{
			Sid: "ChangeRepositories", Resources: own,
			Actions: []string{
				"ecr:CreateRepository", "ecr:DeleteLifecyclePolicy", "ecr:DeleteRepository", "ecr:DeleteRepositoryPolicy", "ecr:PutImageScanningConfiguration",
				"ecr:PutImageTagMutability", "ecr:PutLifecyclePolicy", "ecr:SetRepositoryPolicy", "ecr:TagResource", "ecr:UntagResource",
			},
		}, {
			Sid: "EncryptImages", Actions: []string{"kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"}, Resources: s.arns("kms", "key/*"),
			Conditions: append(s.ours(), policy.When("StringEquals", "kms:ViaService", via...)),
		}},
	}
	if i.Registry {
		g = join(g, Grants{
			Read: []policy.Statement{{
				// The registry is the account's; AWS has none finer.
				Sid: "SeeRegistry", Resources: []string{"*"},
				Actions: []string{
					"ecr:DescribePullThroughCacheRules", "ecr:DescribeRegistry", "ecr:DescribeRepositoryCreationTemplates", "ecr:GetRegistryScanningConfiguration",
				},
			}},
			Write: []policy.Statement{{
				Sid: "ChangeRegistry", Resources: []string{"*"},
				Actions: []string{
					"ecr:CreatePullThroughCacheRule", "ecr:CreateRepositoryCreationTemplate", "ecr:DeletePullThroughCacheRule",
					"ecr:DeleteRepositoryCreationTemplate", "ecr:PutRegistryScanningConfiguration", "ecr:PutReplicationConfiguration",
					"ecr:UpdateRepositoryCreationTemplate",
				},
			}},
		})
	}
	return g
}
