package pipeline

import (
	"strata/constructs/policy"
	"strata/internal/naming"
)

// Edge is what stands between the internet and the services: domain, certificate, firewall and
// load balancer.
type Edge struct {
	// LoadBalancer and Firewall are their names.
	LoadBalancer, Firewall string
	// Domain of the environment, and the zone that it is in, empty where the environment makes one.
	Domain, ZoneID string
}

// Edge is what it takes.
func (s Scope) Edge(e Edge) Grants {
	return join(s.balancer(e), s.firewall(e), s.domain(e))
}

func (s Scope) balancer(e Edge) Grants {
	balancer := s.arn("elasticloadbalancing", "loadbalancer/app/"+e.LoadBalancer+"/*")
	return Grants{
		Read: []policy.Statement{{
			// It tells either everything or nothing of what there is in the region.
			Sid: "SeeLoadBalancer", Resources: []string{"*"},
			Actions: []string{
				"elasticloadbalancing:DescribeCapacityReservation", "elasticloadbalancing:DescribeListenerAttributes", "elasticloadbalancing:DescribeListeners",
				"elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeRules",
				"elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups",
			},
		}},
		Write: []policy.Statement{{
			Sid: "ChangeLoadBalancer",
			Resources: []string{
				balancer, s.arn("elasticloadbalancing", "listener/app/"+e.LoadBalancer+"/*"), s.arn("elasticloadbalancing", "listener-rule/app/"+e.LoadBalancer+"/*"),
				s.arn("elasticloadbalancing", "targetgroup/"+s.Names.All(naming.TargetGroup)+"/*"),
			},
			Actions: []string{
				"elasticloadbalancing:AddTags", "elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateRule",
				"elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteLoadBalancer",
				"elasticloadbalancing:DeleteRule", "elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:ModifyListener",
				"elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:ModifyRule",
				"elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:RemoveTags",
				"elasticloadbalancing:SetRulePriorities", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets", "elasticloadbalancing:SetWebAcl",
			},
		}, {
			// Elastic Load Balancing looks around the network for whoever makes a load balancer.
			Sid: "LetTheLoadBalancerLookAround", Actions: []string{"ec2:DescribeAccountAttributes"}, Resources: []string{"*"},
		}, {
			// https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3921
			Sid: "LetTheLoadBalancerFindGroups", Actions: []string{"ec2:GetSecurityGroupsForVpc"}, Resources: []string{s.arn("ec2", "vpc/*")}, Conditions: s.ours(),
		}},
	}
}

func (s Scope) firewall(e Edge) Grants {
	own := s.arn("wafv2", "regional/webacl/"+e.Firewall+"/*")
	balancer := s.arn("elasticloadbalancing", "loadbalancer/app/"+e.LoadBalancer+"/*")
	return Grants{
		Read: []policy.Statement{{
			Sid: "SeeFirewall", Resources: []string{own, balancer},
			Actions: []string{"wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", "wafv2:GetWebACLForResource", "wafv2:ListTagsForResource"},
		}},
		Write: []policy.Statement{{
			Sid: "ChangeFirewall", Resources: []string{own, balancer, s.arn("wafv2", "regional/managedruleset/*/*")},
			Actions: []string{
				"wafv2:AssociateWebACL", "wafv2:CreateWebACL", "wafv2:DeleteLoggingConfiguration", "wafv2:DeleteWebACL", "wafv2:DisassociateWebACL",
				"wafv2:PutLoggingConfiguration", "wafv2:TagResource", "wafv2:UntagResource", "wafv2:UpdateWebACL",
			},
		}, {
			// WAF sets up how its log is delivered for whoever asks for one; AWS has none finer:
			// https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html.
			Sid: "DeliverTheFirewallsLog", Resources: []string{"*"},
			Actions: []string{"logs:CreateLogDelivery", "logs:DeleteLogDelivery"},
		}},
	}
}

func (s Scope) domain(e Edge) Grants {
	zone := "arn:aws:route53:::hostedzone/" + e.ZoneID
	g := Grants{}
	if e.ZoneID == "" {
		// Route 53 chooses a zone's id.
		zone += "*"
		g.Write = []policy.Statement{{
			Sid: "MakeZone", Actions: []string{"route53:CreateHostedZone"}, Resources: []string{"*"},
		}, {
			Sid: "ChangeZone", Actions: []string{"route53:ChangeTagsForResource", "route53:DeleteHostedZone", "route53:GetDNSSEC", "route53:UpdateHostedZoneComment"}, Resources: []string{zone},
		}}
	}
	certificates := []string{s.arn("acm", "certificate/*")}
	g.Read = []policy.Statement{{
		Sid: "SeeZone", Resources: []string{zone},
		Actions: []string{"route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:ListTagsForResource"},
	}, {
		Sid: "SeeCertificate", Actions: []string{"acm:DescribeCertificate", "acm:ListTagsForCertificate"}, Resources: certificates, Conditions: s.ours(),
	}}
	g.Write = append(g.Write, policy.Statement{
		// What is in a zone are names of the environment, and no others:
		// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html.
		Sid: "ChangeRecords", Actions: []string{"route53:ChangeResourceRecordSets"}, Resources: []string{zone},
		Conditions: []policy.Condition{policy.When("ForAllValues:StringLike", "route53:ChangeResourceRecordSetsNormalizedRecordNames", e.Domain, "*."+e.Domain)},
	}, policy.Statement{
		Sid: "AwaitRecords", Actions: []string{"route53:GetChange"}, Resources: []string{"arn:aws:route53:::change/*"},
	}, policy.Statement{
		Sid: "RequestCertificate", Actions: []string{"acm:RequestCertificate"}, Resources: []string{"*"}, Conditions: s.made(),
	}, policy.Statement{
		Sid: "TagCertificate", Actions: []string{"acm:AddTagsToCertificate"}, Resources: certificates, Conditions: append(s.made(), s.nobodys()...),
	}, policy.Statement{
		Sid: "ChangeCertificate", Resources: certificates, Conditions: s.ours(),
		Actions: []string{"acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"},
	})
	return g
}

// join is all of several grants.
func join(all ...Grants) (joined Grants) {
	for _, g := range all {
		joined.Read, joined.Write = append(joined.Read, g.Read...), append(joined.Write, g.Write...)
	}
	return joined
}
