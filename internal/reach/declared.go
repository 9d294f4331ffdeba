package reach

import (
	"slices"

	"strata/environments"
)

// Product is what of an environment decides who may reach whom.
type Product struct {
	Services                            map[string]Service
	Database, Cache, Bastion, Endpoints bool
	// BastionEgress are the ports on which the bastion calls the internet.
	BastionEgress []int
}

// Service is what of a service decides who may reach whom.
type Service struct {
	Port int
	// Uses are the stores that it calls: database, cache.
	Uses []string
	// Serves are the services that call it.
	Serves []string
	// Egress are the ports on which it calls the internet.
	Egress []int
}

// ProductOf takes from an environment what decides.
func ProductOf(env *environments.Environment) Product {
	p := Product{
		Services: map[string]Service{}, Endpoints: len(env.Network.InterfaceEndpoints) > 0,
		Database: env.Database.Enabled, Cache: env.Cache.Enabled, Bastion: env.Bastion.Enabled,
		BastionEgress: []int{https},
	}
	for name, s := range env.Services {
		p.Services[name] = Service{Port: s.Port, Uses: s.Uses, Serves: s.Serves, Egress: s.EgressPorts}
	}
	return p
}

// Edge is that one may call another on a TCP port.
type Edge struct {
	From, To string
	Port     int
}

const (
	http, https  = 80, 443
	mysql, redis = 3306, 6379
)

// Declared is who may reach whom: these, and nobody else anybody else.
func Declared(p Product) (edges []Edge) {
	may := func(from, to string, ports ...int) {
		for _, port := range ports {
			edges = append(edges, Edge{from, to, port})
		}
	}
	web := []int{http, https}
	may(Internet, LoadBalancer, web...)

	for name, s := range p.Services {
		may(LoadBalancer, name, s.Port)
		for _, caller := range s.Serves {
			may(caller, name, s.Port)
		}
		for _, store := range s.Uses {
			may(name, store, map[string]int{Database: mysql, Cache: redis}[store])
		}
	}

	inside := map[string][]int{} // who calls out of the VPC, and where to
	for name, s := range p.Services {
		inside[name] = s.Egress
	}
	if p.Bastion {
		inside[Bastion] = p.BastionEgress
		if p.Database {
			may(Bastion, Database, mysql)
		}
		if p.Cache {
			may(Bastion, Cache, redis)
		}
	}
	for name, egress := range inside {
		may(name, S3, https)
		may(name, DynamoDB, https)
		if p.Endpoints {
			may(name, Endpoints, https)
		}
		may(name, Internet, egress...)
		for _, port := range egress {
			if slices.Contains(web, port) { // as anyone on the internet
				may(name, LoadBalancer, port)
			}
		}
	}
	return edges
}
