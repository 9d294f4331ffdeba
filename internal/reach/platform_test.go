package reach_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"strata/internal/reach"
	"strata/internal/rendered"
)

// platform is an environment as its layers render it, cut down to what leads somewhere: two
// zones, two services that call each other and the stores, a bastion.
type platform map[string]*layer

type layer struct {
	resources, data, outputs map[string]object
}

type object = map[string]any

var zones = []string{"a", "b"}

var product = reach.Product{
	Services: map[string]reach.Service{
		"frontend": {Port: 80, Egress: []int{443}},
		"backend":  {Port: 3001, Uses: []string{"database", "cache"}, Serves: []string{"frontend"}, Egress: []int{443}},
	},
	Database: true, Cache: true, Bastion: true, Endpoints: true, BastionEgress: []int{443},
}

const (
	vpcBlock, publicBlock, privateBlock, dataBlock = "10.0.0.0/16", "10.0.128.0/18", "10.0.0.0/17", "10.0.192.0/19"
	internet                                       = "0.0.0.0/0"
)

func newPlatform() platform {
	p := platform{}
	for _, name := range []string{"networking", "security"} {
		p[name] = &layer{map[string]object{}, map[string]object{}, map[string]object{}}
	}
	p.network()
	p.guards()
	p.balancer()
	p.groups()
	return p
}

func (p platform) add(address string, attributes object) string {
	layer, name, _ := strings.Cut(address, "/")
	p[layer].resources[name] = attributes
	return "${" + name + ".id}"
}

// at is a resource's attributes, to change them.
func (p platform) at(address string) object {
	layer, name, _ := strings.Cut(address, "/")
	if p[layer] == nil || p[layer].resources[name] == nil {
		panic("the platform has no " + address)
	}
	return p[layer].resources[name]
}

// change changes a numbered rule of a network ACL, cut takes it out, insert adds one.
func (p platform) change(acl, way string, number int, to object) {
	maps.Copy(p.aclRule(acl, way, number), to)
}

func (p platform) cut(acl, way string, number int) {
	p.aclRule(acl, way, number)
	rules := p.at(acl)[way].([]object)
	p.at(acl)[way] = slices.DeleteFunc(rules, func(r object) bool { return r["rule_no"] == number })
}

func (p platform) insert(acl, way string, rule object) {
	p.at(acl)[way] = append(p.at(acl)[way].([]object), rule)
}

func (p platform) aclRule(acl, way string, number int) object {
	for _, r := range p.at(acl)[way].([]object) {
		if r["rule_no"] == number {
			return r
		}
	}
	panic(fmt.Sprintf("%s has no %s rule %d", acl, way, number))
}

func (p platform) drop(address string) {
	p.at(address)
	layer, name, _ := strings.Cut(address, "/")
	delete(p[layer].resources, name)
}

func (p platform) network() {
	vpc := p.add("networking/aws_vpc.vpc", object{"cidr_block": vpcBlock})
	gateway := p.add("networking/aws_internet_gateway.internet_gateway", object{"vpc_id": vpc})
	subnets := map[string][]string{}
	tables := []string{}
	cidrs := map[string][]string{
		"public": {"10.0.128.0/21", "10.0.136.0/21"}, "private": {"10.0.0.0/20", "10.0.16.0/20"}, "data": {"10.0.192.0/22", "10.0.196.0/22"},
	}
	for _, tier := range slices.Sorted(maps.Keys(cidrs)) {
		table := p.add("networking/aws_route_table."+tier+"_routes", object{"vpc_id": vpc})
		for i, zone := range zones {
			id := tier + "_" + zone
			subnet := p.add("networking/aws_subnet."+id, object{"vpc_id": vpc, "cidr_block": cidrs[tier][i], "availability_zone": "eu-central-1" + zone})
			subnets[tier] = append(subnets[tier], subnet)
			if tier == "private" {
				table = p.add("networking/aws_route_table."+id+"_routes", object{"vpc_id": vpc})
				p.add("networking/aws_route."+id+"_internet", object{"route_table_id": table, "destination_cidr_block": internet, "nat_gateway_id": "${aws_nat_gateway.nat_" + zone + ".id}"})
				p.add("networking/aws_nat_gateway.nat_"+zone, object{"subnet_id": "${aws_subnet.public_" + zone + ".id}"})
			}
			tables = append(tables, table)
			p.add("networking/aws_route_table_association."+id, object{"subnet_id": subnet, "route_table_id": table})
		}
	}
	p.drop("networking/aws_route_table.private_routes")
	p.add("networking/aws_route.public_internet", object{"route_table_id": "${aws_route_table.public_routes.id}", "destination_cidr_block": internet, "gateway_id": gateway})
	tables = slices.DeleteFunc(slices.Compact(tables), func(t string) bool { return strings.Contains(t, "data") })
	for _, service := range []string{"s3", "dynamodb"} {
		p.add("networking/aws_vpc_endpoint."+service+"_endpoint", object{
			"vpc_id": vpc, "vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.eu-central-1." + service, "route_table_ids": tables})
		p.output(service+"_prefix_list_id", "${aws_vpc_endpoint."+service+"_endpoint.prefix_list_id}")
	}
	for _, service := range []string{"logs", "kms"} {
		p.add("networking/aws_vpc_endpoint."+service+"_endpoint", object{
			"vpc_id": vpc, "vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.eu-central-1." + service,
			"subnet_ids": subnets["private"], "security_group_ids": []string{"${aws_security_group.endpoints_security_group.id}"}})
	}
	for tier, ids := range subnets {
		p.output(tier+"_subnet_ids", ids)
	}
}

