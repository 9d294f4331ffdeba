// Package access tells who may do what in an environment, from the policies in its rendered
// stacks: what the roles may by their own policies within their boundaries, and what the
// policies of keys, secrets, buckets and repositories allow besides. What the package does not
// understand is an error, not a gap.
package access

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"strata/internal/permissions"
	"strata/internal/rendered"
)

// environment is who there is in an environment, and what they may do something with. Each list
// is sorted by name.
type environment struct {
	name, account, prefix string
	regions               []string // the environment's own, then that of its copies

	roles      []*role
	boundaries []*boundary
	keys       []*thing
	secrets    []*thing
	linked     []string // services that have a service-linked role
	stores     []*thing // buckets and image repositories
	others     []*thing // what else has a policy of its own

	reading  *permissions.Reading
	problems []error
}

// thing is a resource that policies speak of.
type thing struct {
	name, arn, stack string
	region           string
	tags             map[string]string
	key              string // ARN of the key that it is encrypted with, "" for AWS's own
	block            rendered.Block
	// policy is the resource's own, empty where it has none.
	policy []permissions.Statement
}

// role is who acts.
type role struct {
	thing
	trust, own []permissions.Statement
	boundary   *boundary // nil where the role has none
}

// boundary is the most that the roles which have it may do.
type boundary struct {
	name, arn  string
	statements []permissions.Statement
}

// read reads the environments that the stacks are of, sorted by name.
func read(stacks []rendered.Stack) (all []*environment, err error) {
	reading, err := permissions.Read(stacks)
	if err != nil {
		return nil, err
	}
	of := map[string][]rendered.Stack{}
	for _, s := range stacks {
		if of[s.Environment] == nil {
			all = append(all, &environment{name: s.Environment, reading: reading})
		}
		of[s.Environment] = append(of[s.Environment], s)
	}
	slices.SortFunc(all, func(a, b *environment) int { return strings.Compare(a.name, b.name) })
	var problems []error
	for _, e := range all {
		e.read(of[e.name])
		problems = append(problems, e.problems...)
	}
	return all, errors.Join(problems...)
}

func (e *environment) read(stacks []rendered.Stack) {
	for _, s := range stacks {
		e.provider(s)
	}
	for _, s := range stacks {
		for _, b := range s.Resources {
			e.add(s, b)
		}
	}
	managed := map[string][]permissions.Statement{}
	for _, p := range e.reading.Policies {
		if strings.HasPrefix(p.Stack, e.name+"-") {
			e.policy(p, managed)
		}
	}
	for _, s := range stacks {
		for _, b := range s.Resources {
			e.attach(s, b, managed)
		}
	}
	for _, list := range [][]*thing{e.keys, e.secrets, e.stores, e.others} {
		slices.SortFunc(list, byName)
		for i := range list[:max(0, len(list)-1)] {
			if list[i].arn == list[i+1].arn {
				e.problem(list[i], "has the same ARN as another in this environment, so that policies can't be told apart")
			}
		}
	}
	slices.SortFunc(e.roles, func(a, b *role) int { return byName(&a.thing, &b.thing) })
	slices.SortFunc(e.boundaries, func(a, b *boundary) int { return strings.Compare(a.name, b.name) })
}

func byName(a, b *thing) int {
	return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.region, b.region), strings.Compare(a.arn, b.arn))
}

func (e *environment) problem(t *thing, format string, args ...any) {
	e.problems = append(e.problems, fmt.Errorf("%s %s: %s", t.stack, t.block.Address(), fmt.Sprintf(format, args...)))
}

// provider notes what the stack's providers say of the environment.
func (e *environment) provider(s rendered.Stack) {
	for _, p := range s.Providers {
		region := p.String("region")
		if !slices.Contains(e.regions, region) && p.String("alias") == "" {
			e.regions = append([]string{region}, e.regions...)
		} else if !slices.Contains(e.regions, region) {
			e.regions = append(e.regions, region)
		}
		if accounts := p.List("allowed_account_ids"); len(accounts) == 1 {
			e.account = accounts[0]
		}
		e.prefix = p.String("default_tags", "tags", "Project") + "-" + e.name
	}
}

// add notes a resource that the page is about.
func (e *environment) add(s rendered.Stack, b rendered.Block) {
	t := &thing{stack: s.Name, block: b, arn: e.reading.ARN(s.Name, b), tags: map[string]string{}}
	_, alias, _ := strings.Cut(b.String("provider"), ".")
	for _, p := range s.Providers {
		if p.String("alias") == alias {
			t.region = p.String("region")
			t.tag(p.At("default_tags", "tags"))
		}
	}
	t.tag(b.At("tags"))
	switch b.Type {
	case "aws_iam_role":
		t.name = e.short(b.String("name"))
		e.roles = append(e.roles, &role{thing: *t})
	case "aws_iam_service_linked_role":
		e.linked = append(e.linked, b.String("aws_service_name"))
	case "aws_kms_key", "aws_kms_replica_key":
		t.name = e.alias(s, t.arn)
		e.keys = append(e.keys, t)
	case "aws_secretsmanager_secret":
		t.name, t.key = b.String("name"), e.reading.Resolve(s.Name, b.String("kms_key_id"))
		e.secrets = append(e.secrets, t)
	case "aws_s3_bucket":
		t.name, t.key = b.String("bucket"), e.keyOf(s, b)
		e.stores = append(e.stores, t)
	case "aws_ecr_repository":
		t.name = b.String("name")
		e.stores = append(e.stores, t)
	case "aws_ecr_repository_creation_template":
		// It stands for the repositories that ECR will make by it.
		t.name = b.String("prefix") + "/*"
		t.arn = fmt.Sprintf("arn:aws:ecr:%s:%s:repository/%s", t.region, e.account, t.name)
		e.stores = append(e.stores, t)
	}
}

