// Package constructs_test renders variants of the building blocks that no committed
// environment shows: one start of the kernel for all of them.
package constructs_test

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/dns"
	"strata/constructs/firewall"
	"strata/constructs/key"
	"strata/constructs/loadbalancer"
	"strata/constructs/network"
	"strata/internal/outputs"
	"strata/internal/rendered"
	"strata/internal/synth"
)

// A stack for each variant; the name's last part is the variant's.
var variants = map[string]func(stack cdktf.TerraformStack){
	"one-nat": func(stack cdktf.TerraformStack) {
		network.New(stack, "vpc", network.Props{Name: "t", CIDR: netip.MustParsePrefix("10.0.0.0/22"), Region: "eu-west-1",
			Zones: []string{"a", "c"}, SingleNAT: true, Ports: network.Ports{PublicToPrivate: manyPorts(), PrivateToPrivate: manyPorts(), PrivateToData: []int{3306}, Egress: []int{443, 587}}})
	},
	"existing-zone": func(stack cdktf.TerraformStack) {
		domain := dns.New(stack, dns.Props{Name: "dev.example.com", ZoneID: "Z123"})
		domain.PointTo(jsii.String("lb.example"), jsii.String("Z456"))
	},
	"counting-firewall": func(stack cdktf.TerraformStack) {
		logs := key.New(stack, "key", key.Props{Alias: "logs", Account: "111111111111", Region: "eu-west-1"})
		firewall.New(stack, "firewall", firewall.Props{Name: "t", LogGroup: "aws-waf-logs-t", Key: logs, RetentionDays: 30,
			RuleGroups: []string{"AWSManagedRulesCommonRuleSet"}, RateLimit: 100, CountOnly: true})
	},
	"strict-balancer": func(stack cdktf.TerraformStack) {
		balancer := loadbalancer.New(stack, loadbalancer.Props{Name: "t", SecurityGroup: "t", VPCID: jsii.String("vpc-1"),
			SubnetIDs: jsii.Strings("subnet-1"), CertificateARN: jsii.String("arn"), TLS13Only: true,
			IdleTimeoutSeconds: 60, Logs: loadbalancer.Logs{Bucket: "t-logs", Account: "111111111111", Days: 1}})
		balancer.Add(loadbalancer.Service{Name: "admin", TargetGroup: "t-admin", Port: 8080, Priority: 5, Hosts: []string{"admin.example.com"}})
	},
	"producer": func(stack cdktf.TerraformStack) {
		out := &outputs.Producer{Layer: "producer", Stack: stack, State: cdktf.DataTerraformRemoteStateS3Config{
			Bucket: jsii.String("states"), Key: jsii.String("t/producer/terraform.tfstate"), Region: jsii.String("eu-west-1")}}
		id := out.String("id", "an id", jsii.String("own"))
		ids := out.List("ids", "ids", jsii.Strings("one"))
		byName := out.Map("by_name", "by name", &map[string]*string{"a": jsii.String("x")})
		consumer := cdktf.NewTerraformStack(stack.Node().Root().(cdktf.App), jsii.String("t-consumer"))
		for name, value := range map[string]any{"id": id.In(consumer), "ids": ids.In(consumer), "of_a": byName.In(consumer, "a")} {
			cdktf.NewTerraformOutput(consumer, jsii.String(name), &cdktf.TerraformOutputConfig{Value: value})
		}
		cdktf.NewTerraformOutput(stack, jsii.String("same_stack"), &cdktf.TerraformOutputConfig{Value: id.In(stack)})
	},
}

func manyPorts() (ports []int) {
	for port := 2000; port < 2000+40*7; port += 7 {
		ports = append(ports, port)
	}
	return ports
}

var stacks = map[string]rendered.Stack{}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "strata-constructs-")
	if err == nil {
		err = synth.App(dir, func(app cdktf.App) {
			for name, build := range variants {
				stack := cdktf.NewTerraformStack(app, jsii.String("t-"+name))
				provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("eu-west-1")})
				build(stack)
			}
		})
	}
	var all []rendered.Stack
	if err == nil {
		all, err = rendered.Load(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, s := range all {
		stacks[s.Name] = s
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func TestOneNATGatewayServesAllZones(t *testing.T) {
	s := stacks["t-one-nat"]
	if n := len(s.Of("aws_nat_gateway")); n != 1 {
		t.Errorf("%d NAT gateways, want 1", n)
	}
	for _, route := range s.Of("aws_route") {
		if nat := route.String("nat_gateway_id"); nat != "" && nat != "${aws_nat_gateway.nat_a.id}" {
			t.Errorf("%s leaves through %s", route.Address(), nat)
		}
	}
	for _, acl := range s.Of("aws_network_acl") {
		if in, out := len(acl.Objects("ingress")), len(acl.Objects("egress")); in > 20 || out > 20 {
			t.Errorf("40 services make %s too long for AWS: %d in, %d out", acl.Address(), in, out)
		}
	}
}

func TestAnExistingZoneIsUsed(t *testing.T) {
	s := stacks["t-existing-zone"]
	if n := len(s.Of("aws_route53_zone")); n != 0 {
		t.Errorf("%d zones are made beside the one that is there", n)
	}
	records := s.Of("aws_route53_record")
	if len(records) != 3 {
		t.Errorf("%d records, want the proof, the domain and the wildcard", len(records))
	}
	for _, record := range records {
		if record.String("zone_id") != "Z123" || record.String("type") == "CAA" {
			t.Errorf("%s touches what it does not own: %v", record.Address(), record.Object)
		}
	}
}

func TestACountingFirewallBlocksNothing(t *testing.T) {
	for _, rule := range stacks["t-counting-firewall"].Of("aws_wafv2_web_acl")[0].Objects("rule") {
		if rule.At("action", "count") == nil && rule.At("override_action", "count") == nil {
			t.Errorf("rule %s does not count: %v", rule.String("name"), rule)
		}
	}
}

func TestAStrictBalancerTakesTLS13AloneAndRoutesByHost(t *testing.T) {
	s := stacks["t-strict-balancer"]
	policies := []string{}
	for _, listener := range s.Of("aws_lb_listener") {
		policies = append(policies, listener.String("ssl_policy"))
	}
	if !slices.Contains(policies, "ELBSecurityPolicy-TLS13-1-3-2021-06") {
		t.Errorf("TLS policies are %q", policies)
	}
	conditions := s.Of("aws_lb_listener_rule")[0].Objects("condition")
	if len(conditions) != 1 || conditions[0].At("host_header") == nil {
		t.Errorf("conditions are %v, want the host alone", conditions)
	}
}

func TestAConsumerReadsOutputsByTheirNamesAndComesLater(t *testing.T) {
	s := stacks["t-consumer"]
	for name, want := range map[string]string{
		"id":   "${data.terraform_remote_state.producer.outputs.id}",
		"ids":  "${data.terraform_remote_state.producer.outputs.ids}",
		"of_a": "${data.terraform_remote_state.producer.outputs.by_name.a}",
	} {
		if got := s.Outputs[name].String("value"); got != want {
			t.Errorf("%s is read as %q, want %q", name, got, want)
		}
	}
	if !slices.Equal(s.Dependencies, []string{"t-producer"}) || len(s.Data) != 1 {
		t.Errorf("depends on %v and reads %d states, want t-producer once", s.Dependencies, len(s.Data))
	}
	if own := stacks["t-producer"].Outputs["same_stack"].String("value"); own != "own" {
		t.Errorf("within its own stack the value is %q, want it as it is", own)
	}
}
