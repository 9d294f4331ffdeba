package reach_test

import (
	"strings"
	"testing"

	"strata/internal/reach"
)

// What the package doesn't follow must not pass for what leads nowhere.
func TestWhatIsNotUnderstoodIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		make func(p platform)
		said []string
	}{
		"something unknown in subnets": {
			func(p platform) {
				p.add("security/aws_lambda_function.rotation", object{"vpc_config": object{"subnet_ids": remote("private_subnet_ids")}})
			},
			[]string{"security/aws_lambda_function.rotation: has subnet_ids", "kinds.go"},
		},
		"a peering connection": {
			func(p platform) {
				p.add("networking/aws_vpc_peering_connection.other", object{"vpc_id": "${aws_vpc.vpc.id}", "peer_vpc_id": "vpc-1"})
			},
			[]string{"networking/aws_vpc_peering_connection.other: has vpc_id"},
		},
		"a route to something unknown": {
			func(p platform) {
				p.add("networking/aws_route.other", object{"route_table_id": "${aws_route_table.data_routes.id}", "destination_cidr_block": "10.9.0.0/16", "vpc_peering_connection_id": "pcx-1"})
			},
			[]string{"networking/aws_route.other: leads to what internal/reach doesn't follow"},
		},
		"rules within a group": {
			func(p platform) {
				p.at("security/aws_security_group.backend_security_group")["ingress"] = []object{{"from_port": 22}}
			},
			[]string{"security/aws_security_group.backend_security_group: has rules of its own"},
		},
		"rules of the older kind": {
			func(p platform) {
				p.add("security/aws_security_group_rule.ssh", object{"security_group_id": groupOf("bastion"), "type": "ingress", "from_port": 22})
			},
			[]string{"security/aws_security_group_rule.ssh: has security_group_id"},
		},
		"an ACL's rule as a resource": {
			func(p platform) {
				p.add("networking/aws_network_acl_rule.ssh", object{"network_acl_id": "${aws_network_acl.public_acl.id}"})
			},
			[]string{"networking/aws_network_acl_rule.ssh: has network_acl_id"},
		},
		"another kind of load balancer": {
			func(p platform) { p.at("networking/aws_lb.load_balancer")["load_balancer_type"] = "network" },
			[]string{"networking/aws_lb.load_balancer: is no application load balancer"},
		},
		"IPv6": {
			func(p platform) { p.at("networking/aws_vpc.vpc")["assign_generated_ipv6_cidr_block"] = true },
			[]string{"networking/aws_vpc.vpc: has IPv6 addresses"},
		},
		"a read of another environment's state": {
			func(p platform) {
				p["security"].data["terraform_remote_state.networking"]["config"] = object{"bucket": "other", "key": "networking"}
			},
			[]string{"no stack keeps its state where data.terraform_remote_state.networking of test-security looks for it"},
		},
		"an output that isn't there": {
			func(p platform) { delete(p["networking"].outputs, "load_balancer_security_group_id") },
			[]string{"security/" + ruleOf("ingress", "backend", "load-balancer", 3001), "test-networking has no output load_balancer_security_group_id"},
		},
		"a reference to nothing": {
			func(p platform) {
				p.at("security/" + ruleOf("egress", "backend", "cache", 6379))["referenced_security_group_id"] = "${aws_security_group.redis.id}"
			},
			[]string{"security/" + ruleOf("egress", "backend", "cache", 6379), "there is no security/aws_security_group.redis"},
		},
		"a reference to something else": {
			func(p platform) {
				p.at("security/" + ruleOf("egress", "backend", "cache", 6379))["referenced_security_group_id"] = remote("s3_prefix_list_id")
			},
			[]string{"security/" + ruleOf("egress", "backend", "cache", 6379), "refers to networking/aws_vpc_endpoint.s3_endpoint, which is no security group"},
		},
		"a reference to what the environment doesn't have": {
			func(p platform) { p.output("endpoints_security_group_id", "") },
			[]string{"security/" + ruleOf("egress", "backend", "endpoints", 443) + ": is about nobody"},
		},
		"an expression that it can't follow": {
			func(p platform) {
				p.at("security/" + ruleOf("egress", "backend", "cache", 6379))["referenced_security_group_id"] = "${one(aws_security_group.cache_security_group[*].id)}"
			},
			[]string{"can't follow", "values.go"},
		},
		"an address known only later": {
			func(p platform) {
				p.at("security/" + ruleOf("egress", "backend", "internet", 443))["cidr_ipv4"] = "${aws_nat_gateway.nat_a.public_ip}"
			},
			[]string{"cidr_ipv4: aws_nat_gateway.nat_a.public_ip is known only once it is applied"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform()
			c.make(p)
			_, err := reach.Read(p.stacks(t))
			if err == nil {
				t.Fatal("it was read")
			}
			for _, part := range c.said {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not said, but\n%v", part, err)
				}
			}
		})
	}
}

func TestOutputsAreFollowedInEveryFormThatTheyAreReadIn(t *testing.T) {
	for _, form := range []string{
		"${data.terraform_remote_state.networking.outputs.groups.api}",
		`${data.terraform_remote_state.networking.outputs.groups["api"]}`,
		`${lookup(data.terraform_remote_state.networking.outputs.groups, "api")}`,
		`${lookup(data.terraform_remote_state.networking.outputs.groups, "api", null)}`,
		"${data.terraform_remote_state.networking.outputs.listed[1]}",
		"${element(data.terraform_remote_state.networking.outputs.listed, 1)}",
		"${element(data.terraform_remote_state.networking.outputs.nested.api, 0)}",
	} {
		p := newPlatform()
		balancer := "${aws_security_group.load_balancer_security_group.id}"
		p.output("groups", object{"api": balancer})
		p.output("listed", []string{"${aws_security_group.endpoints_security_group.id}", balancer})
		p.output("nested", object{"api": []string{balancer}})
		p.at("security/" + ruleOf("ingress", "backend", "load-balancer", 3001))["referenced_security_group_id"] = form
		for _, said := range verdict(t, p) {
			t.Errorf("%s: %s", form, said)
		}
	}
	p := newPlatform()
	p.output("private_cidr_block", "10.0.0.0/17")
	p.output("vpc_cidr_block", "${aws_vpc.vpc.cidr_block}")
	for _, output := range []string{"private_cidr_block", "vpc_cidr_block"} {
		rule := p.at("security/" + ruleOf("ingress", "backend", "frontend", 3001))
		delete(rule, "referenced_security_group_id")
		rule["cidr_ipv4"] = remote(output)
		for _, said := range verdict(t, p) {
			t.Errorf("%s: %s", output, said)
		}
	}
}
