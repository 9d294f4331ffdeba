//go:build e2e

package e2e

// takenElsewhere are the actions that the pipeline's roles may do and that no test here takes, each
// with what does: a change in place of what is there.
var takenElsewhere = reasons(map[string][]string{
	"a tag that everything has gets another name": {
		"acm:RemoveTagsFromCertificate", "ec2:DeleteTags", "ecr:UntagResource", "elasticloadbalancing:RemoveTags", "iam:UntagInstanceProfile",
		"iam:UntagRole", "kms:UntagResource", "logs:UntagResource", "secretsmanager:UntagResource", "wafv2:UntagResource",
	},
	"a subnet gets another route table, a group's rule another description, an ACL's rule another port": {
		"ec2:ModifySecurityGroupRules", "ec2:ReplaceNetworkAclEntry", "ec2:ReplaceRouteTableAssociation",
	},
	"an endpoint's policy or its subnets change": {"ec2:ModifyVpcEndpoint"},
	"a service gets another path, priority or health check, or the load balancer another certificate or subnet": {
		"elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyTargetGroup",
		"elasticloadbalancing:SetRulePriorities", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
	},
	"firewall settings change":                                           {"wafv2:UpdateWebACL"},
	"a role gets another description, session length or taker":           {"iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"},
	"a key gets another user or description, or a log group another key": {"kms:PutKeyPolicy", "kms:UpdateAlias", "kms:UpdateKeyDescription", "logs:AssociateKmsKey"},
	"registry settings change":                                           {"ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability", "ecr:UpdateRepositoryCreationTemplate"},
	"a secret gets another key or description":                           {"secretsmanager:UpdateSecret"},
	"a zone that is made here gets another comment":                      {"route53:UpdateHostedZoneComment"},
})

// reasons by action.
func reasons(actions map[string][]string) map[string]string {
	by := map[string]string{}
	for reason, of := range actions {
		for _, action := range of {
			by[action] = reason
		}
	}
	return by
}
