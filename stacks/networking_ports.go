package stacks

import (
	"strata/constructs/network"
	"strata/environments"
)

// MySQL and Redis, the stores of the data tier.
const databasePort, cachePort = 3306, 6379

// ports are those that some way of the security layer leads to, by the tiers at its ends.
func ports(env *environments.Environment) network.Ports {
	p := network.Ports{Egress: env.Network.EgressPorts}
	endpoints := len(env.Network.InterfaceEndpoints) > 0
	for _, s := range env.Services {
		p.PublicToPrivate = append(p.PublicToPrivate, s.Port)
		if len(s.Serves) > 0 {
			p.PrivateToPrivate = append(p.PrivateToPrivate, s.Port)
		}
		for _, store := range s.Uses {
			p.PrivateToData = append(p.PrivateToData, storePorts[store])
		}
	}
	if endpoints {
		p.PrivateToPrivate = append(p.PrivateToPrivate, 443)
	}
	if !env.Bastion.Enabled {
		return p
	}
	if endpoints {
		p.PublicToPrivate = append(p.PublicToPrivate, 443)
	}
	if env.Database.Enabled {
		p.PublicToData = append(p.PublicToData, databasePort)
	}
	if env.Cache.Enabled {
		p.PublicToData = append(p.PublicToData, cachePort)
	}
	return p
}

// storePorts of what a service may use.
var storePorts = map[string]int{"database": databasePort, "cache": cachePort}
