package environments

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// contradictions reports values that are fine by themselves and not together. Values that were
// reported already are left alone.
func (d *document) contradictions() {
	e := &d.env
	if d.fine("region", "recovery_region") && e.Region == e.RecoveryRegion {
		d.reportAt("recovery_region", "is the region itself; choose another one, or leave it out")
	}
	d.zones()
	if f := reservedBucket(e.StateBucket()); f != nil && d.fine("project", "state.bucket", "account") {
		d.report("project", d.place("project"), f)
	}
	if c := e.Firewall.capacity(); c > includedCapacity && d.fine("firewall.rule_groups") {
		d.reportAt("firewall.rule_groups", "the rule groups and the rate limit take %d capacity units; at most %d are included, so leave some out (%s)", c, includedCapacity, e.Firewall.capacities())
	}
	d.guardRails()
	d.ci()
	d.services()
	d.routes()
}

func (d *document) zones() {
	e := &d.env
	if !d.fine("region") {
		return
	}
	offered := ZoneLetters(e.Region)
	_, given := d.places["network.zones"]
	for i, letter := range e.Network.Zones {
		path := fmt.Sprintf("network.zones[%d]", i)
		if slices.Contains(offered, letter) || !d.fine(path) {
			continue
		}
		if !given {
			d.report("network.zones", d.place("region"), &fault{message: fmt.Sprintf(
				"are %s by default, but %s has the zones %s; name the ones to use, as zones: [%s]",
				list(e.Network.Zones), e.Region, list(offered), strings.Join(offered, ", "))})
			return
		}
		d.reportAt(path, "%s has no zone %q; its zones are %s", e.Region, letter, list(offered))
	}
}

// services checks what each service says about itself, and what no two may share.
func (d *document) services() {
	ports, priorities, repositories := map[int]string{}, map[int]string{}, map[string]string{}
	for _, name := range slices.SortedFunc(maps.Keys(d.env.Services), d.asWritten) {
		s, path := d.env.Services[name], "services."+name
		if d.wrong[path] {
			continue
		}
		d.shared(path+".port", "port", s.Port, name, ports)
		d.shared(path+".priority", "priority", s.Priority, name, priorities)
		d.uses(name)
		if repository := d.env.ImageRepository(name); d.fine("project", path+".repository") {
			if other, taken := repositories[repository]; taken {
				d.reportAt(path+".repository", "%s is the repository of the service %q already; each needs its own", repository, other)
			}
			repositories[repository] = name
		}
		if h := s.Health; h.TimeoutSeconds >= h.IntervalSeconds && d.fine(path+".health", path+".health.timeout_seconds", path+".health.interval_seconds") {
			at := path + ".health.timeout_seconds"
			if _, given := d.places[at]; !given {
				at = path + ".health.interval_seconds"
			}
			d.reportAt(at, "a check every %d seconds can't wait %d seconds for its answer; timeout_seconds must be less than interval_seconds", h.IntervalSeconds, h.TimeoutSeconds)
		}
	}
}

// shared reports a number that another service has already.
func (d *document) shared(path, what string, number int, name string, taken map[int]string) {
	if _, given := d.places[path]; !given || d.wrong[path] {
		return
	}
	if other, is := taken[number]; is {
		d.reportAt(path, "the service %q has the %s %d already; each needs its own", other, what, number)
		return
	}
	taken[number] = name
}

func (d *document) serviceNames() []string { return slices.Sorted(maps.Keys(d.env.Services)) }

// asWritten orders services as in the file.
func (d *document) asWritten(a, b string) int {
	p, q := d.places["services."+a], d.places["services."+b]
	if p.line != q.line {
		return p.line - q.line
	}
	return p.column - q.column
}

// fine says whether nothing was reported for any of the paths.
func (d *document) fine(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool { return d.wrong[p] })
}

func (d *document) reportAt(path, format string, args ...any) {
	d.report(path, d.place(path), &fault{message: fmt.Sprintf(format, args...)})
}
