package reach_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"strata/internal/reach"
)

// verdict is all that there is to say against a platform. Rules of network ACLs that no flow
// needs are left out: they open nothing.
func verdict(t *testing.T, p platform) []string {
	t.Helper()
	n := p.read(t)
	said := n.Compare(reach.Declared(product))
	for _, f := range n.Findings() {
		if f.Kind != reach.SpareRule {
			said = append(said, f.String())
		}
	}
	return said
}

type mistake struct {
	make func(p platform)
	// One and the same message must say all of this.
	said []string
}

// find makes each mistake in a platform of its own: it must be found, and what is said must
// name the resources that are to blame.
func find(t *testing.T, base func() platform, mistakes map[string]mistake) {
	t.Helper()
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			p := base()
			m.make(p)
			said := verdict(t, p)
			if !slices.ContainsFunc(said, func(s string) bool {
				return !slices.ContainsFunc(m.said, func(part string) bool { return !strings.Contains(s, part) })
			}) {
				t.Errorf("no message says all of\n  %s\nbut there are\n%s", strings.Join(m.said, "\n  "), strings.Join(said, "\n"))
			}
		})
	}
}

func TestTheConventionReachesWhatIsDeclared(t *testing.T) {
	for _, said := range verdict(t, newPlatform()) {
		t.Error(said)
	}
}