func (p platform) output(name string, value any) {
	p["networking"].outputs[name] = object{"value": value}
}

// guards are the network ACLs.
func (p platform) guards() {
	rule := func(action, cidr string, from, to int) object {
		return object{"action": action, "protocol": "tcp", "cidr_block": cidr, "from_port": from, "to_port": to}
	}
	allow := func(cidr string, ports ...int) (rules []object) {
		for _, port := range ports {
			rules = append(rules, rule("allow", cidr, port, port))
		}
		return rules
	}
	answers := func(cidr string) []object { return []object{rule("allow", cidr, 1024, 65535)} }
	closed := func() []object { return []object{rule("deny", internet, 22, 22), rule("deny", internet, 3389, 3389)} }
	for tier, rules := range map[string]struct{ in, out []object }{
		"public": {
			slices.Concat(allow(internet, 80, 443), answers(vpcBlock), closed(), answers(internet)),
			slices.Concat(allow(privateBlock, 80, 3001), allow(dataBlock, 3306, 6379), allow(internet, 443), answers(internet)),
		},
		"private": {
			slices.Concat(allow(publicBlock, 80, 443, 3001), allow(privateBlock, 443, 3001), answers(vpcBlock), closed(), answers(internet)),
			slices.Concat(allow(privateBlock, 3001), allow(dataBlock, 3306, 6379), allow(internet, 443), answers(publicBlock), answers(privateBlock)),
		},
		"data": {
			slices.Concat(allow(publicBlock, 3306, 6379), allow(privateBlock, 3306, 6379)),
			slices.Concat(answers(publicBlock), answers(privateBlock)),
		},
	} {
		for _, list := range [][]object{rules.in, rules.out} {
			for i, r := range list {
				r["rule_no"] = 10 * (i + 1)
			}
		}
		ids := []string{}
		for _, zone := range zones {
			ids = append(ids, "${aws_subnet."+tier+"_"+zone+".id}")
		}
		p.add("networking/aws_network_acl."+tier+"_acl", object{"vpc_id": "${aws_vpc.vpc.id}", "subnet_ids": ids, "ingress": rules.in, "egress": rules.out})
	}
}

func (p platform) balancer() {
	group := p.add("networking/aws_security_group.load_balancer_security_group", object{"vpc_id": "${aws_vpc.vpc.id}"})
	p.add("networking/aws_security_group.endpoints_security_group", object{"vpc_id": "${aws_vpc.vpc.id}"})
	for _, id := range []string{"load_balancer", "endpoints"} {
		p.output(id+"_security_group_id", "${aws_security_group."+id+"_security_group.id}")
	}
	p.add("networking/aws_lb.load_balancer", object{
		"load_balancer_type": "application", "internal": false, "security_groups": []string{group},
		"subnets": []string{"${aws_subnet.public_a.id}", "${aws_subnet.public_b.id}"}})
	for _, port := range []int{80, 443} {
		p.add(fmt.Sprintf("networking/aws_lb_listener.listener_%d", port), object{"load_balancer_arn": "${aws_lb.load_balancer.arn}", "port": port})
		p.add(fmt.Sprintf("networking/aws_vpc_security_group_ingress_rule.load_balancer_%d", port), object{
			"security_group_id": group, "cidr_ipv4": internet, "ip_protocol": "tcp", "from_port": port, "to_port": port})
	}
	for name, s := range product.Services {
		p.add("networking/aws_lb_target_group."+name+"_target_group", object{"vpc_id": "${aws_vpc.vpc.id}", "port": s.Port})
	}
}

// groups are the security groups of the security layer, and the rules that let pass what
// reach.Declared declares.
func (p platform) groups() {
	p["security"].data["terraform_remote_state.networking"] = object{"config": object{"bucket": "state", "key": "networking"}}
	for _, id := range []string{"frontend", "backend", "database", "cache", "bastion"} {
		p.add("security/aws_security_group."+id+"_security_group", object{"vpc_id": "${data.terraform_remote_state.networking.outputs.vpc_id}"})
	}
	for _, e := range reach.Declared(product) {
		switch {
		case e.From == reach.Internet:
		case e.From != reach.LoadBalancer && e.To == reach.LoadBalancer: // comes with the way to the internet
		case e.To == reach.Internet:
			p.allow("egress", e.From, e.To, e.Port, "cidr_ipv4", internet)
		case e.To == reach.S3 || e.To == reach.DynamoDB:
			p.allow("egress", e.From, e.To, e.Port, "prefix_list_id", remote(e.To+"_prefix_list_id"))
		default:
			p.allow("egress", e.From, e.To, e.Port, "referenced_security_group_id", groupOf(e.To))
			p.allow("ingress", e.To, e.From, e.Port, "referenced_security_group_id", groupOf(e.From))
		}
	}
}

