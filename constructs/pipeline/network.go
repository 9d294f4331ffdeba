package pipeline

import "strata/constructs/policy"

// Network is what a VPC takes, with all that is in it.
func (s Scope) Network() Grants {
	all := s.arn("ec2", "*")
	kinds := func(kinds ...string) (arns []string) {
		for _, kind := range kinds {
			arns = append(arns, s.arn("ec2", kind+"/*"))
		}
		return arns
	}
	return Grants{
		Read: []policy.Statement{{
			// EC2 tells either everything or nothing of what there is in the region.
			Sid: "SeeNetwork", Resources: []string{"*"},
			Actions: []string{
				"ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute", "ec2:DescribeFlowLogs", "ec2:DescribeInternetGateways",
				"ec2:DescribeNatGateways", "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces", "ec2:DescribePrefixLists", "ec2:DescribeRouteTables",
				"ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
				"ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs",
			},
		}, {
			Sid: "SeeVPC", Actions: []string{"ec2:DescribeVpcAttribute"}, Resources: kinds("vpc"), Conditions: s.ours(),
		}},
		Write: []policy.Statement{{
			Sid: "MakeNetwork", Conditions: s.made(),
			Resources: kinds("elastic-ip", "internet-gateway", "natgateway", "network-acl", "route-table", "security-group", "security-group-rule",
				"subnet", "vpc", "vpc-endpoint", "vpc-flow-log"),
			Actions: []string{
				"ec2:AllocateAddress", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateFlowLogs",
				"ec2:CreateInternetGateway", "ec2:CreateNatGateway", "ec2:CreateNetworkAcl", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup",
				"ec2:CreateSubnet", "ec2:CreateVpc", "ec2:CreateVpcEndpoint",
			},
		}, {
			// Only while something is made: whoever may tag what is there makes it his.
			Sid: "TagWhatIsMade", Actions: []string{"ec2:CreateTags"}, Resources: []string{all},
			Conditions: append(s.made(), policy.When("StringLike", "ec2:CreateAction", "AllocateAddress", "AuthorizeSecurityGroup*", "Create*")),
		}, {
			Sid: "ChangeNetwork", Resources: []string{all}, Conditions: s.ours(),
			Actions: []string{
				"ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress",
				"ec2:CreateFlowLogs", "ec2:CreateNatGateway", "ec2:CreateNetworkAcl", "ec2:CreateNetworkAclEntry", "ec2:CreateRoute",
				"ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateTags", "ec2:CreateVpcEndpoint",
				"ec2:DeleteFlowLogs", "ec2:DeleteInternetGateway", "ec2:DeleteNatGateway", "ec2:DeleteNetworkAcl", "ec2:DeleteNetworkAclEntry",
				"ec2:DeleteRoute", "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc",
				"ec2:DeleteVpcEndpoints", "ec2:DetachInternetGateway", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable",
				"ec2:ModifySecurityGroupRules", "ec2:ModifyVpcAttribute", "ec2:ModifyVpcEndpoint", "ec2:ReleaseAddress",
				"ec2:ReplaceNetworkAclAssociation", "ec2:ReplaceNetworkAclEntry", "ec2:ReplaceRoute", "ec2:ReplaceRouteTableAssociation",
				"ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
			},
		}, {
			// What comes with a VPC has no tags until it is emptied and tagged: its group, its network
			// ACL, its route table.
			Sid: "EmptyWhatComesWithTheVPC", Resources: kinds("network-acl", "route-table", "security-group"), Conditions: s.nobodys(),
			Actions: []string{"ec2:CreateTags", "ec2:DeleteNetworkAclEntry"},
		}, {
			// A NAT gateway's address is taken from the interface that AWS made for it.
			Sid: "FreeAddresses", Actions: []string{"ec2:DisassociateAddress"}, Resources: kinds("network-interface"), Conditions: s.nobodys(),
		}},
	}
}
