// Package firewall is a web application firewall (AWS WAF) with its log.
//
// Default settings: AWS's managed rule groups, and a limit of requests from one address; the
// log is encrypted with the platform's own key and shows neither credentials nor cookies.
package firewall

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogresourcepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webacl"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webaclassociation"
	logging "github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webaclloggingconfiguration"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/key"
	"strata/constructs/policy"
)

// Props of a firewall.
type Props struct {
	// Name of the web ACL, at most 128 letters, digits, hyphens and underscores.
	Name string
	// LogGroup is the name of the log group to make; WAF wants it to begin with aws-waf-logs-.
	LogGroup string
	// Account and Region of what is guarded.
	Account, Region string
	// Key encrypts the log group; its policy must let CloudWatch Logs.
	Key *key.Key
	// RetentionDays is how many days the log is kept; CloudWatch Logs takes certain numbers only.
	RetentionDays int
	// RuleGroups are AWS managed rule groups, in the order in which they judge.
	RuleGroups []string
	// RateLimit is how many requests one address may send in five minutes.
	RateLimit int
	// CountOnly lets everything through and only counts. Default: what a rule matches is blocked.
	CountOnly bool
}

// Firewall is a web ACL.
type Firewall struct {
	ARN   *string
	scope constructs.Construct
	id    string
}

// New makes a firewall, with its log.
func New(scope constructs.Construct, id string, props Props) *Firewall {
	acl := wafv2webacl.NewWafv2WebAcl(scope, jsii.String(id), &wafv2webacl.Wafv2WebAclConfig{
		Name:          jsii.String(props.Name),
		Description:   jsii.String("Judges every request before the load balancer does"),
		Scope:         jsii.String("REGIONAL"),
		DefaultAction: &wafv2webacl.Wafv2WebAclDefaultAction{Allow: &wafv2webacl.Wafv2WebAclDefaultActionAllow{}},
		Rule:          props.rules(),
		VisibilityConfig: &wafv2webacl.Wafv2WebAclVisibilityConfig{
			CloudwatchMetricsEnabled: true, MetricName: jsii.String(props.Name), SampledRequestsEnabled: false,
		},
		Tags: &map[string]*string{"Name": jsii.String(props.Name)},
	})
	f := &Firewall{ARN: acl.Arn(), scope: scope, id: id}
	f.log(props)
	return f
}

// Guard puts the firewall before a load balancer.
func (f *Firewall) Guard(loadBalancerARN *string) {
	wafv2webaclassociation.NewWafv2WebAclAssociation(f.scope, jsii.String(f.id+"_association"), &wafv2webaclassociation.Wafv2WebAclAssociationConfigA{
		ResourceArn: loadBalancerARN, WebAclArn: f.ARN,
	})
}

type object = map[string]any

// rules in the order in which they judge. The address that sends too much is stopped first:
// judging its requests would cost most. The binding takes a statement as a plain object, with
// Terraform's names.
func (p Props) rules() []*wafv2webacl.Wafv2WebAclRule {
	rate := &wafv2webacl.Wafv2WebAclRule{
		Name: jsii.String("rate-limit"), Action: &wafv2webacl.Wafv2WebAclRuleAction{Block: &wafv2webacl.Wafv2WebAclRuleActionBlock{}},
		Statement: object{"rate_based_statement": object{
			"aggregate_key_type": "IP", "evaluation_window_sec": 300, "limit": p.RateLimit,
		}},
	}
	if p.CountOnly {
		rate.Action = &wafv2webacl.Wafv2WebAclRuleAction{Count: &wafv2webacl.Wafv2WebAclRuleActionCount{}}
	}
	rules := []*wafv2webacl.Wafv2WebAclRule{rate}
	for _, group := range p.RuleGroups {
		override := &wafv2webacl.Wafv2WebAclRuleOverrideAction{None: &wafv2webacl.Wafv2WebAclRuleOverrideActionNone{}}
		if p.CountOnly {
			override = &wafv2webacl.Wafv2WebAclRuleOverrideAction{Count: &wafv2webacl.Wafv2WebAclRuleOverrideActionCount{}}
		}
		rules = append(rules, &wafv2webacl.Wafv2WebAclRule{
			Name: jsii.String(group), OverrideAction: override,
			Statement: object{"managed_rule_group_statement": object{"name": group, "vendor_name": "AWS"}},
		})
	}
	for i, rule := range rules {
		rule.Priority = jsii.Number(i)
		rule.VisibilityConfig = &wafv2webacl.Wafv2WebAclRuleVisibilityConfig{
			// Samples would show the credentials and cookies that the log leaves out.
			CloudwatchMetricsEnabled: true, MetricName: rule.Name, SampledRequestsEnabled: false,
		}
	}
	return rules
}

// https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html.
func (f *Firewall) log(props Props) {
	group := cloudwatchloggroup.NewCloudwatchLogGroup(f.scope, jsii.String(f.id+"_log_group"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name:            jsii.String(props.LogGroup),
		KmsKeyId:        props.Key.ARN,
		RetentionInDays: jsii.Number(props.RetentionDays),
	})
	groupARN := group.Arn()
	delivery := cloudwatchlogresourcepolicy.NewCloudwatchLogResourcePolicy(f.scope, jsii.String(f.id+"_log_policy"), &cloudwatchlogresourcepolicy.CloudwatchLogResourcePolicyConfig{
		PolicyName: jsii.String(props.LogGroup),
		PolicyDocument: policy.Document(f.scope, f.id+"_log_policy_document", policy.Statement{
			Sid: "LetTheFirewallWrite", Principals: []policy.Principal{policy.Service("delivery.logs.amazonaws.com")},
			Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []string{*groupARN + ":log-stream:*"},
			Conditions: []policy.Condition{
				policy.When("StringEquals", "aws:SourceAccount", props.Account),
				policy.When("ArnLike", "aws:SourceArn", "arn:aws:logs:"+props.Region+":"+props.Account+":*"),
			},
		}),
	})
	redact := func(header string) *logging.Wafv2WebAclLoggingConfigurationRedactedFields {
		return &logging.Wafv2WebAclLoggingConfigurationRedactedFields{
			SingleHeader: &logging.Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader{Name: jsii.String(header)},
		}
	}
	logging.NewWafv2WebAclLoggingConfiguration(f.scope, jsii.String(f.id+"_log"), &logging.Wafv2WebAclLoggingConfigurationConfig{
		ResourceArn:           f.ARN,
		LogDestinationConfigs: &[]*string{groupARN},
		RedactedFields:        []*logging.Wafv2WebAclLoggingConfigurationRedactedFields{redact("authorization"), redact("cookie")},
		DependsOn:             &[]cdktf.ITerraformDependable{delivery},
	})
}
