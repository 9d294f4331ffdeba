// Package reach computes from the rendered stacks of an environment who can reach whom on what
// port, and what lets it pass, rule by rule. It reads security groups, network ACLs, routes,
// gateways, load balancers and VPC endpoints as AWS treats them:
//
//   - A security group keeps state: what it lets pass one way it lets be answered. Its rules
//     only allow, and each is enough by itself.
//   - A network ACL keeps none: the request and the answer, which arrives on an ephemeral port,
//     must both pass. Its rules are tried in the order of their numbers, the first that matches
//     decides. It is asked where a packet enters or leaves a subnet, not within one:
//     https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
//   - A packet goes by the most specific route of its subnet's table. A NAT gateway passes on
//     requests and answers, and lets nothing in that was not asked for.
//
// Where the rendering leaves a choice open, the worst is taken. What the package does not
// understand is an error, not a gap.
package reach

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"strata/internal/rendered"
)

// Names of what is there in every environment, besides its services.
const (
	Internet     = "internet"
	LoadBalancer = "load-balancer"
	Bastion      = "bastion"
	Endpoints    = "endpoints"
	Database     = "database"
	Cache        = "cache"
	S3           = "s3"
	DynamoDB     = "dynamodb"
)

// Network is the network of one environment.
type Network struct {
	// Name of the environment.
	Name string
	// Entities are who reaches and is reached, from the internet inwards.
	Entities []*Entity

	vpc      netip.Prefix
	subnets  []*subnet
	byName   map[string]*subnet
	tables   map[string]*table
	groups   map[string]*group
	prefixes []netip.Prefix // that rules and routes tell apart
	results  *results
}

// Entity is one thing, or several of a kind, that packets come from or go to.
type Entity struct {
	Name string
	// Tier of the subnets that it stands in; "" outside of the VPC.
	Tier string
	// ByConvention is set while no stack renders the thing itself, so that its subnets and
	// group are those that the platform's layers give it.
	ByConvention bool

	things []thing
	places []*place
}

// ReadAll reads the network of each environment that the stacks are of, sorted by name.
func ReadAll(stacks []rendered.Stack) (networks []*Network, err error) {
	of := map[string][]rendered.Stack{}
	for _, s := range stacks {
		of[s.Environment] = append(of[s.Environment], s)
	}
	var problems []error
	for _, environment := range slices.Sorted(maps.Keys(of)) {
		n, err := Read(of[environment])
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", environment, err))
			continue
		}
		networks = append(networks, n)
	}
	return networks, errors.Join(problems...)
}

// Read reads the network of an environment from its stacks. The error names everything that
// it doesn't understand.
func Read(stacks []rendered.Stack) (*Network, error) {
	if len(stacks) == 0 {
		return nil, errors.New("no stacks to read")
	}
	r := &reader{
		values:  newValues(stacks),
		Network: &Network{Name: stacks[0].Environment, byName: map[string]*subnet{}, tables: map[string]*table{}, groups: map[string]*group{}},
	}
	r.subnetsAndRoutes()
	r.accessControl()
	r.securityGroups()
	r.things()
	if len(r.problems) > 0 {
		return nil, errors.Join(r.problems...)
	}
	r.place()
	return r.Network, nil
}

// reader reads a network and notes what it doesn't understand.
type reader struct {
	*Network
	values   *values
	problems []error
}

func (r *reader) problem(name, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s: %w", name, fmt.Errorf(format, args...)))
}

// item is a resource, or a block within one, and the stack that it is in.
type item struct {
	name  string // layer/address
	id    string // the name within the stack
	stack rendered.Stack
	rendered.Object
}

// of are the resources of a type in all stacks.
func (r *reader) of(kind string) (items []item) {
	for _, s := range r.values.stacks {
		for _, b := range s.Of(kind) {
			items = append(items, item{s.Layer + "/" + b.Address(), b.Name, s, b.Object})
		}
	}
	return items
}

func (r *reader) within(i item, key string) (items []item) {
	for _, o := range i.Objects(key) {
		items = append(items, item{i.name, i.id, i.stack, o})
	}
	return items
}

func (r *reader) refs(i item, path ...string) []string {
	found, err := r.values.references(value{i.stack, i.At(path...)})
	if err != nil {
		r.problem(i.name, "%s: %w", strings.Join(path, "."), err)
	}
	return found
}

// ref is the only resource that an attribute refers to, "" where there is none.
func (r *reader) ref(i item, path ...string) string {
	switch found := r.refs(i, path...); len(found) {
	case 0:
		return ""
	case 1:
		return found[0]
	default:
		r.problem(i.name, "%s refers to %d resources", strings.Join(path, "."), len(found))
		return ""
	}
}

func (r *reader) cidr(i item, path ...string) netip.Prefix {
	p, err := r.values.prefix(value{i.stack, i.At(path...)})
	if err != nil {
		r.problem(i.name, "%s: %w", strings.Join(path, "."), err)
		return netip.Prefix{}
	}
	if !slices.Contains(r.prefixes, p) {
		r.prefixes = append(r.prefixes, p)
	}
	return p
}

// Entity is the one with a name; nil where the environment has none.
func (n *Network) Entity(name string) *Entity {
	for _, e := range n.Entities {
		if e.Name == name {
			return e
		}
	}
	return nil
}