func TestMistakesAreFoundAndNamed(t *testing.T) {
	const (
		public, private, data = "networking/aws_network_acl.public_acl", "networking/aws_network_acl.private_acl", "networking/aws_network_acl.data_acl"
	)
	find(t, newPlatform, map[string]mistake{
		"SSH opened in the ACL and the group": {
			func(p platform) {
				p.change(public, "ingress", 40, object{"action": "allow"})
				p.allow("ingress", "bastion", "internet", 22, "cidr_ipv4", internet)
			},
			[]string{"internet reaches bastion on 22, and nothing declares it", public + " ingress rule 40 (allow tcp 22 from 0.0.0.0/0)",
				"security/aws_vpc_security_group_ingress_rule.bastion_internet_22", public + " egress rule 60"},
		},
		"SSH opened in the group alone": {
			func(p platform) { p.allow("ingress", "bastion", "internet", 22, "cidr_ipv4", internet) },
			[]string{"dead rule", "security/aws_vpc_security_group_ingress_rule.bastion_internet_22", "STOPPED: " + public + " ingress rule 40 (deny tcp 22"},
		},
		"a service opened to the internet": {
			func(p platform) { p.allow("ingress", "backend", "internet", 3001, "cidr_ipv4", internet) },
			[]string{"dead rule", "aws_vpc_security_group_ingress_rule.backend_internet_3001", "public address of backend", "has none"},
		},
		"a store that calls the internet": {
			func(p platform) { p.allow("egress", "database", "internet", 443, "cidr_ipv4", internet) },
			[]string{"dead rule", "aws_vpc_security_group_egress_rule.database_internet_443", "no route in networking/aws_route_table.data_routes", data + " egress has no rule for"},
		},
		"a rule without end": {
			func(p platform) {
				p.at("security/" + ruleOf("egress", "backend", "database", 3306))["ip_protocol"] = "-1"
			},
			[]string{"dead rule", "aws_vpc_security_group_egress_rule.backend_database_3306 (allow every protocol", "tcp 0-3305, 3307-65535"},
		},
		"every port between two groups": {
			func(p platform) {
				p.at("security/" + ruleOf("egress", "backend", "database", 3306))["ip_protocol"] = "-1"
				p.at("security/" + ruleOf("ingress", "database", "backend", 3306))["ip_protocol"] = "-1"
			},
			[]string{"backend reaches database on 6379", "egress_rule.backend_database_3306", "ingress_rule.database_backend_3306", data + " ingress rule 40"},
		},
		"a rule too many between two services": {
			func(p platform) {
				p.allow("egress", "frontend", "cache", 6379, "referenced_security_group_id", groupOf("cache"))
				p.allow("ingress", "cache", "frontend", 6379, "referenced_security_group_id", groupOf("frontend"))
			},
			[]string{"frontend reaches cache on 6379", "egress_rule.frontend_cache_6379", "ingress_rule.cache_frontend_6379",
				"the first of 4 such pairs", private + " egress rule 30", data + " ingress rule 40", data + " egress rule 20", private + " ingress rule 60"},
		},
		"a route of the data tier to the NAT gateway": {
			func(p platform) {
				p.add("networking/aws_route.data_internet", object{"route_table_id": "${aws_route_table.data_routes.id}", "destination_cidr_block": internet, "nat_gateway_id": "${aws_nat_gateway.nat_a.id}"})
			},
			[]string{"misplaced", "database_security_group of database stands in networking/aws_subnet.data_a", "networking/aws_route.data_internet"},
		},
		"that route, seen as one that leads nowhere": {
			func(p platform) {
				p.add("networking/aws_route.data_internet", object{"route_table_id": "${aws_route_table.data_routes.id}", "destination_cidr_block": internet, "nat_gateway_id": "${aws_nat_gateway.nat_a.id}"})
			},
			[]string{"spare route", "networking/aws_route.data_internet"},
		},
		"a deny taken out of an ACL": {
			func(p platform) { p.cut(public, "ingress", 50) },
			[]string{"exposed", public + " ingress rule 60 (allow tcp 1024-65535 from 0.0.0.0/0) lets the internet in on 3389"},
		},
		"no answers out of the data subnets": {
			func(p platform) { p.cut(data, "egress", 20) },
			[]string{"backend can't reach database on 3306", "STOPPED: " + data + " egress has no rule for"},
		},
		"no answers into the private subnets": {
			func(p platform) { p.cut(private, "ingress", 90) },
			[]string{"backend can't reach internet on 443", "answer", "STOPPED: " + private, private + " ingress has no rule for 1024-3388, 3390-65535"},
		},
		"answers on some ports only": {
			func(p platform) { p.change(data, "egress", 20, object{"from_port": 32768}) },
			[]string{"lost answers", data, "ports 1024-32767", "backend -> database"},
		},
		"answers on no port that both ends let pass": {
			func(p platform) {
				p.change(data, "egress", 20, object{"to_port": 30000})
				p.change(private, "ingress", 60, object{"from_port": 30001})
				p.change(private, "ingress", 90, object{"from_port": 30001})
			},
			[]string{"backend can't reach database on 3306", "answer", "STOPPED: " + private},
		},
		"an ingress without egress": {
			func(p platform) { p.drop("security/" + ruleOf("egress", "backend", "cache", 6379)) },
			[]string{"dead rule", "aws_vpc_security_group_ingress_rule.cache_backend_6379", "groups of backend, way out: STOPPED"},
		},
		"an egress without ingress": {
			func(p platform) { p.drop("security/" + ruleOf("ingress", "cache", "backend", 6379)) },
			[]string{"dead rule", "aws_vpc_security_group_egress_rule.backend_cache_6379", "groups of cache, way in: STOPPED"},
		},
		"a prefix list for another": {
			func(p platform) {
				p.drop("security/" + ruleOf("egress", "frontend", "dynamodb", 443))
				p.drop("security/" + ruleOf("egress", "frontend", "internet", 443))
			},
			[]string{"frontend can't reach dynamodb on 443", "groups of frontend, way out: STOPPED"},
		},
		"a rule about addresses that the internet doesn't have": {
			func(p platform) { p.allow("ingress", "bastion", "internet", 443, "cidr_ipv4", "192.168.0.0/16") },
			[]string{"dead rule", "ingress_rule.bastion_internet_443 (allow tcp 443 from 192.168.0.0/16)", "nobody is there"},
		},
		"an ACL that names one zone of two": {
			func(p platform) { p.change(data, "ingress", 30, object{"cidr_block": "10.0.0.0/20"}) },
			[]string{"gap", "backend reaches database on 3306 between only 2 of 4", "from networking/aws_subnet.private_b", data + " ingress has no rule for"},
		},
		"an ACL that names a part of a subnet": {
			func(p platform) { p.change(data, "ingress", 30, object{"cidr_block": "10.0.0.0/24"}) },
			[]string{"gap", "from networking/aws_subnet.private_a (10.0.1.0-10.0.15.255)", data + " ingress has no rule for"},
		},
		"an ACL closed between services": { // which it isn't asked for within a subnet
			func(p platform) { p.change(private, "egress", 10, object{"action": "deny"}) },
			[]string{"gap", "frontend reaches backend on 3001 between only 2 of 4", private + " egress rule 10 (deny tcp 3001"},
		},
		"a zone without a way out": {
			func(p platform) { p.drop("networking/aws_route.private_b_internet") },
			[]string{"gap", "backend reaches internet on 443 between only 1 of 2", "no route in networking/aws_route_table.private_b_routes"},
		},
		"a zone without the endpoint of S3": {
			func(p platform) {
				e := p.at("networking/aws_vpc_endpoint.s3_endpoint")
				e["route_table_ids"] = slices.DeleteFunc(e["route_table_ids"].([]string), func(t string) bool { return strings.Contains(t, "private_b") })
			},
			[]string{"gap", "backend reaches s3 on 443 between only 1 of 2", "STOPPED: networking/aws_route.private_b_internet"},
		},
		"a subnet without an ACL of its own": {
			func(p platform) {
				p.at("networking/aws_network_acl.data_acl")["subnet_ids"] = []string{"${aws_subnet.data_a.id}"}
			},
			[]string{"exposed", "the VPC's default network ACL (allow every protocol from 0.0.0.0/0) lets the internet in on 22"},
		},
		"a subnet without a route table of its own": {
			func(p platform) { p.drop("networking/aws_route_table_association.private_a") },
			[]string{"gap", "backend reaches internet on 443 between only 1 of 2", "no route in the VPC's main route table"},
		},
		"a NAT gateway that an ACL keeps the callers from": {
			func(p platform) {
				p.insert(public, "ingress", object{"rule_no": 5, "action": "deny", "protocol": "tcp", "cidr_block": privateBlock, "from_port": 443, "to_port": 443})
			},
			[]string{"backend can't reach internet on 443", "network ACL into networking/aws_subnet.public_a: STOPPED: " + public + " ingress rule 5 (deny tcp 443 from 10.0.0.0/17)"},
		},
		"a NAT gateway that an ACL keeps from the internet": {
			func(p platform) { p.change(public, "egress", 50, object{"action": "deny"}) },
			[]string{"backend can't reach internet on 443", "network ACL out of networking/aws_subnet.public_a to internet: STOPPED: " + public + " egress rule 50 (deny tcp 443"},
		},
		"a NAT gateway in a subnet that doesn't lead out": {
			func(p platform) { p.at("networking/aws_nat_gateway.nat_a")["subnet_id"] = "${aws_subnet.data_a.id}" },
			[]string{"gap", "backend reaches internet on 443", "route from networking/aws_subnet.data_a to internet: STOPPED: no route in networking/aws_route_table.data_routes"},
		},
		"a NAT gateway that leads to itself": {
			func(p platform) { p.at("networking/aws_nat_gateway.nat_a")["subnet_id"] = "${aws_subnet.private_a.id}" },
			[]string{"gap", "backend reaches internet on 443", "route from networking/aws_subnet.private_a to internet: STOPPED: networking/aws_route.private_a_internet"},
		},
		"no route back to the internet": {
			func(p platform) { p.drop("networking/aws_route.public_internet") },
			[]string{"internet can't reach load-balancer on 443", "answer", "STOPPED: no route in networking/aws_route_table.public_routes"},
		},
		"a port that nothing listens on": {
			func(p platform) { p.drop("networking/aws_lb_listener.listener_80") },
			[]string{"dead rule", "aws_vpc_security_group_ingress_rule.load_balancer_80", "ports that the load balancer listens on: STOPPED"},
		},
		"a port that nothing listens on, and is declared": {
			func(p platform) { p.drop("networking/aws_lb_listener.listener_443") },
			[]string{"internet can't reach load-balancer on 443", "ports that the load balancer listens on: STOPPED"},
		},
		"a listener of another load balancer": {
			func(p platform) {
				inside := p.add("networking/aws_lb.inside", object{"load_balancer_type": "application", "internal": true,
					"security_groups": p.at("networking/aws_lb.load_balancer")["security_groups"], "subnets": []string{"${aws_subnet.public_a.id}"}})
				p.add("networking/aws_lb_listener.inside", object{"load_balancer_arn": inside, "port": 8080})
				p.allow("ingress", "load-balancer", "internet", 8080, "cidr_ipv4", internet)
			},
			[]string{"dead rule", "ingress_rule.load_balancer_internet_8080", "from internet to load-balancer"},
		},
		"a listener too many": {
			func(p platform) {
				p.add("networking/aws_lb_listener.listener_8080", object{"load_balancer_arn": "${aws_lb.load_balancer.arn}", "port": 8080})
				p.allow("ingress", "load-balancer", "internet", 8080, "cidr_ipv4", internet)
			},
			[]string{"internet reaches load-balancer on 8080", "networking/aws_lb_listener.listener_8080", "ingress_rule.load_balancer_internet_8080", public + " ingress rule 60"},
		},
		"a call that no target group is made for": {
			func(p platform) {
				p.at("networking/aws_lb_target_group.backend_target_group")["port"] = 3002
			},
			[]string{"load-balancer can't reach backend on 3001", "ports that the load balancer calls: STOPPED"},
		},
		"a load balancer without a public address": {
			func(p platform) { p.at("networking/aws_lb.load_balancer")["internal"] = true },
			[]string{"internet can't reach load-balancer on 443", "networking/aws_lb.load_balancer has none"},
		},
	})
}

