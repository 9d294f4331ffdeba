package pipeline

import "strata/constructs/policy"

// Foundation is what every layer stands on: keys, buckets and log groups.
func (s Scope) Foundation() Grants { return join(s.keys(), s.buckets(), s.logs()) }

func (s Scope) keys() Grants {
	keys := s.arns("kms", "key/*")
	return Grants{
		Read: []policy.Statement{{
			Sid: "SeeKeys", Resources: keys, Conditions: s.ours(),
			Actions: []string{"kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"},
		}, {
			// Of the whole account; AWS has none finer.
			Sid: "FindAliases", Actions: []string{"kms:ListAliases"}, Resources: []string{"*"},
		}},
		Write: []policy.Statement{{
			Sid: "MakeKeys", Actions: []string{"kms:CreateKey"}, Resources: []string{"*"}, Conditions: s.made(),
		}, {
			// A key gets its tags with the permission to tag any key: it must have no others.
			Sid: "TagKeys", Actions: []string{"kms:TagResource"}, Resources: keys, Conditions: append(s.made(), s.nobodys()...),
		}, {
			Sid: "ChangeKeys", Resources: keys, Conditions: s.ours(),
			Actions: []string{
				"kms:CreateAlias", "kms:DeleteAlias", "kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
				"kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
			},
		}, {
			Sid: "NameKeys", Actions: []string{"kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"}, Resources: s.arns("kms", "alias/"+s.Names.Prefix()+"-*"),
		}},
	}
}

func (s Scope) buckets() Grants {
	own := []string{"arn:aws:s3:::" + s.Names.Prefix() + "-*"}
	g := Grants{
		Read: []policy.Statement{{
			Sid: "SeeBuckets", Resources: own,
			Actions: []string{
				"s3:GetAccelerateConfiguration", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLogging", "s3:GetBucketObjectLockConfiguration",
				"s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock", "s3:GetBucketRequestPayment", "s3:GetBucketTagging",
				"s3:GetBucketVersioning", "s3:GetBucketWebsite", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
				"s3:GetReplicationConfiguration", "s3:ListBucket",
			},
		}},
		Write: []policy.Statement{{
			Sid: "ChangeBuckets", Resources: own,
			Actions: []string{
				"s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy",
				"s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
			},
		}},
	}
	if s.Emptied {
		g.Write = append(g.Write, policy.Statement{
			// All keep versions, so that there is nothing else to delete.
			Sid: "EmptyBuckets", Resources: []string{own[0], own[0] + "/*"},
			Actions: []string{"s3:DeleteObjectVersion", "s3:ListBucketVersions"},
		})
	}
	return g
}

func (s Scope) logs() Grants {
	groups := []string{s.arn("logs", "log-group:/"+s.Names.Project+"/"+s.Names.Environment+"/*"), s.arn("logs", "log-group:aws-waf-logs-"+s.Names.Prefix()+"*")}
	return Grants{
		Read: []policy.Statement{{
			// It finds groups of the whole region by their names; AWS has none finer.
			Sid: "FindLogs", Actions: []string{"logs:DescribeLogGroups"}, Resources: []string{s.arn("logs", "log-group:*")},
		}, {
			Sid: "FindLogPolicies", Actions: []string{"logs:DescribeResourcePolicies"}, Resources: []string{"*"},
		}, {
			Sid: "SeeLogs", Actions: []string{"logs:ListTagsForResource"}, Resources: groups,
		}},
		Write: []policy.Statement{{
			Sid: "ChangeLogs", Resources: groups,
			Actions: []string{
				"logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
			},
		}, {
			// A policy of the region, by a name; AWS has none finer.
			Sid: "LetServicesLog", Actions: []string{"logs:DeleteResourcePolicy", "logs:PutResourcePolicy"}, Resources: []string{"*"},
		}},
	}
}
