package stacks

import (
	"maps"
	"slices"

	"strata/constructs/securitygroup"
	"strata/internal/naming"
	"strata/internal/outputs"
)

// addGroups makes the security groups of everything that stands in the network, and the ways
// between them. What is not a way here is none.
func (s *Security) addGroups(networking *Networking) {
	env, scope := s.env, s.stack
	group := func(name, description string) securitygroup.Peer {
		return securitygroup.New(scope, name, securitygroup.Props{
			Name: s.names.Generation(naming.SecurityGroup, name, env.Network.CIDR, description), Title: s.names.Of(naming.Tag, name),
			Description: description, VPCID: networking.VPCID.In(scope),
		})
	}
	services := map[string]securitygroup.Peer{}
	for _, name := range s.services() {
		services[name] = group(name, "Containers of the service "+name)
	}
	g := groups{
		Security: s, services: services,
		balancer: securitygroup.Peer{Name: "load_balancer", GroupID: networking.LoadBalancerSecurityGroupID.In(scope)},
		buckets:  securitygroup.Peer{Name: "s3", PrefixListID: networking.S3PrefixListID.In(scope)},
	}
	if len(env.Network.InterfaceEndpoints) > 0 {
		g.endpoints = &securitygroup.Peer{Name: "endpoints", GroupID: networking.EndpointsSecurityGroupID.In(scope)}
	}
	optional := func(is bool, name, description string) *securitygroup.Peer {
		if !is {
			return nil
		}
		made := group(name, description)
		return &made
	}
	g.database = optional(env.Database.Enabled, "database", "The MySQL database and its replicas")
	g.cache = optional(env.Cache.Enabled, "cache", "The Redis cache")
	bastion := optional(env.Bastion.Enabled, "bastion", "The bastion, which nothing reaches")
	for _, name := range s.services() {
		g.connectService(name)
	}
	if bastion != nil {
		g.connectBastion(*bastion)
	}

	ids := map[string]*string{}
	for name, peer := range services {
		ids[name] = peer.GroupID
	}
	s.ServiceSecurityGroupIDs = s.out.Map("service_security_group_ids", "Security group of each service", &ids)
	s.DatabaseSecurityGroupID = s.publishGroup("database", g.database)
	s.CacheSecurityGroupID = s.publishGroup("cache", g.cache)
	s.BastionSecurityGroupID = s.publishGroup("bastion", bastion)
}

// groups are the ends of all ways.
type groups struct {
	*Security
	services          map[string]securitygroup.Peer
	balancer, buckets securitygroup.Peer
	// nil where the environment has none.
	endpoints, database, cache *securitygroup.Peer
}

// connectService makes the ways to and from a service.
func (g groups) connectService(name string) {
	service, is := g.services[name], g.env.Services[name]
	connect := func(from, to securitygroup.Peer, port int, why string) {
		securitygroup.Connect(g.stack, from, to, port, why)
	}
	connect(g.balancer, service, is.Port, "Requests and health checks to "+name)
	for _, caller := range slices.Sorted(slices.Values(is.Serves)) {
		connect(g.services[caller], service, is.Port, "Requests of "+caller+" to "+name)
	}
	for _, store := range is.Uses {
		switch store {
		case "database":
			connect(service, *g.database, databasePort, "Queries of "+name)
		case "cache":
			connect(service, *g.cache, cachePort, "Commands of "+name)
		}
	}
	g.connectOut(service, name, is.EgressPorts)
}

// connectBastion makes the ways from the bastion; there is none to it.
func (g groups) connectBastion(bastion securitygroup.Peer) {
	if g.database != nil {
		securitygroup.Connect(g.stack, bastion, *g.database, databasePort, "Queries of people on the bastion")
	}
	if g.cache != nil {
		securitygroup.Connect(g.stack, bastion, *g.cache, cachePort, "Commands of people on the bastion")
	}
	// Session Manager and updates.
	g.connectOut(bastion, "the bastion", []int{443})
}

// connectOut makes the ways to AWS and the internet.
func (g groups) connectOut(from securitygroup.Peer, who string, ports []int) {
	securitygroup.Connect(g.stack, from, g.buckets, 443, "S3 and image layers for "+who)
	if g.endpoints != nil {
		securitygroup.Connect(g.stack, from, *g.endpoints, 443, "AWS for "+who+", not over the internet")
	}
	for _, port := range ports {
		securitygroup.Connect(g.stack, from, securitygroup.Internet(), port, "The internet for "+who)
	}
}

func (s *Security) publishGroup(name string, peer *securitygroup.Peer) outputs.String {
	id := new(string)
	if peer != nil {
		id = peer.GroupID
	}
	return s.out.String(name+"_security_group_id", "Security group of the "+name+"; empty where there is none", id)
}

// services of the environment, sorted.
func (l *layer) services() []string { return slices.Sorted(maps.Keys(l.env.Services)) }