func TestThingsStandWhereTheirLayersPutThem(t *testing.T) {
	p := withAllLayers()
	for _, said := range verdict(t, p) {
		t.Error(said)
	}
	for _, e := range p.read(t).Entities {
		if e.ByConvention {
			t.Errorf("%s is rendered, and still taken to stand where the convention puts it", e.Name)
		}
	}
	find(t, withAllLayers, map[string]mistake{
		"a service in public subnets": {
			func(p platform) {
				p.at("compute/aws_ecs_service.backend_service")["network_configuration"].(object)["subnets"] = remote("public_subnet_ids")
			},
			[]string{"misplaced", "compute/aws_ecs_service.backend_service", "networking/aws_subnet.public_a", "belongs into private subnets"},
		},
		"a service that would leave by the internet gateway, and has no public address": {
			func(p platform) {
				p.at("compute/aws_ecs_service.backend_service")["network_configuration"].(object)["subnets"] = remote("public_subnet_ids")
			},
			[]string{"backend can't reach internet on 443", "public address of backend: STOPPED: compute/aws_ecs_service.backend_service has none"},
		},
		"a database in private subnets": {
			func(p platform) {
				p.at("storage/aws_db_subnet_group.database")["subnet_ids"] = remote("private_subnet_ids")
			},
			[]string{"misplaced", "storage/aws_db_instance.replica", "networking/aws_subnet.private_a", "belongs into data subnets"},
		},
		"a service in one zone": {
			func(p platform) {
				p.at("compute/aws_ecs_service.backend_service")["network_configuration"].(object)["subnets"] = []string{"${element(data.terraform_remote_state.networking.outputs.private_subnet_ids, 1)}"}
			},
			[]string{"misplaced", "backend stands in the zones eu-central-1b only"},
		},
		"a service with another's group": {
			func(p platform) {
				p.at("compute/aws_ecs_service.frontend_service")["network_configuration"].(object)["security_groups"] = remoteGroup("backend")
			},
			[]string{"frontend reaches database on 3306, and nothing declares it", "egress_rule.backend_database_3306"},
		},
		"a group that nothing carries": {
			func(p platform) {
				p.at("compute/aws_ecs_service.frontend_service")["network_configuration"].(object)["security_groups"] = remoteGroup("backend")
			},
			[]string{"misplaced", "security/aws_security_group.frontend_security_group is carried by nothing"},
		},
		"a thing without a group": {
			func(p platform) { delete(p.at("storage/aws_db_instance.database"), "vpc_security_group_ids") },
			[]string{"misplaced", "storage/aws_db_instance.database carries no security group"},
		},
		"a service with a public address that its group opens": {
			func(p platform) {
				network := p.at("compute/aws_ecs_service.backend_service")["network_configuration"].(object)
				network["subnets"], network["assign_public_ip"] = remote("public_subnet_ids"), true
				p.allow("ingress", "backend", "internet", 3001, "cidr_ipv4", internet)
			},
			[]string{"internet reaches backend on 3001", "compute/aws_ecs_service.backend_service", "ingress_rule.backend_internet_3001"},
		},
	})
}

