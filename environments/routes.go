package environments

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A rule of an Application Load Balancer compares at most five values, with at most five
// wildcards in them:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
const maxRouteValues, maxRouteWildcards = 5, 5

// routes checks which requests lead to which service.
func (d *document) routes() {
	names := slices.SortedFunc(maps.Keys(d.env.Services), d.asWritten)
	var readable []string
	for _, name := range names {
		path := "services." + name
		if !d.fine(path, path+".paths", path+".hosts") {
			continue
		}
		if d.route(name) {
			readable = append(readable, name)
		}
	}
	for _, name := range readable {
		d.reachable(name, readable)
	}
}

// route checks one service's route, and says whether it can be compared with others.
func (d *document) route(name string) bool {
	s, path := d.env.Services[name], "services."+name
	if len(s.Paths)+len(s.Hosts) == 0 {
		d.reportAt(path, "has no route; give it paths, hosts or both")
		return false
	}
	if n := len(s.Paths) + len(s.Hosts); n > maxRouteValues {
		d.reportAt(path, "has %d paths and hosts together; a rule of the load balancer takes at most %d", n, maxRouteValues)
	}
	all := strings.Join(s.Paths, "")
	if n := strings.Count(all, "*") + strings.Count(all, "?"); n > maxRouteWildcards {
		d.reportAt(path+".paths", "have %d wildcards (* and ?) together; a rule of the load balancer takes at most %d", n, maxRouteWildcards)
	}
	if domain := d.env.Domain.Name; domain != "" && d.fine("domain", "domain.name") {
		for i, host := range s.Hosts {
			label, below := strings.CutSuffix(host, "."+domain)
			if host != domain && (!below || strings.Contains(label, ".")) {
				d.reportAt(fmt.Sprintf("%s.hosts[%d]", path, i), "the certificate doesn't cover %q; take %s or a name one level below it, as api.%s", host, domain, domain)
			}
		}
	}
	return true
}

// reachable reports what of a service's route another service takes away: the very same, or
// what an earlier one's covers.
func (d *document) reachable(name string, others []string) {
	s, path := d.env.Services[name], "services."+name
	hosts, paths := orAny(s.Hosts), orAny(s.Paths)
	lost := map[string]string{} // by host and path, who takes it
	for _, other := range others {
		o := d.env.Services[other]
		before := o.Priority < s.Priority && d.fine(path+".priority", "services."+other+".priority")
		for _, host := range hosts {
			for _, pattern := range paths {
				for _, otherHost := range orAny(o.Hosts) {
					for _, otherPattern := range orAny(o.Paths) {
						same := otherHost == host && otherPattern == pattern && d.asWritten(other, name) < 0
						if same || before && covers(otherHost, host) && covers(otherPattern, pattern) {
							lost[host+pattern] = other
						}
					}
				}
			}
		}
	}
	if len(lost) == len(hosts)*len(paths) {
		by := lost[hosts[0]+paths[0]]
		d.reportAt(path, "the service %q can never be reached: the service %q takes its requests (%s, priority %d); change the route of one of them, or the order", name, by, route(d.env.Services[by]), d.env.Services[by].Priority)
		return
	}
	for i, pattern := range s.Paths {
		if by := lost[hosts[0]+pattern]; by != "" && !slices.ContainsFunc(hosts, func(h string) bool { return lost[h+pattern] == "" }) {
			d.reportAt(fmt.Sprintf("%s.paths[%d]", path, i), "%q never leads to the service %q: the service %q takes it (%s, priority %d)", pattern, name, by, route(d.env.Services[by]), d.env.Services[by].Priority)
		}
	}
	for i, host := range s.Hosts {
		if by := lost[host+paths[0]]; by != "" && !slices.ContainsFunc(paths, func(p string) bool { return lost[host+p] == "" }) {
			d.reportAt(fmt.Sprintf("%s.hosts[%d]", path, i), "%q never leads to the service %q: the service %q takes it (%s, priority %d)", host, name, by, route(d.env.Services[by]), d.env.Services[by].Priority)
		}
	}
}

// route prints a service's route.
func route(s Service) string {
	return strings.Join(append(slices.Clone(s.Hosts), s.Paths...), " ")
}

// orAny stands for a condition that a route leaves out.
func orAny(patterns []string) []string {
	if len(patterns) == 0 {
		return []string{"*"}
	}
	return patterns
}

// covers says whether everything that pattern b matches is matched by a, too. In both, `*`
// stands for any characters and `?` for one.
func covers(a, b string) bool {
	a, b = single(a), single(b)
	// row[j] is whether the part of a read so far covers the first j characters of b.
	row := make([]bool, len(b)+1)
	row[0] = true
	for i := range len(a) {
		next := make([]bool, len(b)+1)
		for j := range next {
			switch {
			case a[i] == '*':
				next[j] = row[j] || j > 0 && next[j-1]
			case j > 0 && b[j-1] != '*':
				next[j] = row[j-1] && (a[i] == b[j-1] || a[i] == '?')
			}
		}
		row = next
	}
	return row[len(b)]
}

// single writes runs of wildcards in one way: every `?` first, then one `*`.
func single(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); {
		j, star := i, false
		for j < len(pattern) && (pattern[j] == '*' || pattern[j] == '?') {
			if pattern[j] == '?' {
				b.WriteByte('?')
			}
			star = star || pattern[j] == '*'
			j++
		}
		if star {
			b.WriteByte('*')
		}
		if j == i {
			b.WriteByte(pattern[i])
			j++
		}
		i = j
	}
	return b.String()
}
