package environments

import "fmt"

// compare reports what no two environments may share. The one whose name comes later is the one
// that must change.
func compare(documents []*document) {
	for i, d := range documents {
		for _, other := range documents[:i] {
			d.compare(other)
		}
	}
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
	if fine("project", "account", "state", "state.bucket") && e.StateBucket() == o.StateBucket() {
		d.reportAt("state.bucket", "%s keeps the state of %s already; choose another", e.StateBucket(), at("state.bucket"))
	}
}
