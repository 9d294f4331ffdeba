package reach

import (
	"maps"
	"slices"
)

// marks of a resource that stands in the network or leads through it.
var marks = []string{
	"vpc_id", "subnet_id", "subnet_ids", "subnets", "subnet_mapping", "vpc_zone_identifier", "route_table_id", "route_table_ids",
	"security_group_id", "security_group_ids", "security_groups", "vpc_security_group_ids", "network_acl_id", "network_interface_id",
}

// refuseUnknown makes a problem of each resource that has to do with the network and that
// nothing here reads.
func (r *reader) refuseUnknown() {
	for _, s := range r.values.stacks {
		for _, b := range s.Resources {
			if _, known := kinds[b.Type]; known || slices.Contains(read, b.Type) {
				continue
			}
			if mark := marked(map[string]any(b.Object)); mark != "" {
				r.problem(s.Layer+"/"+b.Address(), "has %s, and internal/reach doesn't know what stands there or leads there; say it in kinds.go", mark)
			}
		}
	}
	for _, i := range r.of("aws_lb") {
		if i.String("load_balancer_type") != "application" {
			r.problem(i.name, "is no application load balancer; internal/reach knows no others")
		}
	}
	for _, i := range r.of("aws_vpc_endpoint") {
		if t := i.String("vpc_endpoint_type"); t != "Interface" && t != "Gateway" {
			r.problem(i.name, "is an endpoint of type %q; internal/reach knows Interface and Gateway", t)
		}
	}
}

func marked(in any) string {
	switch in := in.(type) {
	case []any:
		for _, item := range in {
			if mark := marked(item); mark != "" {
				return mark
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(in)) {
			if slices.Contains(marks, key) {
				return key
			}
			if mark := marked(in[key]); mark != "" {
				return mark
			}
		}
	}
	return ""
}
