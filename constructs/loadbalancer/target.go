package loadbalancer

import (
	"strconv"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lblistenerrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lbtargetgroup"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/reference"
)

// Service is what a load balancer sends requests to.
type Service struct {
	// Name of the service.
	Name string
	// TargetGroup is the name of its target group, at most 32 letters, digits and hyphens. It
	// must change with whatever makes AWS replace the group: the port and the VPC.
	TargetGroup string
	// Port that its containers listen on.
	Port int
	// Priority of its rule, from 1 to 50000; the lowest that matches wins.
	Priority int
	// Paths and Hosts that lead to it; at least one of either, at most five together.
	Paths, Hosts []string
	// DrainSeconds is how long a container that is being stopped may finish its requests.
	DrainSeconds int
	// Health says how to tell that a container is well.
	Health Health
}

// Health says how a load balancer tells that a container is well.
type Health struct {
	// Path to GET and Codes, as 200-299, of a healthy answer.
	Path, Codes string
	// Seconds between checks, and that an answer may take.
	IntervalSeconds, TimeoutSeconds int
	// Checks in a row that must pass, or fail, to change the verdict.
	Healthy, Unhealthy int
}

// Target is a service's target group.
type Target struct{ ARN, ARNSuffix *string }

// Add sends the requests for a service to its target group.
func (l *LoadBalancer) Add(s Service) Target {
	id := s.Name + "_target_group"
	lbtargetgroup.NewLbTargetGroup(l.scope, jsii.String(id), &lbtargetgroup.LbTargetGroupConfig{
		Name:                jsii.String(s.TargetGroup),
		TargetType:          jsii.String("ip"),
		Port:                jsii.Number(s.Port),
		Protocol:            jsii.String("HTTP"),
		VpcId:               l.props.VPCID,
		DeregistrationDelay: jsii.String(strconv.Itoa(s.DrainSeconds)),
		HealthCheck: &lbtargetgroup.LbTargetGroupHealthCheck{
			Enabled: true, Protocol: jsii.String("HTTP"), Port: jsii.String("traffic-port"),
			Path: jsii.String(s.Health.Path), Matcher: jsii.String(s.Health.Codes),
			Interval: jsii.Number(s.Health.IntervalSeconds), Timeout: jsii.Number(s.Health.TimeoutSeconds),
			HealthyThreshold: jsii.Number(s.Health.Healthy), UnhealthyThreshold: jsii.Number(s.Health.Unhealthy),
		},
		Tags: &map[string]*string{"Name": jsii.String(s.TargetGroup), "Service": jsii.String(s.Name)},
		// A group that a rule points to can't be deleted: the new one comes first.
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: jsii.Bool(true)},
	})
	group := Target{ARN: reference.To("aws_lb_target_group", id, "arn"), ARNSuffix: reference.To("aws_lb_target_group", id, "arn_suffix")}
	lblistenerrule.NewLbListenerRule(l.scope, jsii.String(s.Name+"_rule"), &lblistenerrule.LbListenerRuleConfig{
		ListenerArn: l.HTTPSListenerARN,
		Priority:    jsii.Number(s.Priority),
		Condition:   s.conditions(),
		Action:      []*lblistenerrule.LbListenerRuleAction{{Type: jsii.String("forward"), TargetGroupArn: group.ARN}},
		Tags:        &map[string]*string{"Name": jsii.String(l.props.Name + "-" + s.Name), "Service": jsii.String(s.Name)},
	})
	return group
}

func (s Service) conditions() (conditions []*lblistenerrule.LbListenerRuleCondition) {
	if len(s.Hosts) > 0 {
		conditions = append(conditions, &lblistenerrule.LbListenerRuleCondition{
			HostHeader: &lblistenerrule.LbListenerRuleConditionHostHeader{Values: jsii.Strings(s.Hosts...)}})
	}
	if len(s.Paths) > 0 {
		conditions = append(conditions, &lblistenerrule.LbListenerRuleCondition{
			PathPattern: &lblistenerrule.LbListenerRuleConditionPathPattern{Values: jsii.Strings(s.Paths...)}})
	}
	return conditions
}