func remote(output string) string {
	return "${data.terraform_remote_state.networking.outputs." + output + "}"
}

func groupOf(entity string) string {
	id := strings.ReplaceAll(entity, "-", "_") + "_security_group"
	if entity == reach.LoadBalancer || entity == reach.Endpoints {
		return remote(id + "_id")
	}
	return "${aws_security_group." + id + ".id}"
}

// allow adds a rule to the group of an entity, and gives its address.
func (p platform) allow(way, entity, peer string, port int, key, value string) string {
	address := "security/" + ruleOf(way, entity, peer, port)
	p.add(address, object{"security_group_id": groupOf(entity), "ip_protocol": "tcp", "from_port": port, "to_port": port, key: value})
	return address
}

func ruleOf(way, entity, peer string, port int) string {
	return fmt.Sprintf("aws_vpc_security_group_%s_rule.%s_%s_%d", way, strings.ReplaceAll(entity, "-", "_"), strings.ReplaceAll(peer, "-", "_"), port)
}

// withAllLayers has the layers too that render the things themselves, which else are taken to
// stand where the convention puts them.
func withAllLayers() platform {
	p := newPlatform()
	for _, id := range []string{"frontend", "backend", "database", "cache", "bastion"} {
		p["security"].outputs[id+"_security_group_id"] = object{"value": "${aws_security_group." + id + "_security_group.id}"}
	}
	for _, l := range []string{"compute", "storage"} {
		p[l] = &layer{map[string]object{}, map[string]object{
			"terraform_remote_state.networking": {"config": object{"bucket": "state", "key": "networking"}},
			"terraform_remote_state.security":   {"config": object{"bucket": "state", "key": "security"}},
		}, map[string]object{}}
	}
	for _, id := range []string{"frontend", "backend"} {
		p.add("compute/aws_ecs_service."+id+"_service", object{"network_configuration": object{
			"subnets": remote("private_subnet_ids"), "security_groups": remoteGroup(id), "assign_public_ip": false}})
	}
	p.add("compute/aws_launch_template.bastion", object{"vpc_security_group_ids": remoteGroup("bastion")})
	p.add("compute/aws_autoscaling_group.bastion", object{
		"vpc_zone_identifier": remote("public_subnet_ids"), "launch_template": object{"id": "${aws_launch_template.bastion.id}"}})
	p.add("storage/aws_db_subnet_group.database", object{"name": "test", "subnet_ids": remote("data_subnet_ids")})
	p.add("storage/aws_db_instance.database", object{"db_subnet_group_name": "${aws_db_subnet_group.database.name}", "vpc_security_group_ids": remoteGroup("database")})
	p.add("storage/aws_db_instance.replica", object{"replicate_source_db": "${aws_db_instance.database.identifier}", "vpc_security_group_ids": remoteGroup("database")})
	p.add("storage/aws_elasticache_subnet_group.cache", object{"subnet_ids": remote("data_subnet_ids")})
	p.add("storage/aws_elasticache_replication_group.cache", object{
		"subnet_group_name": "${aws_elasticache_subnet_group.cache.name}", "security_group_ids": remoteGroup("cache")})
	return p
}

func remoteGroup(id string) []string {
	return []string{"${data.terraform_remote_state.security.outputs." + id + "_security_group_id}"}
}

// stacks are the platform as if they had been rendered and read.
func (p platform) stacks(t *testing.T) (stacks []rendered.Stack) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(p)) {
		var l struct{ Resources, Data, Outputs map[string]rendered.Object }
		text, err := json.Marshal(map[string]any{"Resources": p[name].resources, "Data": p[name].data, "Outputs": p[name].outputs})
		if err == nil {
			err = json.Unmarshal(text, &l)
		}
		if err != nil {
			t.Fatal(err)
		}
		stacks = append(stacks, rendered.Stack{
			Name: "test-" + name, Environment: "test", Layer: name, Outputs: l.Outputs, Resources: blocks(l.Resources), Data: blocks(l.Data),
			Terraform: rendered.Object{"backend": object{"s3": object{"bucket": "state", "key": name}}},
		})
	}
	return stacks
}

func blocks(of map[string]rendered.Object) (blocks []rendered.Block) {
	for _, address := range slices.Sorted(maps.Keys(of)) {
		kind, name, _ := strings.Cut(address, ".")
		blocks = append(blocks, rendered.Block{Type: kind, Name: name, Object: of[address]})
	}
	return blocks
}

func (p platform) read(t *testing.T) *reach.Network {
	t.Helper()
	n, err := reach.Read(p.stacks(t))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
