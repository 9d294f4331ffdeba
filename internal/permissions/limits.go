package permissions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"strata/internal/rendered"
)

// size: a policy has at most as many characters as AWS takes in its place.
func (c *check) size(d *document) {
	for _, u := range d.usages {
		if length := characters(d.statements); u.limit > 0 && length > u.limit {
			c.report("policy-size", d.stack, d.address, "", "is up to %d characters long as the %s of %s, and AWS takes %d: split it, or name its resources with a wildcard", length, u.kind, u.block.Address(), u.limit)
		}
	}
}

// longest are the most characters of the names that IAM gives out, by attribute of a type:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
var longest = map[string]int{
	"aws_iam_group": 128, "aws_iam_group_policy": 128, "aws_iam_instance_profile": 128, "aws_iam_policy": 128,
	"aws_iam_role": 64, "aws_iam_role_policy": 128, "aws_iam_user": 64, "aws_iam_user_policy": 128,
}

// names: IAM takes names up to a length. Terraform adds 26 characters to a name_prefix.
func (c *check) names(s *stack) {
	const added = 26
	for _, r := range s.Resources {
		most, ok := longest[r.Type]
		if !ok {
			continue
		}
		if name := r.String("name"); len(name) > most {
			c.report("name-length", s, r.Address(), "", "the name %q has %d characters, and IAM takes %d", name, len(name), most)
		}
		if prefix := r.String("name_prefix"); len(prefix)+added > most {
			c.report("name-length", s, r.Address(), "", "the name_prefix %q has %d characters, and IAM takes %d", prefix, len(prefix), most-added)
		}
	}
}

// foreignPolicies: a policy that AWS manages grants what the rendering does not show and what
// AWS may change, so that attaching one needs a reason:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-use-aws-defined-policies.
func (c *check) foreignPolicies(s *stack) {
	for _, r := range s.Resources {
		for _, arn := range s.resolveAll(Attached(r)) {
			if accountOf(arn) == "aws" {
				c.report("foreign-policy", s, r.Address(), "", "attaches %s, whose permissions AWS decides: write out what is needed", arn)
			}
		}
	}
}

// Attached are the ARNs of the managed policies that a resource attaches.
func Attached(r rendered.Block) (arns []string) {
	switch r.Type {
	case "aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment", "aws_iam_policy_attachment":
		arns = append(arns, r.String("policy_arn"))
	case "aws_iam_role":
		arns = append(arns, r.List("managed_policy_arns")...)
	case "aws_iam_role_policy_attachments_exclusive":
		arns = append(arns, r.List("policy_arns")...)
	}
	return arns
}

// inline are the most characters of all policies in one role, user or group:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
var inline = map[string]int{"role": 10240, "user": 2048, "group": 5120}

// holder is a role, user or group, in whichever stack it is made.
type holder struct{ account, kind, name string }

// roles: a role has at most ten managed policies, by the default quota, and its inline policies
// have together at most as many characters as IAM takes.
func (c *check) roles(documents map[*stack][]*document) {
	const attachments = 10
	type total struct {
		stack      *stack
		addresses  []string
		characters int
		attached   map[string]bool
	}
	totals := map[holder]*total{}
	of := func(s *stack, kind, name string, r rendered.Block) *total {
		h := holder{s.account, kind, s.resolve(name)}
		if totals[h] == nil {
			totals[h] = &total{stack: s, attached: map[string]bool{}}
		}
		totals[h].addresses = append(totals[h].addresses, r.Address())
		return totals[h]
	}
	c.platform.each(func(s *stack) {
		for _, d := range documents[s] {
			for _, u := range d.usages {
				kind, isInline := strings.CutSuffix(strings.TrimPrefix(u.block.Type, "aws_iam_"), "_policy")
				if u.block.Type == "aws_iam_role" && u.kind == IdentityPolicy {
					of(s, "role", "${"+u.block.Address()+".name}", u.block).characters += characters(d.statements)
				} else if inline[kind] > 0 && isInline {
					of(s, kind, u.block.String(kind), u.block).characters += characters(d.statements)
				}
			}
		}
		for _, r := range s.Resources {
			name := r.String("role")
			if r.Type == "aws_iam_role" {
				name = "${" + r.Address() + ".name}"
			}
			for _, arn := range s.resolveAll(Attached(r)) {
				if name != "" {
					of(s, "role", name, r).attached[arn] = true
				}
			}
		}
	})
	sorted := slices.SortedFunc(maps.Keys(totals), func(a, b holder) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	for _, h := range sorted {
		t := totals[h]
		if t.characters > inline[h.kind] {
			c.report("policy-size", t.stack, t.addresses[0], "", "the inline policies of the %s %s (%s) have up to %d characters together, and IAM takes %d: make some of them managed policies", h.kind, h.name, list(t.addresses), t.characters, inline[h.kind])
		}
		if len(t.attached) > attachments {
			c.report("attached-policies", t.stack, t.addresses[0], "", "the role %s has %d managed policies attached, and the quota is %d: join some", h.name, len(t.attached), attachments)
		}
	}
}

// securityGroups: a group has at most 60 rules each way, for IPv4 and for IPv6 apart, by the
// default quota; a prefix list counts as many as it may have entries:
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups.
func (c *check) securityGroups() {
	const most = 60
	counts := map[string]map[string]int{}
	c.platform.each(func(s *stack) {
		for _, way := range []string{"ingress", "egress"} {
			for _, r := range s.Of("aws_vpc_security_group_" + way + "_rule") {
				there, group := s.target(r.String("security_group_id"))
				if group.Object == nil {
					continue
				}
				key := there.Name + " " + group.Address()
				if counts[key] == nil {
					counts[key] = map[string]int{}
				}
				weight := 1
				if _, prefixes := s.target(r.String("prefix_list_id")); prefixes.Type == "aws_ec2_managed_prefix_list" {
					weight = prefixes.Int("max_entries")
				}
				if r.String("cidr_ipv6") == "" {
					counts[key][way+" rules for IPv4"] += weight
				}
				if r.String("cidr_ipv4") == "" {
					counts[key][way+" rules for IPv6"] += weight
				}
			}
		}
	})
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		name, address, _ := strings.Cut(key, " ")
		for _, what := range slices.Sorted(maps.Keys(counts[key])) {
			if n := counts[key][what]; n > most {
				c.report("security-group", c.platform.stacks[name], address, "", "has %d %s, and the quota is %d: join address ranges", n, what, most)
			}
		}
	}
}

// interfaces: a network interface is in at most five security groups, by the default quota:
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups.
func (c *check) interfaces(s *stack) {
	const most = 5
	for _, r := range s.Resources {
		groups := map[string]int{}
		each("", map[string]any(r.Object), func(path, _ string) {
			switch path[strings.LastIndex(path, ".")+1:] {
			case "security_groups", "security_group_ids", "vpc_security_group_ids":
				groups[path]++
			}
		})
		for _, path := range slices.Sorted(maps.Keys(groups)) {
			if n := groups[path]; n > most {
				c.report("security-group", s, r.Address(), "", "%s has %d groups, and a network interface is in at most %d", path, n, most)
			}
		}
	}
}
