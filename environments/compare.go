package environments

import (
	"fmt"
	"path"
	"slices"
)

// compare reports what no two environments may share. The one whose name comes later is the one
// that must change.
func compare(documents []*document) {
	for i, d := range documents {
		for _, other := range documents[:i] {
			d.compare(other)
		}
	}
	compareOwners(documents)
}

func (d *document) compare(other *document) {
	fine := func(paths ...string) bool { return d.fine(paths...) && other.fine(paths...) }
	e, o := &d.env, &other.env
	at := func(path string) string {
		return fmt.Sprintf("%s:%d", o.File, other.place(path).line)
	}

	if fine("network", "network.cidr") && e.Network.CIDR.Overlaps(o.Network.CIDR) {
		d.reportAt("network.cidr", "%s overlaps %s of %s; choose a range of its own", e.Network.CIDR, o.Network.CIDR, at("network.cidr"))
	}
	if fine("domain", "domain.name") && e.Domain.Name != "" && e.Domain.Name == o.Domain.Name {
		d.reportAt("domain.name", "%s is the name of %s already; choose another", e.Domain.Name, at("domain.name"))
	}
	// a-b with c, and a with b-c, make the same names.
	if fine("project") && e.Project+"-"+e.Name == o.Project+"-"+o.Name {
		d.reportAt("project", "all names would begin with %s-%s, as those of %s do; choose another project or environment name", e.Project, e.Name, at("project"))
		return
	}
	d.compareRepositories(other)
	if fine("project", "account", "state", "state.bucket") && e.StateBucket() == o.StateBucket() {
		d.reportAt("state.bucket", "%s keeps the state of %s already; choose another", e.StateBucket(), at("state.bucket"))
	}
}

// compareRepositories reports namespaces of image repositories that another environment has in
// the same registry, which is one of an account and a region.
func (d *document) compareRepositories(other *document) {
	e, o := &d.env, &other.env
	if e.Account != o.Account || e.Region != o.Region || !d.fine("account", "region", "project") || !other.fine("account", "region", "project") {
		return
	}
	taken := o.ImageNamespaces()
	for _, service := range d.serviceNames() {
		at := "services." + service + ".repository"
		if space := path.Dir(e.ImageRepository(service)); slices.Contains(taken, space) && d.fine(at) {
			d.reportAt(at, "the namespace %s is that of %s already, in the same account and region; choose another", space, o.File)
		}
	}
}
