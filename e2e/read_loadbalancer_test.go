//go:build e2e

package e2e

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"strata/e2e/harness"
)

// checkLoadBalancer: the way in, and all that stands in it.
func checkLoadBalancer(t *testing.T, env *harness.Environment, n *network) {
	t.Helper()
	balancers, err := env.AWS.ELB.DescribeLoadBalancers(t.Context(), nil)
	mustRead(t, err)
	if len(balancers.LoadBalancers) != 1 {
		t.Fatalf("there are %d load balancers, want one", len(balancers.LoadBalancers))
	}
	balancer := balancers.LoadBalancers[0]
	holds(t, balancer.Scheme == elbtypes.LoadBalancerSchemeEnumInternetFacing, "the load balancer can be reached from the internet", balancer.Scheme)
	var public, stands []string
	for _, s := range n.subnets {
		if s.tier == "public" {
			public = append(public, s.id)
		}
	}
	for _, zone := range balancer.AvailabilityZones {
		stands = append(stands, aws.ToString(zone.SubnetId))
	}
	slices.Sort(public)
	slices.Sort(stands)
	holds(t, slices.Equal(public, stands), fmt.Sprintf("it stands in the public subnets %v", public), stands)

	described, err := env.AWS.ELB.DescribeLoadBalancerAttributes(t.Context(), &elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: balancer.LoadBalancerArn})
	mustRead(t, err)
	attributes := map[string]string{}
	for _, a := range described.Attributes {
		attributes[aws.ToString(a.Key)] = aws.ToString(a.Value)
	}
	for name, want := range map[string]string{
		"deletion_protection.enabled":                     strconv.FormatBool(env.Protected),
		"idle_timeout.timeout_seconds":                    strconv.Itoa(env.LoadBalancer.IdleTimeoutSeconds),
		"routing.http.drop_invalid_header_fields.enabled": "true",
		"routing.http.desync_mitigation_mode":             "defensive",
		"access_logs.s3.enabled":                          "true",
	} {
		holds(t, attributes[name] == want, name+" is "+want, attributes[name])
	}
	checkListeners(t, env, balancer)
	checkDomain(t, env, balancer)
	checkFirewall(t, env, balancer)
}

func checkListeners(t *testing.T, env *harness.Environment, balancer elbtypes.LoadBalancer) {
	t.Helper()
	described, err := env.AWS.ELB.DescribeListeners(t.Context(), &elb.DescribeListenersInput{LoadBalancerArn: balancer.LoadBalancerArn})
	mustRead(t, err)
	listeners := map[int32]elbtypes.Listener{}
	for _, listener := range described.Listeners {
		listeners[aws.ToInt32(listener.Port)] = listener
	}
	plain, secure := listeners[80], listeners[443]
	if len(listeners) != 2 || len(plain.DefaultActions) != 1 || len(secure.DefaultActions) != 1 {
		t.Fatalf("there should be a listener on 80 and one on 443, each with one default action: %+v", listeners)
	}
	redirect := plain.DefaultActions[0].RedirectConfig
	holds(t, redirect != nil && aws.ToString(redirect.Protocol) == "HTTPS" && aws.ToString(redirect.Port) == "443", "port 80 leads to HTTPS", plain.DefaultActions)
	fixed := secure.DefaultActions[0].FixedResponseConfig
	holds(t, fixed != nil && aws.ToString(fixed.StatusCode) == "404", "what no service takes is not found", secure.DefaultActions)
	holds(t, secure.Protocol == elbtypes.ProtocolEnumHttps && strings.Contains(aws.ToString(secure.SslPolicy), "TLS13"), "port 443 speaks TLS 1.3", aws.ToString(secure.SslPolicy))
	certificate, err := env.AWS.ACM.DescribeCertificate(t.Context(), &acm.DescribeCertificateInput{CertificateArn: secure.Certificates[0].CertificateArn})
	mustRead(t, err)
	holds(t, certificate.Certificate.Status == acmtypes.CertificateStatusIssued, "the certificate is issued", certificate.Certificate.Status)
	holds(t, slices.Contains(certificate.Certificate.SubjectAlternativeNames, "*."+env.Domain.Name), "the certificate holds for the names below the domain, too", certificate.Certificate.SubjectAlternativeNames)

	rules, err := env.AWS.ELB.DescribeRules(t.Context(), &elb.DescribeRulesInput{ListenerArn: secure.ListenerArn})
	mustRead(t, err)
	byPriority := map[string]elbtypes.Rule{}
	for _, rule := range rules.Rules {
		byPriority[aws.ToString(rule.Priority)] = rule
	}
	holds(t, len(byPriority) == len(env.Services)+1, "there is a rule for each service and the default", slices.Collect(maps.Keys(byPriority)))
	for name, service := range env.Services {
		rule, there := byPriority[strconv.Itoa(service.Priority)]
		if !there {
			t.Errorf("the service %s has no rule with its priority %d", name, service.Priority)
			continue
		}
		values := map[string][]string{}
		for _, condition := range rule.Conditions {
			field := aws.ToString(condition.Field)
			switch {
			case condition.PathPatternConfig != nil:
				values[field] = condition.PathPatternConfig.Values
			case condition.HostHeaderConfig != nil:
				values[field] = condition.HostHeaderConfig.Values
			}
		}
		same := sameInAnyOrder(values["path-pattern"], service.Paths) && sameInAnyOrder(values["host-header"], service.Hosts)
		holds(t, same, fmt.Sprintf("%v %v lead to %s", service.Hosts, service.Paths, name), rule.Conditions)

		groups, err := env.AWS.ELB.DescribeTargetGroups(t.Context(), &elb.DescribeTargetGroupsInput{TargetGroupArns: []string{forwards(rule)}})
		mustRead(t, err)
		group := groups.TargetGroups[0]
		holds(t, group.TargetType == elbtypes.TargetTypeEnumIp && int(aws.ToInt32(group.Port)) == service.Port, fmt.Sprintf("%s gets its requests by address on port %d", name, service.Port), group)
		health := service.Health
		holds(t, aws.ToString(group.HealthCheckPath) == health.Path && aws.ToString(group.Matcher.HttpCode) == health.Codes &&
			int(aws.ToInt32(group.HealthCheckIntervalSeconds)) == health.IntervalSeconds && int(aws.ToInt32(group.HealthCheckTimeoutSeconds)) == health.TimeoutSeconds &&
			int(aws.ToInt32(group.HealthyThresholdCount)) == health.Healthy && int(aws.ToInt32(group.UnhealthyThresholdCount)) == health.Unhealthy,
			fmt.Sprintf("%s is asked for its health as %+v", name, health), group)
	}
}

