package environments

import (
	"fmt"
	"path"
	"slices"
)

// ImageRepository is the name of a service's image repository.
func (e *Environment) ImageRepository(service string) string {
	if name := e.Services[service].Repository; name != "" {
		return name
	}
	return e.OwnNamespace() + "/" + service
}

// OwnNamespace is what the names of the image repositories begin with that the file doesn't name.
func (e *Environment) OwnNamespace() string { return e.Project + "-" + e.Name }

// ImageNamespaces are what the names of the image repositories begin with, sorted.
func (e *Environment) ImageNamespaces() []string {
	var namespaces []string
	for service := range e.Services {
		namespaces = append(namespaces, path.Dir(e.ImageRepository(service)))
	}
	slices.Sort(namespaces)
	return slices.Compact(namespaces)
}

// uses reports what a service asks for and the environment doesn't have.
func (d *document) uses(name string) {
	s, here := d.env.Services[name], "services."+name
	has := map[string]bool{"database": d.env.Database.Enabled, "cache": d.env.Cache.Enabled}
	for i, store := range s.Uses {
		at := fmt.Sprintf("%s.uses[%d]", here, i)
		if there, known := has[store]; known && !there && d.fine(at, store, store+".enabled") {
			d.reportAt(at, "the environment has no %s; take the line %s.enabled: false away, or this", store, store)
		}
	}
	for i, caller := range s.Serves {
		at := fmt.Sprintf("%s.serves[%d]", here, i)
		if !d.fine(at) {
			continue
		}
		if caller == name {
			d.reportAt(at, "a service that calls itself does so through the load balancer; take it away")
		} else if _, there := d.env.Services[caller]; !there {
			d.report(at, d.place(at), &fault{fmt.Sprintf("there is no service %q", caller), didYouMean(caller, d.serviceNames())})
		}
	}
	open := d.env.Network.EgressPorts
	for i, port := range s.EgressPorts {
		at := fmt.Sprintf("%s.egress_ports[%d]", here, i)
		// 443 is always open in the network.
		if port != 443 && !slices.Contains(open, port) && d.fine(at, "network", "network.egress_ports") {
			d.reportAt(at, "the network is closed to %d; add it to network.egress_ports too", port)
		}
	}
	if !slices.Contains(s.EgressPorts, 443) && d.fine(here+".egress_ports", "network", "network.interface_endpoints") {
		if missing := d.unreached(s); len(missing) > 0 {
			d.reportAt(here+".egress_ports", "without 443 the service can't be started: it reaches AWS through interface endpoints alone, and network.interface_endpoints lacks %s", list(missing))
		}
	}
}

// unreached are the interface endpoints that a service without a way to the internet needs and
// the network lacks: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
func (d *document) unreached(s Service) (missing []string) {
	needed := []string{"ecr", "logs"}
	if len(s.Secrets)+len(s.Uses) > 0 {
		needed = append(needed, "secretsmanager")
	}
	for _, name := range needed {
		if !slices.Contains(d.env.Network.InterfaceEndpoints, name) {
			missing = append(missing, name)
		}
	}
	return missing
}
