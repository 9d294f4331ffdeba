package permissions

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// narrowing are the condition keys that hold a statement to certain resources although it names
// all: tags of the resource, or of one that is being made; the network or the cluster that it
// is in; and, of a key, the service or the data that it is used for.
var narrowing = []string{
	"aws:ResourceTag/*", "aws:RequestTag/*", "*:ResourceTag/*", "rds:*-tag/*", "s3:ExistingObjectTag/*",
	"ec2:Vpc", "ec2:Subnet", "ecs:cluster", "ecs:task", "s3:DataAccessPointArn", "iam:AWSServiceName", "iam:PermissionsBoundary",
	"kms:ViaService", "kms:EncryptionContext:*", "kms:RequestAlias", "kms:ResourceAliases", "kms:GrantIsForAWSResource",
}

// broadResources: an Allow names the resources of an action that AWS can hold to resources, or
// a condition narrows them:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html.
func broadResources(v view, st Statement) []string {
	if !st.Allow || v.kind == Boundary || v.kind == TrustPolicy || v.kind.itself() || st.tied(narrowing...) {
		return nil
	}
	var actions []string
	var example resource
	for _, a := range st.granted() {
		// On what is guarded, escalations is stricter.
		if r, broad := st.covers(a); broad && !guarded(v, a) {
			actions, example = append(actions, a.name), cmp.Or(example, r)
		}
	}
	if actions == nil {
		return nil
	}
	return []string{fmt.Sprintf("allows %s on every resource: name those that are meant, as %s, or narrow them by a condition, as aws:ResourceTag/…", list(actions), example.arn)}
}

// covers tells whether the statement's resources are all that there are of a type that the
// action is about.
func (st Statement) covers(a action) (resource, bool) {
	for _, r := range a.resources {
		if slices.ContainsFunc(st.Resources, r.coveredBy) {
			return r, true
		}
	}
	return resource{}, false
}

// misplacedResources: an action allows something only on resources of its own types, and only
// on * where it has none:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
func misplacedResources(v view, st Statement) (problems []string) {
	if len(st.Resources) == 0 || v.kind == TrustPolicy {
		return nil
	}
	for _, name := range st.Actions {
		found := aws().match(name)
		if len(found) != 1 || slices.ContainsFunc(st.Resources, found[0].isOn) {
			continue
		}
		want := "*, since it is about none in particular"
		if types := found[0].resources; types != nil {
			arns := make([]string, 0, len(types))
			for _, t := range types {
				arns = append(arns, t.arn)
			}
			want = list(arns)
		}
		problems = append(problems, fmt.Sprintf("%s does nothing on %s: its resource is %s", name, list(st.Resources), want))
	}
	return problems
}

// isOn tells whether the action can be on a resource that matches a pattern.
func (a action) isOn(pattern string) bool {
	if strings.Trim(pattern, "*") == "" {
		return true
	}
	for _, r := range append(a.resources, checkedOn[a.name]...) {
		if r.meets(pattern) {
			return true
		}
	}
	return false
}

// checkedOn are the resources that AWS checks actions on which have none by the table.
var checkedOn = map[string][]resource{
	// https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_id-based-policy-examples.html
	"elasticloadbalancing:SetWebAcl": {{arn: "arn:${Partition}:elasticloadbalancing:${Region}:${Account}:loadbalancer/app/${LoadBalancerName}/${LoadBalancerId}"}},
	// The resource that AWS names when it denies the action.
	"logs:DescribeLogGroups": {{arn: "arn:${Partition}:logs:${Region}:${Account}:log-group::log-stream:"}},
}