func (t *thing) tag(tags any) {
	if object, ok := tags.(map[string]any); ok {
		for key, value := range object {
			t.tags[key] = fmt.Sprint(value)
		}
	}
}

// alias is the name of a key, without what the environment's names have in common.
func (e *environment) alias(s rendered.Stack, arn string) string {
	for _, b := range s.Of("aws_kms_alias") {
		target := strings.TrimSuffix(b.String("target_key_id"), ".key_id}") + ".arn}"
		if e.reading.Resolve(s.Name, target) == arn {
			return e.short(strings.TrimPrefix(b.String("name"), "alias/"))
		}
	}
	return arn
}

// keyOf is the key that a bucket's objects are encrypted with.
func (e *environment) keyOf(s rendered.Stack, bucket rendered.Block) string {
	for _, b := range s.Of("aws_s3_bucket_server_side_encryption_configuration") {
		if e.reading.Resolve(s.Name, b.String("bucket")) == bucket.String("bucket") {
			return e.reading.Resolve(s.Name, b.String("rule", "apply_server_side_encryption_by_default", "kms_master_key_id"))
		}
	}
	return ""
}

// short is a name without what all names of the environment begin with.
func (e *environment) short(name string) string { return strings.TrimPrefix(name, e.prefix+"-") }

// policy gives a policy to who or what it belongs to; a managed one is noted for those who
// attach it.
func (e *environment) policy(p permissions.Policy, managed map[string][]permissions.Statement) {
	at := thing{stack: p.Stack, block: p.Block, arn: e.reading.ARN(p.Stack, p.Block)}
	switch {
	case p.Kind == permissions.EndpointPolicy:
		return // limits a way, and grants nothing by itself
	case p.Kind == permissions.Boundary:
		e.boundaries = append(e.boundaries, &boundary{e.short(p.Block.String("name")), at.arn, p.Statements})
		return
	case p.Block.Type == "aws_iam_policy":
		managed[at.arn] = p.Statements
		return
	case p.Kind == permissions.TrustPolicy || p.Kind == permissions.IdentityPolicy:
		r := e.holder(p.Stack, p.Block)
		switch {
		case r == nil:
			e.problem(&at, "is the policy of nobody whom this page knows")
		case p.Kind == permissions.TrustPolicy:
			r.trust = append(r.trust, p.Statements...)
		default:
			r.own = append(r.own, p.Statements...)
		}
		return
	}
	for _, list := range [][]*thing{e.keys, e.secrets, e.stores} {
		for _, t := range list {
			if e.isOn(p, t) {
				t.policy = append(t.policy, p.Statements...)
				return
			}
		}
	}
	switch p.Kind {
	case permissions.KeyPolicy, permissions.SecretPolicy, permissions.BucketPolicy, permissions.RepositoryPolicy:
		e.problem(&at, "is the %s of nothing that this page knows", p.Kind)
	default:
		at.name, at.policy = string(p.Kind), p.Statements
		e.others = append(e.others, &at)
	}
}

// owners are the attributes by which a policy that is a resource of its own names what it is on.
var owners = map[string]string{
	"aws_ecr_repository_policy":        "repository",
	"aws_kms_key_policy":               "key_id",
	"aws_s3_bucket_policy":             "bucket",
	"aws_secretsmanager_secret_policy": "secret_arn",
}

// isOn tells whether a policy is a thing's own.
func (e *environment) isOn(p permissions.Policy, t *thing) bool {
	if p.Stack == t.stack && p.Block.Address() == t.block.Address() {
		return true
	}
	attribute, ok := owners[p.Block.Type]
	if !ok {
		return false
	}
	named := e.reading.Resolve(p.Stack, p.Block.String(attribute))
	return named == t.arn || named == t.name && strings.TrimSuffix(p.Block.Type, "_policy") == t.block.Type
}

// holder is the role that has a policy or to which one is attached.
func (e *environment) holder(stack string, b rendered.Block) *role {
	name := e.reading.Resolve(stack, b.String("role"))
	if b.Type == "aws_iam_role" {
		name = b.String("name")
	}
	i := slices.IndexFunc(e.roles, func(r *role) bool { return r.block.String("name") == name })
	if i < 0 {
		return nil
	}
	return e.roles[i]
}

// attach gives a role its boundary and its managed policies.
func (e *environment) attach(s rendered.Stack, b rendered.Block, managed map[string][]permissions.Statement) {
	at := &thing{stack: s.Name, block: b}
	for _, text := range permissions.Attached(b) {
		arn := e.reading.Resolve(s.Name, text)
		r := e.holder(s.Name, b)
		if r == nil || managed[arn] == nil {
			e.problem(at, "attaches %s to somebody, and this page doesn't know both", arn)
			continue
		}
		r.own = append(r.own, managed[arn]...)
	}
	if b.Type != "aws_iam_role" || b.String("permissions_boundary") == "" {
		return
	}
	arn := e.reading.Resolve(s.Name, b.String("permissions_boundary"))
	i := slices.IndexFunc(e.boundaries, func(bound *boundary) bool { return bound.arn == arn })
	if i < 0 {
		e.problem(at, "has the boundary %s, which no stack makes", arn)
		return
	}
	e.holder(s.Name, b).boundary = e.boundaries[i]
}
