package network

import (
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/networkacl"
)

// guard puts the network ACL of its tier around every subnet.
func (n *Network) guard() {
	all := acls(n.Layout, n.props.Ports)
	for _, tier := range Tiers {
		if err := all[tier].check(tier); err != nil {
			panic(err)
		}
		networkacl.NewNetworkAcl(n.scope, jsii.String(string(tier)+"_acl"), &networkacl.NetworkAclConfig{
			VpcId:     n.ID,
			SubnetIds: n.SubnetIDs(tier),
			Ingress:   ingress(all[tier].in),
			Egress:    egress(all[tier].out),
			Tags:      name(n.props.Name + "-" + string(tier)),
		})
	}
}

// Rules are numbered in tens, as AWS advises, so that one can be put between by hand in an
// emergency.
func number(i int) *float64 { return jsii.Number(10 * (i + 1)) }

func ingress(rules []rule) []*networkacl.NetworkAclIngress {
	out := make([]*networkacl.NetworkAclIngress, 0, len(rules))
	for i, r := range rules {
		e := &networkacl.NetworkAclIngress{
			RuleNo: number(i), Action: r.action(), Protocol: r.protocol(), CidrBlock: jsii.String(r.cidr),
			FromPort: jsii.Number(r.from), ToPort: jsii.Number(r.to),
		}
		e.IcmpType, e.IcmpCode = r.icmpTypeAndCode()
		out = append(out, e)
	}
	return out
}

func egress(rules []rule) []*networkacl.NetworkAclEgress {
	in := ingress(rules)
	out := make([]*networkacl.NetworkAclEgress, 0, len(in))
	for _, e := range in {
		out = append(out, (*networkacl.NetworkAclEgress)(e))
	}
	return out
}

func (r rule) action() *string {
	if r.allow {
		return jsii.String("allow")
	}
	return jsii.String("deny")
}

func (r rule) protocol() *string {
	if r.icmp {
		return jsii.String("icmp")
	}
	return jsii.String("tcp")
}

func (r rule) icmpTypeAndCode() (kind, code *float64) {
	if r.icmp {
		return jsii.Number(3), jsii.Number(4)
	}
	return nil, nil
}

func dashed(id string) string { return strings.ReplaceAll(id, "_", "-") }
