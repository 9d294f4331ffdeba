package bootstrap

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Rendering is what an environment's rendered backend stack says.
type Rendering struct {
	// Environment that the stack belongs to, and the Account that it lives in.
	Environment, Account string
	// Region, Bucket, Key and Table of the state and its lock.
	Region, Bucket, Key, Table string
	// TerraformVersion is the constraint that the stack puts on Terraform.
	TerraformVersion string
	// Named lists the resources that AWS would refuse, or make a second time, when they are
	// created again: those that a new run has to find.
	Named []Resource
	// Text is the rendered file, byte for byte.
	Text []byte
}

// Resource is one that has a name of its own in AWS.
type Resource struct {
	// Address in the stack, as aws_s3_bucket.state.
	Address string
	// Type in Terraform, as aws_s3_bucket.
	Type string
	// Name in AWS. A key has none: here it is that of its alias.
	Name string
	// Of is the role that a policy belongs to.
	Of string
	// Region that it lives in.
	Region string
	// Tags, with those that the provider adds.
	Tags map[string]string
}

// The parts of a rendered stack that are read.
type (
	stack struct {
		Terraform struct {
			Backend struct {
				S3 struct {
					Bucket string `json:"bucket"`
					Key    string `json:"key"`
					Region string `json:"region"`
					Table  string `json:"dynamodb_table"`
				} `json:"s3"`
			} `json:"backend"`
			RequiredVersion string `json:"required_version"`
		} `json:"terraform"`
		Provider struct {
			AWS []stackProvider `json:"aws"`
		} `json:"provider"`
		Resource map[string]map[string]stackResource `json:"resource"`
	}
	stackProvider struct {
		Alias       string   `json:"alias"`
		Region      string   `json:"region"`
		Accounts    []string `json:"allowed_account_ids"`
		DefaultTags []struct {
			Tags map[string]string `json:"tags"`
		} `json:"default_tags"`
	}
	stackResource struct {
		Name     string            `json:"name"`
		Bucket   string            `json:"bucket"`
		URL      string            `json:"url"`
		Role     string            `json:"role"`
		Policy   string            `json:"policy_arn"`
		Target   string            `json:"target_key_id"`
		Provider string            `json:"provider"`
		Tags     map[string]string `json:"tags"`
	}
)

var environmentName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// Read reads the backend stack of an environment from the folder that the app renders into.
func Read(out, environment string) (*Rendering, error) {
	if !environmentName.MatchString(environment) {
		return nil, advise(fmt.Errorf("%q can't be the name of an environment", environment), "choose one of: %s", environmentsIn(out))
	}
	path := filepath.Join(out, "stacks", environment+"-backend", "cdk.tf.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, advise(fmt.Errorf("%s has no rendered backend stack: there is no %s", environment, path),
			"run `make synth`, or choose one of: %s", environmentsIn(out))
	}
	if err != nil {
		return nil, err
	}
	r, err := parse(environment, text)
	if err != nil {
		return nil, advise(fmt.Errorf("%s: %w", path, err), "run `make synth`")
	}
	return r, nil
}

func environmentsIn(out string) string {
	stacks, _ := filepath.Glob(filepath.Join(out, "stacks", "*-backend"))
	names := make([]string, 0, len(stacks))
	for _, s := range stacks {
		names = append(names, strings.TrimSuffix(filepath.Base(s), "-backend"))
	}
	if len(names) == 0 {
		return "(none is rendered)"
	}
	return strings.Join(names, ", ")
}

func parse(environment string, text []byte) (*Rendering, error) {
	var s stack
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("not a rendered stack: %w", err)
	}
	backend := s.Terraform.Backend.S3
	r := &Rendering{
		Environment: environment, Text: text, TerraformVersion: s.Terraform.RequiredVersion,
		Bucket: backend.Bucket, Key: backend.Key, Region: backend.Region, Table: backend.Table,
	}
	if r.Bucket == "" || r.Key == "" || r.Region == "" || r.Table == "" {
		return nil, errors.New("its S3 backend lacks the bucket, key, region or lock table")
	}
	providers := map[string]stackProvider{}
	for _, p := range s.Provider.AWS {
		if len(p.Accounts) != 1 || (r.Account != "" && p.Accounts[0] != r.Account) {
			return nil, errors.New("its providers don't allow one account, and the same one")
		}
		r.Account = p.Accounts[0]
		name := "aws"
		if p.Alias != "" {
			name += "." + p.Alias
		}
		providers[name] = p
	}
	if r.Account == "" {
		return nil, errors.New("it has no AWS provider")
	}
	for _, kind := range slices.Sorted(maps.Keys(s.Resource)) {
		for _, id := range slices.Sorted(maps.Keys(s.Resource[kind])) {
			named, err := s.named(kind, id, providers)
			if err != nil {
				return nil, err
			}
			if named.Name != "" {
				r.Named = append(r.Named, named)
			}
		}
	}
	return r, nil
}

// named describes a resource; it has no name when it needs none to be found again.
func (s *stack) named(kind, id string, providers map[string]stackProvider) (Resource, error) {
	in := s.Resource[kind][id]
	named := Resource{Address: kind + "." + id, Type: kind}
	switch kind {
	case "aws_s3_bucket":
		named.Name = in.Bucket
	case "aws_dynamodb_table", "aws_kms_alias", "aws_iam_policy", "aws_iam_role":
		named.Name = in.Name
	case "aws_iam_role_policy":
		named.Name, named.Of = in.Name, s.nameOf("aws_iam_role", in.Role)
	case "aws_iam_role_policy_attachment":
		named.Name, named.Of = s.nameOf("aws_iam_policy", in.Policy), s.nameOf("aws_iam_role", in.Role)
	case "aws_iam_openid_connect_provider":
		named.Name = strings.TrimPrefix(in.URL, "https://")
	case "aws_kms_key":
		named.Name = s.aliasOf(named.Address)
	default:
		return Resource{}, nil
	}
	if named.Name == "" || strings.Contains(named.Name+named.Of, "${") {
		return Resource{}, fmt.Errorf("%s has no name that is known before it exists", named.Address)
	}
	if in.Provider == "" {
		in.Provider = "aws"
	}
	provider, ok := providers[in.Provider]
	if !ok {
		return Resource{}, fmt.Errorf("%s wants the provider %s, which is not there", named.Address, in.Provider)
	}
	named.Region, named.Tags = provider.Region, map[string]string{}
	for _, tags := range provider.DefaultTags {
		maps.Copy(named.Tags, tags.Tags)
	}
	maps.Copy(named.Tags, in.Tags)
	return named, nil
}

func (s *stack) aliasOf(key string) string {
	for _, alias := range s.Resource["aws_kms_alias"] {
		if strings.HasPrefix(alias.Target, "${"+key+".") {
			return alias.Name
		}
	}
	return ""
}

// nameOf resolves ${<kind>.<id>.name} and the like.
func (s *stack) nameOf(kind, reference string) string {
	for id, resource := range s.Resource[kind] {
		if strings.HasPrefix(reference, "${"+kind+"."+id+".") {
			return resource.Name
		}
	}
	return reference
}