// between are the ports on which one reaches another.
func between(t *testing.T, p platform, from, to string) (services []string) {
	t.Helper()
	for _, f := range p.read(t).Flows() {
		if f.From == from && f.To == to {
			services = append(services, f.Service())
		}
	}
	return services
}

// open lets the backend reach the cache on some more ports, by the groups and the ACLs.
func (p platform) open(protocol string, out, in [2]int) {
	for _, r := range []struct {
		address string
		ports   [2]int
	}{
		{p.allow("egress", "backend", "cache", 1, "referenced_security_group_id", groupOf("cache")), out},
		{p.allow("ingress", "cache", "backend", 1, "referenced_security_group_id", groupOf("backend")), in},
	} {
		maps.Copy(p.at(r.address), object{"ip_protocol": protocol, "from_port": r.ports[0], "to_port": r.ports[1]})
	}
	all := object{"rule_no": 9, "action": "allow", "protocol": protocol, "cidr_block": internet, "from_port": 7000, "to_port": 9999}
	p.insert("networking/aws_network_acl.private_acl", "egress", maps.Clone(all))
	p.insert("networking/aws_network_acl.data_acl", "ingress", maps.Clone(all))
}

func TestPortsAreThoseThatEveryRuleOnTheWayLetsPass(t *testing.T) {
	p := newPlatform()
	p.open("tcp", [2]int{8000, 8500}, [2]int{8400, 9000})
	p.insert("networking/aws_network_acl.data_acl", "ingress", object{"rule_no": 8, "action": "deny", "protocol": "tcp", "cidr_block": internet, "from_port": 8450, "to_port": 8450})
	if got, want := between(t, p, "backend", "cache"), []string{"6379", "8400-8449", "8451-8500"}; !slices.Equal(got, want) {
		t.Errorf("backend reaches cache on %v, want %v", got, want)
	}

	p = newPlatform()
	p.add("networking/aws_lb_listener.listener_8080", object{"load_balancer_arn": "${aws_lb.load_balancer.arn}", "port": 8080})
	maps.Copy(p.at(p.allow("ingress", "load-balancer", "internet", 1, "cidr_ipv4", internet)), object{"from_port": 8000, "to_port": 8999})
	if got, want := between(t, p, "internet", "load-balancer"), []string{"80", "443", "8080"}; !slices.Equal(got, want) {
		t.Errorf("internet reaches load-balancer on %v, want %v", got, want)
	}
}