// forwards is the target group that a rule leads to, in whichever of two places AWS says so.
func forwards(rule elbtypes.Rule) string {
	action := rule.Actions[0]
	if action.ForwardConfig != nil && len(action.ForwardConfig.TargetGroups) == 1 {
		return aws.ToString(action.ForwardConfig.TargetGroups[0].TargetGroupArn)
	}
	return aws.ToString(action.TargetGroupArn)
}

// checkDomain: the environment's name leads to the load balancer.
func checkDomain(t *testing.T, env *harness.Environment, balancer elbtypes.LoadBalancer) {
	t.Helper()
	zones, err := env.AWS.Route53.ListHostedZonesByName(t.Context(), &route53.ListHostedZonesByNameInput{DNSName: &env.Domain.Name})
	mustRead(t, err)
	if len(zones.HostedZones) == 0 {
		t.Fatalf("there is no zone for %s", env.Domain.Name)
	}
	records, err := env.AWS.Route53.ListResourceRecordSets(t.Context(), &route53.ListResourceRecordSetsInput{HostedZoneId: zones.HostedZones[0].Id})
	mustRead(t, err)
	leads := slices.ContainsFunc(records.ResourceRecordSets, func(r route53types.ResourceRecordSet) bool {
		return r.Type == route53types.RRTypeA && strings.TrimSuffix(aws.ToString(r.Name), ".") == env.Domain.Name && r.AliasTarget != nil &&
			strings.Contains(aws.ToString(r.AliasTarget.DNSName), aws.ToString(balancer.DNSName))
	})
	holds(t, leads, env.Domain.Name+" leads to the load balancer "+aws.ToString(balancer.DNSName), records.ResourceRecordSets)
}

// checkFirewall: it stands before the load balancer, and its log keeps no secrets.
func checkFirewall(t *testing.T, env *harness.Environment, balancer elbtypes.LoadBalancer) {
	t.Helper()
	found, err := env.AWS.WAF.GetWebACLForResource(t.Context(), &wafv2.GetWebACLForResourceInput{ResourceArn: balancer.LoadBalancerArn})
	mustRead(t, err)
	if found.WebACL == nil {
		t.Fatal("no firewall stands before the load balancer")
	}
	rules := slices.Clone(found.WebACL.Rules)
	slices.SortFunc(rules, func(a, b waftypes.Rule) int { return cmp.Compare(a.Priority, b.Priority) })
	var groups []string
	limited := false
	for _, rule := range rules {
		if statement := rule.Statement.RateBasedStatement; statement != nil {
			limited = int(aws.ToInt64(statement.Limit)) == env.Firewall.RateLimit
		}
		if statement := rule.Statement.ManagedRuleGroupStatement; statement != nil {
			groups = append(groups, aws.ToString(statement.Name))
		}
	}
	holds(t, limited, fmt.Sprintf("an address may send %d requests", env.Firewall.RateLimit), rules)
	holds(t, slices.Equal(groups, env.Firewall.RuleGroups), fmt.Sprintf("the rule groups are %v", env.Firewall.RuleGroups), groups)

	logging, err := env.AWS.WAF.GetLoggingConfiguration(t.Context(), &wafv2.GetLoggingConfigurationInput{ResourceArn: found.WebACL.ARN})
	mustRead(t, err)
	var redacted []string
	for _, field := range logging.LoggingConfiguration.RedactedFields {
		if field.SingleHeader != nil {
			redacted = append(redacted, strings.ToLower(aws.ToString(field.SingleHeader.Name)))
		}
	}
	holds(t, slices.Contains(redacted, "authorization") && slices.Contains(redacted, "cookie"), "what logs somebody in isn't written down", redacted)
	_, group, _ := strings.Cut(logging.LoggingConfiguration.LogDestinationConfigs[0], ":log-group:")
	checkLogGroup(t, env, group, env.Firewall.LogDays)
}

// checkLogGroup: encrypted, and kept as long as the file says.
func checkLogGroup(t *testing.T, env *harness.Environment, name string, days int) {
	t.Helper()
	name = strings.TrimSuffix(name, ":*")
	groups, err := env.AWS.Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
	mustRead(t, err)
	if len(groups.LogGroups) != 1 {
		t.Fatalf("there are %d log groups called %q, want one", len(groups.LogGroups), name)
	}
	group := groups.LogGroups[0]
	holds(t, aws.ToString(group.KmsKeyId) != "", "the log "+name+" is encrypted with a key of ours", group)
	holds(t, int(aws.ToInt32(group.RetentionInDays)) == days, fmt.Sprintf("the log %s is kept for %d days", name, days), aws.ToInt32(group.RetentionInDays))
}

func sameInAnyOrder(one, other []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(one)), slices.Sorted(slices.Values(other)))
}
