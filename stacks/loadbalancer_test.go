package stacks_test

import (
	"slices"
	"strings"
	"testing"

	"strata/environments"
	"strata/internal/rendered"
)

func TestTheLoadBalancerTakesOnlyTLSAndLogs(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		balancer := s.Of("aws_lb")[0]
		for key, want := range map[string]any{"internal": false, "drop_invalid_header_fields": true, "desync_mitigation_mode": "defensive"} {
			if balancer.At(key) != want {
				t.Errorf("%s is %v, want %v", key, balancer.At(key), want)
			}
		}
		for _, log := range []string{"access_logs", "connection_logs"} {
			if balancer.At(log, "enabled") != true {
				t.Errorf("%s are off", log)
			}
		}
		if !slices.Contains(balancer.List("depends_on"), "aws_s3_bucket_policy.load_balancer_logs_policy") {
			t.Error("logs are turned on before the bucket's policy lets ELB write: AWS would refuse")
		}
		for _, listener := range s.Of("aws_lb_listener") {
			switch action := listener.Objects("default_action")[0]; listener.Int("port") {
			case 80:
				if action.String("type") != "redirect" || action.At("redirect", "protocol") != "HTTPS" {
					t.Errorf("port 80 does %v, want a redirect to HTTPS", action)
				}
			case 443:
				if !strings.HasPrefix(listener.String("ssl_policy"), "ELBSecurityPolicy-TLS13-") {
					t.Errorf("TLS policy %q does not take TLS 1.3", listener.String("ssl_policy"))
				}
				if action.String("type") != "fixed-response" || action.At("fixed_response", "status_code") != "404" {
					t.Errorf("what no service serves gets %v, want 404", action)
				}
			default:
				t.Errorf("%s listens on %d", listener.Address(), listener.Int("port"))
			}
		}
		if len(s.Of("aws_wafv2_web_acl_association")) != 1 {
			t.Error("no firewall stands before the load balancer")
		}
	})
}

func TestEveryServiceIsReachedAsItsFileSays(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		groups, rules := map[string]rendered.Block{}, map[string]rendered.Block{}
		for _, g := range s.Of("aws_lb_target_group") {
			groups[g.String("tags", "Service")] = g
		}
		for _, r := range s.Of("aws_lb_listener_rule") {
			rules[r.String("tags", "Service")] = r
		}
		if len(groups) != len(env.Services) || len(rules) != len(env.Services) {
			t.Errorf("%d target groups and %d rules for %d services", len(groups), len(rules), len(env.Services))
		}
		for name, service := range env.Services {
			group, rule := groups[name], rules[name]
			if group.Int("port") != service.Port || group.String("target_type") != "ip" || group.At("health_check", "path") != service.Health.Path {
				t.Errorf("%s: target group is %v", name, group.Object)
			}
			if rule.Int("priority") != service.Priority || reference(rule.Objects("action")[0], "target_group_arn") != group.Name {
				t.Errorf("%s: rule is %v", name, rule.Object)
			}
			var paths, hosts []string
			for _, c := range rule.Objects("condition") {
				for _, p := range c.Objects("path_pattern") {
					paths = append(paths, p.List("values")...)
				}
				for _, h := range c.Objects("host_header") {
					hosts = append(hosts, h.List("values")...)
				}
			}
			if !slices.Equal(paths, service.Paths) || !slices.Equal(hosts, service.Hosts) {
				t.Errorf("%s: is reached under %v %v, want %v %v", name, paths, hosts, service.Paths, service.Hosts)
			}
		}
	})
}

// The firewall's own rules: one priority each, a name that WAF can log to, and nothing of a
// user's credentials in what it records.
func TestTheFirewallJudgesInOrderAndKeepsCredentialsOut(t *testing.T) {
	each(t, "networking", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		wall := s.Of("aws_wafv2_web_acl")[0]
		priorities, groups, limited := map[int]bool{}, []string{}, false
		for _, rule := range wall.Objects("rule") {
			if priorities[rule.Int("priority")] {
				t.Errorf("two rules have priority %d", rule.Int("priority"))
			}
			priorities[rule.Int("priority")] = true
			if name, ok := rule.At("statement", "managed_rule_group_statement", "name").(string); ok {
				groups = append(groups, name)
			}
			limited = limited || rule.At("statement", "rate_based_statement", "limit") == float64(env.Firewall.RateLimit)
			if rule.At("visibility_config", "sampled_requests_enabled") != false {
				t.Errorf("rule %s samples requests, with their credentials", rule.String("name"))
			}
		}
		if !slices.Equal(groups, env.Firewall.RuleGroups) || !limited {
			t.Errorf("rule groups are %v, want %v; rate limited: %v", groups, env.Firewall.RuleGroups, limited)
		}
		log := s.Of("aws_wafv2_web_acl_logging_configuration")[0]
		var redacted []string
		for _, field := range log.Objects("redacted_fields") {
			redacted = append(redacted, field.At("single_header", "name").(string))
		}
		if !slices.Equal(redacted, []string{"authorization", "cookie"}) {
			t.Errorf("redacted are %v", redacted)
		}
		group := reference(rendered.Object{"arn": log.List("log_destination_configs")[0]}, "arn")
		for _, g := range s.Of("aws_cloudwatch_log_group") {
			if g.Name == group && !strings.HasPrefix(g.String("name"), "aws-waf-logs-") {
				t.Errorf("WAF refuses to log to %s: the name must begin with aws-waf-logs-", g.String("name"))
			}
		}
	})
}
