package permissions

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/agext/levenshtein"
)

// What AWS's Service Authorization Reference says of the services that a policy of this
// platform may speak of; `make actions` writes it.
//
//go:embed actions.tsv
var table string

// action is something that a policy can allow.
type action struct {
	name      string // as s3:PutObject
	access    string // list, read, write, tagging or permissions management
	resources []resource
}

// resource is a type of resource, with variables in its ARN as ${BucketName}.
type resource struct{ name, arn string }

func (a action) service() string { return serviceOf(a.name) }

func serviceOf(name string) string {
	service, _, _ := strings.Cut(name, ":")
	return service
}

// catalogue is the whole table: the actions by their names, and the condition keys of each
// service.
type catalogue struct {
	actions map[string]action
	names   []string
	keys    map[string][]string
}

var aws = sync.OnceValue(func() *catalogue {
	c := &catalogue{actions: map[string]action{}, keys: map[string][]string{}}
	arns, types := map[string]string{}, map[string][]string{}
	var service string
	for line := range strings.Lines(table) {
		fields := append(strings.Split(strings.TrimSuffix(line, "\n"), "\t"), "")
		switch fields[0] {
		case "service":
			service = fields[1]
			c.keys[service] = nil
		case "action":
			name := service + ":" + fields[1]
			c.actions[name] = action{name: name, access: fields[2]}
			types[name] = strings.Fields(fields[3])
		case "resource":
			arns[service+":"+fields[1]] = fields[2]
		case "key":
			c.keys[service] = append(c.keys[service], fields[1])
		}
	}
	for name, a := range c.actions {
		for _, t := range append(types[name], lacking[name]...) {
			a.resources = append(a.resources, resource{t, arns[a.service()+":"+t]})
		}
		c.actions[name] = a
		c.names = append(c.names, name)
	}
	slices.Sort(c.names)
	return c
})

// lacking are resource types that the table does not have.
var lacking = map[string][]string{
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
	"ecr:BatchImportUpstreamImage": {"repository"},
}

// match finds the actions that a name stands for, in which * is any characters.
func (c *catalogue) match(pattern string) (found []action) {
	if !wild(pattern) {
		if a, ok := c.actions[pattern]; ok {
			found = append(found, a)
		}
		return found
	}
	for _, name := range c.names {
		if meet(pattern, name) {
			found = append(found, c.actions[name])
		}
	}
	return found
}

// nearest is the candidate that is written most like a word.
func nearest(word string, candidates []string) (best string) {
	distance := len(word)/3 + 1
	for _, c := range candidates {
		if d := levenshtein.Distance(strings.ToLower(word), strings.ToLower(c), nil); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// ReadOnly says whether an action, as s3:GetObject, changes nothing, as AWS has it. Of one that
// AWS doesn't have it says no.
func ReadOnly(action string) bool {
	return slices.Contains([]string{"list", "read"}, aws().actions[action].access)
}
