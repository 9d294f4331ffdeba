package environments

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ruleGroupCapacity holds the AWS managed rule groups that an environment can choose from, with
// the web ACL capacity units (WCU) of each. Those for bots and fraud are left out, since they
// cost extra and need settings of their own.
//
// Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
var ruleGroupCapacity = map[string]int{
	"AWSManagedRulesAdminProtectionRuleSet": 100,
	"AWSManagedRulesAmazonIpReputationList": 25,
	"AWSManagedRulesAnonymousIpList":        50,
	"AWSManagedRulesCommonRuleSet":          700,
	"AWSManagedRulesKnownBadInputsRuleSet":  200,
	"AWSManagedRulesLinuxRuleSet":           200,
	"AWSManagedRulesPHPRuleSet":             100,
	"AWSManagedRulesSQLiRuleSet":            200,
	"AWSManagedRulesUnixRuleSet":            100,
	"AWSManagedRulesWindowsRuleSet":         200,
	"AWSManagedRulesWordPressRuleSet":       100,
}

// rateRuleCapacity is what the rate limit takes, in WCU:
// https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
const rateRuleCapacity = 2

// includedCapacity is how many WCU a web ACL may have at the base price:
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html
const includedCapacity = 1500

// RuleGroups are the AWS managed rule groups that an environment can choose from, sorted.
func RuleGroups() []string {
	return slices.Sorted(maps.Keys(ruleGroupCapacity))
}

// capacity is how many WCU the firewall takes.
func (f Firewall) capacity() int {
	sum := rateRuleCapacity
	for _, group := range f.RuleGroups {
		sum += ruleGroupCapacity[group]
	}
	return sum
}

// capacities lists the rule groups with what each takes.
func (f Firewall) capacities() string {
	var parts []string
	for _, group := range f.RuleGroups {
		parts = append(parts, fmt.Sprintf("%s %d", group, ruleGroupCapacity[group]))
	}
	return strings.Join(parts, ", ")
}