// A datagram has done its work when it arrives, and what is declared is TCP.
func TestADatagramNeedsNoAnswer(t *testing.T) {
	p := newPlatform()
	p.open("udp", [2]int{8000, 8000}, [2]int{8000, 8000})
	p.cut("networking/aws_network_acl.data_acl", "egress", 20)
	if got, want := between(t, p, "backend", "cache"), []string{"udp 8000"}; !slices.Equal(got, want) {
		t.Errorf("backend reaches cache on %v, want %v", got, want)
	}
	p = newPlatform()
	p.open("udp", [2]int{8000, 8000}, [2]int{8000, 8000})
	declared := append(reach.Declared(product), reach.Edge{From: "backend", To: "cache", Port: 8000})
	if said := strings.Join(p.read(t).Compare(declared), "\n"); !strings.Contains(said, "backend reaches cache on udp 8000, and nothing declares it") {
		t.Errorf("UDP passes for the TCP that is declared:\n%s", said)
	}
	p.at("security/" + ruleOf("egress", "backend", "cache", 1))["ip_protocol"] = "tcp"
	if got, want := between(t, p, "backend", "cache"), []string{"6379"}; !slices.Equal(got, want) {
		t.Errorf("backend reaches cache on %v, want %v: one group lets TCP pass, the other UDP", got, want)
	}
}
