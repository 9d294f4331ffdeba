package pipeline

import "strata/constructs/policy"

// Images are what image repositories take.
type Images struct {
	// Namespaces that the repositories' names begin with.
	Namespaces []string
	// Templates are the namespaces whose repositories are made by templates, by region.
	Templates map[string][]string
	// Registry is whether the environment sets what holds for the whole registry, and InDepth
	// whether Inspector scans its images.
	Registry, InDepth bool
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
			Sid: "EncryptImages", Actions: []string{"kms:CreateGrant", "kms:RetireGrant"}, Resources: s.arns("kms", "key/*"),
			Conditions: append(s.ours(), policy.When("StringEquals", "kms:ViaService", via...)),
		}},
	}
	if len(i.Templates) > 0 {
		var made []string
		for _, region := range s.Regions {
			for _, namespace := range i.Templates[region] {
				made = append(made, "arn:aws:ecr:"+region+":"+s.Account+":repository/"+namespace+"/*")
			}
		}
		g = join(g, Grants{
			Read: []policy.Statement{{
				// Templates are the registry's; AWS has none finer.
				Sid: "SeeTemplates", Resources: []string{"*"}, Actions: []string{"ecr:DescribeRepositoryCreationTemplates"},
			}},
			Write: []policy.Statement{{
				Sid: "ChangeTemplates", Resources: []string{"*"},
				Actions: []string{"ecr:CreateRepositoryCreationTemplate", "ecr:DeleteRepositoryCreationTemplate", "ecr:UpdateRepositoryCreationTemplate"},
			}, {
				// Who makes a template must be allowed what it will do:
				// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html.
				Sid: "LetTemplatesWork", Resources: made, Actions: []string{"ecr:CreateRepository", "ecr:PutLifecyclePolicy", "ecr:SetRepositoryPolicy"},
			}},
		})
	}
	if i.InDepth {
		// Who has images scanned in depth must be allowed to have Inspector do it:
		// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-iam.html.
		g.Write = append(g.Write, policy.Statement{
			Sid: "ScanInDepth", Resources: []string{"*"}, Actions: []string{"inspector2:ListAccountPermissions"},
		})
	}
	if i.Registry {
		g = join(g, Grants{
			Read: []policy.Statement{{
				// The registry is the account's; AWS has none finer.
				Sid: "SeeRegistry", Resources: []string{"*"},
				Actions: []string{
					"ecr:DescribePullThroughCacheRules", "ecr:DescribeRegistry", "ecr:GetRegistryScanningConfiguration",
				},
			}},
			Write: []policy.Statement{{
				Sid: "ChangeRegistry", Resources: []string{"*"},
				Actions: []string{
					"ecr:CreatePullThroughCacheRule", "ecr:DeletePullThroughCacheRule", "ecr:PutRegistryScanningConfiguration", "ecr:PutReplicationConfiguration",
				},
			}},
		})
	}
	return g
}
