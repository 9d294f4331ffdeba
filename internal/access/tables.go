package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"strata/internal/permissions"
)

// table is one of the page. The first cell of a row says what the row is about.
type table struct {
	Title, Note string
	Head        []string
	Rows        [][]string
}

const nobody = "nobody"

func lines(items []string) string { return strings.Join(items, "<br>") }

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// tables are all of an environment.
func (e *environment) tables() []table {
	all := []table{e.roleTable(), e.countTable(), e.boundaryTable(), e.keyTable(), e.secretTable(), e.storeTable(), e.otherTable()}
	return slices.DeleteFunc(all, func(t table) bool { return len(t.Rows) == 0 })
}

func (e *environment) roleTable() table {
	t := table{Title: "Roles", Head: []string{"role", "who takes it", "boundary", "what its policies allow"}}
	for _, r := range e.roles {
		var takers []string
		for _, st := range r.trust {
			if st.Allow {
				takers = append(takers, e.takers(st)...)
			}
		}
		bound := "none"
		if r.boundary != nil {
			bound = r.boundary.name
		}
		t.Rows = append(t.Rows, []string{"**" + r.name + "**", orElse(lines(takers), nobody), bound, e.allowed(r)})
	}
	if e.linked != nil {
		t.Rows = append(t.Rows, []string{"service-linked roles", "**" + strings.ReplaceAll(e.services(e.linked), ", ", "**, **") + "**", "none", "what AWS decides"})
	}
	return t
}

// allowed is a line for each service that a role may use.
func (e *environment) allowed(r *role) string {
	services := r.byService()
	if r.many() {
		total := 0
		for _, actions := range services {
			total += len(actions)
		}
		return fmt.Sprintf("%d actions of %d services: see the next table", total, len(services))
	}
	var words []string
	for _, service := range slices.Sorted(maps.Keys(services)) {
		var items []string
		for _, st := range r.own {
			var names []string
			for _, name := range st.Actions {
				if action, ok := strings.CutPrefix(name, service+":"); ok && st.Allow {
					names = append(names, action)
				}
			}
			if len(names) == 0 {
				continue
			}
			item := actions(service, names) + e.resources(st.Resources)
			if conditions := e.conditions(st.Conditions); conditions != "" {
				item += " " + conditions
			}
			items = append(items, item)
		}
		words = append(words, "**"+service+"**: "+strings.Join(items, "; "))
	}
	for _, st := range r.own {
		if !st.Allow {
			words = append(words, "never: "+sentence(st.Sid))
		}
	}
	return orElse(lines(words), "nothing")
}

// countTable counts the actions of the roles that have very many.
func (e *environment) countTable() table {
	t := table{Title: "Roles with many actions", Head: []string{"service"}}
	var roles []*role
	services := map[string]bool{}
	stacks := []string{}
	for _, r := range e.roles {
		if r.many() {
			roles, t.Head = append(roles, r), append(t.Head, r.name)
			stacks = once(stacks, fmt.Sprintf("[%s](../cdktf.out/stacks/%s/cdk.tf.json)", r.stack, r.stack))
			for service := range r.byService() {
				services[service] = true
			}
		}
	}
	for _, service := range slices.Sorted(maps.Keys(services)) {
		row := []string{"**" + service + "**"}
		for _, r := range roles {
			if names := r.byService()[service]; names != nil {
				row = append(row, tally(service, names))
			} else {
				row = append(row, "")
			}
		}
		t.Rows = append(t.Rows, row)
	}
	t.Note = "How many actions read and how many write, as AWS has it. Each is in " + strings.Join(stacks, ", ") + ", on what resources and on what conditions."
	return t
}

func (e *environment) boundaryTable() table {
	t := table{Title: "Boundaries", Note: "The most that a role may do, whatever its policies allow.", Head: []string{"boundary", "at most", "never"}}
	for _, b := range e.boundaries {
		var most, never []string
		for _, st := range b.statements {
			if !st.Allow {
				never = append(never, sentence(st.Sid))
				continue
			}
			var services []string
			every := true
			for _, name := range st.Actions {
				service, action, _ := strings.Cut(name, ":")
				services, every = once(services, service), every && action == "*"
			}
			word := fmt.Sprintf("%s of %s", count(len(st.Actions), "action"), count(len(services), "service"))
			if every {
				word = "every action of " + count(len(services), "service")
			}
			if len(services) == 1 {
				word = strings.Replace(word, "1 service", services[0], 1)
			}
			word += e.resources(st.Resources)
			if conditions := e.conditions(st.Conditions); conditions != "" {
				word += " " + conditions
			}
			most = append(most, word)
		}
		t.Rows = append(t.Rows, []string{"**" + b.name + "**", lines(most), lines(never)})
	}
	return t
}

