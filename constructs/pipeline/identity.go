package pipeline

import (
	"slices"

	"strata/constructs/policy"
)

// Identity is what roles take.
type Identity struct {
	// PassedTo are the services that roles of the environment are handed to.
	PassedTo []string
	// PassedARNs are roles that are handed to them and whose names are not the environment's.
	PassedARNs []string
	// ServiceLinked are the services whose own roles the environment makes, and ServiceLinkedOnUse
	// those that make theirs when they are first used.
	ServiceLinked, ServiceLinkedOnUse []string
}

// Identity is what it takes. Nobody makes, or changes, a role that isn't held to the boundary.
func (s Scope) Identity(i Identity) Grants {
	roles := []string{s.iam("role/" + s.Names.Prefix() + "-*")}
	profiles := []string{s.iam("instance-profile/" + s.Names.Prefix() + "-*")}
	bounded := []policy.Condition{policy.When("StringEquals", "iam:PermissionsBoundary", s.Boundary)}
	linked := func(services []string) (arns []string) {
		for _, service := range services {
			arns = append(arns, s.iam("role/aws-service-role/"+service+"/*"))
		}
		return arns
	}
	g := Grants{
		Read: []policy.Statement{{
			Sid: "SeeRoles", Resources: append(linked(i.ServiceLinked), roles...),
			Actions: []string{"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"},
		}, {
			Sid: "SeeInstanceProfiles", Actions: []string{"iam:GetInstanceProfile"}, Resources: profiles,
		}},
		Write: []policy.Statement{{
			Sid: "MakeRoles", Actions: []string{"iam:CreateRole", "iam:PutRolePolicy"}, Resources: roles, Conditions: bounded,
		}, {
			Sid: "ChangeRoles", Resources: roles,
			Actions: []string{
				"iam:DeleteRole", "iam:DeleteRolePolicy", "iam:ListInstanceProfilesForRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy",
				"iam:UpdateRole", "iam:UpdateRoleDescription",
			},
		}, {
			Sid: "HandRolesToServices", Actions: []string{"iam:PassRole"}, Resources: append(i.PassedARNs, roles...),
			Conditions: []policy.Condition{policy.When("StringEquals", "iam:PassedToService", i.PassedTo...)},
		}, {
			Sid: "ChangeInstanceProfiles", Resources: profiles,
			Actions: []string{
				"iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:RemoveRoleFromInstanceProfile",
				"iam:TagInstanceProfile", "iam:UntagInstanceProfile",
			},
		}},
	}
	if len(i.ServiceLinked) > 0 {
		g.Write = append(g.Write, policy.Statement{
			Sid: "ChangeServiceLinkedRoles", Resources: linked(i.ServiceLinked),
			Actions: []string{"iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus", "iam:TagRole", "iam:UntagRole"},
		})
	}
	if all := append(slices.Clone(i.ServiceLinked), i.ServiceLinkedOnUse...); len(all) > 0 {
		g.Write = append(g.Write, policy.Statement{
			Sid: "MakeServiceLinkedRoles", Actions: []string{"iam:CreateServiceLinkedRole"}, Resources: linked(all),
			Conditions: []policy.Condition{policy.When("StringEquals", "iam:AWSServiceName", all...)},
		})
	}
	return g
}
