package reach

import "strings"

// The tiers of subnets, by what their routes make of them: public ones lead to the internet
// gateway, private ones to a NAT gateway, data subnets nowhere.
const (
	publicTier = "public"
	private    = "private"
	data       = "data"
)

// tierOf is where an entity belongs, and where it is taken to stand, in the subnets that
// networking publishes for the tier, while no stack renders it.
func tierOf(entity string) string {
	switch entity {
	case LoadBalancer, Bastion:
		return publicTier
	case Database, Cache:
		return data
	default: // services and interface endpoints
		return private
	}
}

// kind says how a type of resource stands in the network. Each attribute is the way to it
// through blocks and, after a >, through the resource that it refers to.
type kind struct {
	// entity that a resource of the kind is, "" for one that stands nowhere.
	entity func(item) string
	// subnets and groups: the first attribute that is there counts.
	subnets, groups []string
	// public says whether it has a public address.
	public func(item) bool
}

// kinds are the types of resources that stand in the network. A layer that renders another
// adds it here; until then Read refuses it, so that nothing stands there unseen.
var kinds = map[string]kind{
	"aws_lb": {
		entity: called(LoadBalancer), subnets: []string{"subnets"}, groups: []string{"security_groups"},
		public: func(i item) bool { return i.At("internal") != true },
	},
	"aws_vpc_endpoint": {
		entity: func(i item) string {
			if i.String("vpc_endpoint_type") == "Interface" {
				return Endpoints
			}
			return ""
		},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, public: never,
	},
	"aws_ecs_service": {
		entity: trimmed("_service"), subnets: []string{"network_configuration.subnets"}, groups: []string{"network_configuration.security_groups"},
		public: func(i item) bool { return i.At("network_configuration", "assign_public_ip") == true },
	},
	"aws_db_instance": {
		entity: called(Database), groups: []string{"vpc_security_group_ids"},
		// A replica stands where its source does.
		subnets: []string{"db_subnet_group_name>subnet_ids", "replicate_source_db>db_subnet_group_name>subnet_ids"},
		public:  func(i item) bool { return i.At("publicly_accessible") == true },
	},
	"aws_elasticache_replication_group": {
		entity: called(Cache), subnets: []string{"subnet_group_name>subnet_ids"}, groups: []string{"security_group_ids"}, public: never,
	},
	"aws_autoscaling_group": {
		entity: called(Bastion), subnets: []string{"vpc_zone_identifier"},
		groups: []string{"launch_template.id>network_interfaces.security_groups", "launch_template.id>vpc_security_group_ids"},
		public: always,
	},
	"aws_instance": {
		entity: called(Bastion), subnets: []string{"subnet_id"}, groups: []string{"vpc_security_group_ids"}, public: always,
	},
}

// read are the types that have subnets, groups or routes and are read elsewhere in this
// package, and those that open no way.
var read = []string{
	"aws_subnet", "aws_route", "aws_route_table", "aws_default_route_table", "aws_route_table_association", "aws_nat_gateway",
	"aws_internet_gateway", "aws_network_acl", "aws_default_network_acl", "aws_security_group", "aws_default_security_group",
	"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule",
	"aws_db_subnet_group", "aws_elasticache_subnet_group", "aws_launch_template",
	"aws_lb_target_group", "aws_flow_log",
}

func called(name string) func(item) string { return func(item) string { return name } }

// trimmed names an entity after its resource: backend after backend_service.
func trimmed(suffix string) func(item) string {
	return func(i item) string { return strings.ReplaceAll(strings.TrimSuffix(i.id, suffix), "_", "-") }
}

func always(item) bool { return true }
func never(item) bool  { return false }