func (e *environment) keyTable() table {
	t := table{
		Title: "Keys",
		Note: "A role uses a key when both the key's policy and its own let it. \"Only through\" is what the key's policy asks " +
			"of everybody in the account whom IAM lets; the account is its administrators, by IAM. Looking at a key's settings is left out.",
		Head: []string{"key", "only through", "roles", "AWS services, by the key's policy", "who manages it"},
	}
	for _, k := range e.keys {
		var ways, roles, services, managers []string
		for _, st := range allowing(k.policy, "kms:Decrypt", k, k.arn) {
			if e.delegates(st) {
				ways = once(ways, orElse(e.services(through(st)), "anything"))
			}
		}
		for _, r := range e.roles {
			if uses := e.uses(e.usesOf(k, r)); uses != "" {
				roles = append(roles, "**"+r.name+"**: "+uses)
			}
		}
		for _, p := range e.strangers(k) {
			services = append(services, "**"+e.principal(p)+"**: "+e.uses(e.usesBy(k, p)))
		}
		for _, st := range allowing(k.policy, "kms:PutKeyPolicy", k, k.arn) {
			if e.delegates(st) {
				managers = append(managers, "the account")
			}
		}
		for _, r := range e.roles {
			if ways := e.manages(k, r); ways != nil {
				managers = append(managers, fmt.Sprintf("**%s**: %s", r.name, strings.Join(ways, ", ")))
			}
		}
		t.Rows = append(t.Rows, []string{
			"**" + k.name + "**, " + k.region + "<br>" + k.block.String("description"),
			lines(ways), lines(roles), lines(services), orElse(lines(managers), nobody),
		})
	}
	return t
}

// uses says what somebody may do with a key; what is done in the same way is said together.
func (e *environment) uses(uses []use) string {
	var ways []string
	verbs := map[string][]string{}
	for _, u := range uses {
		way := e.conditions(without(u.conditions, viaService, "kms:GrantIsForAWSResource", resourceTag+"*"))
		if s := e.services(u.through); s != "" {
			way = strings.TrimSpace("through " + s + " " + way)
		}
		ways, verbs[way] = once(ways, way), once(verbs[way], u.verb)
	}
	var words []string
	for _, way := range ways {
		words = append(words, strings.TrimSpace(strings.Join(verbs[way], ", ")+" "+way))
	}
	return strings.Join(words, "; ")
}

func (e *environment) secretTable() table {
	t := table{
		Title: "Secrets", Note: "\"But for its key\" is said of whom a policy lets and the key does not.",
		Head: []string{"secret", "who reads it", "who sets it", "who manages it", "never"},
	}
	for _, s := range e.secrets {
		t.Rows = append(t.Rows, []string{
			code([]string{s.name}), e.saysWith("decrypt", s, s.arn, "secretsmanager:GetSecretValue"),
			e.saysWith("encrypt", s, s.arn, "secretsmanager:PutSecretValue"),
			e.says(s, s.arn, "secretsmanager:PutResourcePolicy", "secretsmanager:DeleteSecret"),
			refusals(s.policy),
		})
	}
	return t
}

// storeActions are what reading, writing, deleting and managing takes of a type of store, and
// what is behind its ARN in that of its contents.
var storeActions = map[string]struct {
	contents                     string
	read, write, remove, managed []string
}{
	"aws_s3_bucket": {
		"/*", []string{"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionForReplication"},
		[]string{"s3:PutObject", "s3:ReplicateObject"}, []string{"s3:DeleteObject", "s3:DeleteObjectVersion"},
		[]string{"s3:PutBucketPolicy", "s3:DeleteBucket"},
	},
	"aws_ecr_repository": {
		"", []string{"ecr:BatchGetImage"},
		[]string{"ecr:PutImage", "ecr:ReplicateImage"}, []string{"ecr:BatchDeleteImage"},
		[]string{"ecr:SetRepositoryPolicy", "ecr:DeleteRepository"},
	},
}

func (e *environment) storeTable() table {
	t := table{
		Title: "Buckets and image repositories",
		Note:  "\"But for its key\" is said of whom a policy lets and the key does not.",
		Head:  []string{"bucket or repository", "who reads", "who writes", "who deletes", "who manages it", "never"},
	}
	for _, s := range e.stores {
		does := storeActions[strings.TrimSuffix(s.block.Type, "_creation_template")]
		contents := s.arn + does.contents
		name := code([]string{s.name})
		if s.region != e.regions[0] {
			name += ", " + s.region
		}
		t.Rows = append(t.Rows, []string{
			name,
			e.saysWith("decrypt", s, contents, does.read...),
			e.saysWith("encrypt", s, contents, does.write...),
			e.says(s, contents, does.remove...),
			e.says(s, s.arn, does.managed...),
			refusals(s.policy),
		})
	}
	return t
}

func (e *environment) otherTable() table {
	t := table{Title: "Other resource policies", Head: []string{"policy", "who", "what"}}
	for _, o := range e.others {
		for _, st := range o.policy {
			if !st.Allow {
				continue
			}
			var who []string
			for _, p := range st.Principals {
				who = append(who, "**"+e.principal(p)+"**")
			}
			word := strings.Join(st.Actions, ", ") + e.resources(st.Resources)
			if conditions := e.conditions(st.Conditions); conditions != "" {
				word += " " + conditions
			}
			t.Rows = append(t.Rows, []string{"**" + o.name + "** `" + o.block.Name + "`", lines(who), word})
		}
	}
	return t
}

// refusals are what a policy refuses, by the sids of its statements.
func refusals(policy []permissions.Statement) string {
	var words []string
	for _, st := range policy {
		if !st.Allow {
			words = append(words, strings.TrimPrefix(sentence(st.Sid), "refuse "))
		}
	}
	return strings.Join(words, ", ")
}
