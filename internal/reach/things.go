package reach

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// thing is a resource that stands in the network.
type thing struct {
	name    string
	entity  string
	subnets []*subnet
	groups  []string
	public  bool
	// balancer is set for a load balancer: it listens and calls on these ports alone.
	balancer       bool
	listens, calls []*rule
}

func (r *reader) things() {
	r.refuseUnknown()
	r.add(Internet)
	found := map[string][]thing{}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		for _, i := range r.of(name) {
			if t := r.thing(name, i); t.entity != "" {
				found[t.entity] = append(found[t.entity], t)
			}
		}
	}
	for _, g := range r.of("aws_security_group") {
		entity := r.groups[g.name].entity
		if len(found[entity]) > 0 {
			continue
		}
		tier := tierOf(entity)
		found[entity] = []thing{{name: g.name, entity: entity, subnets: r.published(tier), groups: []string{g.name}, public: entity == Bastion}}
		r.add(entity).ByConvention = true
	}
	for entity, things := range found {
		e := r.add(entity)
		e.Tier, e.things = tierOf(entity), things
	}
	for _, e := range r.of("aws_vpc_endpoint") {
		if e.String("vpc_endpoint_type") == "Gateway" {
			service := e.String("service_name")
			name := service[strings.LastIndex(service, ".")+1:]
			r.add(name).things = []thing{{name: e.name, entity: name}}
		}
	}
	r.sort()
}

func (r *reader) thing(of string, i item) thing {
	k := kinds[of]
	t := thing{name: i.name, entity: k.entity(i)}
	if t.entity == "" {
		return t
	}
	t.groups, t.public = r.first(i, k.groups), k.public(i)
	t.subnets = r.standing(i.name, r.first(i, k.subnets))
	for _, g := range t.groups {
		if r.groups[g] == nil {
			r.problem(i.name, "carries %s, which is no security group", g)
		}
	}
	if of == "aws_lb" {
		r.ports(i, &t)
	}
	return t
}

func (r *reader) add(name string) *Entity {
	if e := r.Entity(name); e != nil {
		return e
	}
	e := &Entity{Name: name}
	r.Entities = append(r.Entities, e)
	return e
}

// sort puts the entities from the internet inwards, and what AWS offers last.
func (r *reader) sort() {
	order := []string{Internet, LoadBalancer, Bastion, "", Endpoints, Database, Cache, S3, DynamoDB}
	at := func(e *Entity) int {
		if i := slices.Index(order, e.Name); i >= 0 {
			return i
		}
		return slices.Index(order, "")
	}
	slices.SortFunc(r.Entities, func(a, b *Entity) int { return cmp.Or(at(a)-at(b), cmp.Compare(a.Name, b.Name)) })
}

// first are the resources that the first of the attributes refers to which is there.
func (r *reader) first(i item, attributes []string) []string {
	for _, attribute := range attributes {
		if found := r.walk(i, attribute); len(found) > 0 {
			return found
		}
	}
	return nil
}

func (r *reader) walk(i item, attribute string) []string {
	hop, rest, more := strings.Cut(attribute, ">")
	found := r.refs(i, strings.Split(hop, ".")...)
	if !more {
		return found
	}
	var all []string
	for _, name := range found {
		layer, _, _ := strings.Cut(name, "/")
		for _, s := range r.values.stacks {
			if s.Layer == layer {
				all = append(all, r.walk(item{name: name, stack: s, Object: r.values.blocks[name].Object}, rest)...)
			}
		}
	}
	return all
}

func (r *reader) standing(name string, ids []string) (subnets []*subnet) {
	for _, id := range ids {
		if r.byName[id] == nil {
			r.problem(name, "stands in %s, which is no subnet", id)
			continue
		}
		subnets = append(subnets, r.byName[id])
	}
	if len(subnets) == 0 {
		r.problem(name, "stands in no subnet")
	}
	return subnets
}

// published are the subnets of a tier by the output that the layers read.
func (r *reader) published(tier string) []*subnet {
	name := tier + "_subnet_ids"
	for _, s := range r.values.stacks {
		if s.Outputs[name] == nil {
			continue
		}
		ids, err := r.values.references(value{s, s.Outputs[name]["value"]})
		if err != nil {
			r.problem(s.Name, "output %s: %w", name, err)
		}
		return r.standing("output "+name+" of "+s.Name, ids)
	}
	r.problem(r.Name, "no stack has the output %s", name)
	return nil
}

// ports reads what a load balancer listens on, and where it calls its targets.
func (r *reader) ports(balancer item, t *thing) {
	t.balancer = true
	port := func(i item, way string, n int) *rule {
		p := &rule{name: i.name, protocol: tcp, ports: Ports{n, n}, cidr: everywhere}
		p.says = way + " " + p.ports.String()
		return p
	}
	for _, l := range r.of("aws_lb_listener") {
		if r.ref(l, "load_balancer_arn") == balancer.name {
			t.listens = append(t.listens, port(l, "listens on", l.Int("port")))
		}
	}
	for _, g := range r.of("aws_lb_target_group") {
		t.calls = append(t.calls, port(g, "is called on", g.Int("port")))
		if n, err := strconv.Atoi(g.String("health_check", "port")); err == nil {
			t.calls = append(t.calls, port(g, "is asked for its health on", n))
		}
	}
}
