// The tests of this folder read the committed cdktf.out and hold it against what a user of
// the platform relies on: plain Go, no Node, no network.
package stacks_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"strata/environments"
	"strata/internal/rendered"
)

var (
	all  []rendered.Stack
	envs = map[string]*environments.Environment{}
)

func TestMain(m *testing.M) {
	var err error
	if all, err = rendered.Load("../cdktf.out"); err != nil {
		fmt.Fprintln(os.Stderr, "no rendering to check, run 'make synth':", err)
		os.Exit(1)
	}
	loaded, err := environments.Load("../environments")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, env := range loaded {
		envs[env.Name] = env
	}
	os.Exit(m.Run())
}

// What each layer reads from, and so must come after.
var below = map[string][]string{
	"backend":    {},
	"networking": {},
	"security":   {"networking"},
	"ecr":        {"backend", "security"},
}

// each runs a check on every stack of a layer, or of all with "".
func each(t *testing.T, layer string, check func(t *testing.T, s rendered.Stack, env *environments.Environment)) {
	t.Helper()
	seen := 0
	for _, s := range all {
		if layer == "" || s.Layer == layer {
			seen++
			t.Run(s.Name, func(t *testing.T) { check(t, s, envs[s.Environment]) })
		}
	}
	if seen == 0 {
		t.Fatalf("no stack of layer %q was rendered", layer)
	}
}

func TestEveryEnvironmentHasEveryLayerInOrder(t *testing.T) {
	want := map[string][]string{}
	for name := range envs {
		for layer, lower := range below {
			var on []string
			for _, l := range lower {
				on = append(on, name+"-"+l)
			}
			want[name+"-"+layer] = on
		}
	}
	got := map[string][]string{}
	for _, s := range all {
		got[s.Name] = slices.Sorted(slices.Values(s.Dependencies))
	}
	for name, on := range want {
		if !slices.Equal(got[name], on) {
			t.Errorf("%s depends on %v, want %v", name, got[name], on)
		}
	}
	if g, w := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(g, w) {
		t.Errorf("stacks are %v, want %v", g, w)
	}
}

func TestStateLivesInTheEnvironmentsBucket(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		backend := rendered.Object(s.Terraform.At("backend", "s3").(map[string]any))
		prefix := env.Project + "-" + env.Name
		for key, want := range map[string]any{
			"bucket":         env.StateBucket(),
			"key":            env.Name + "/" + s.Layer + "/terraform.tfstate",
			"region":         env.Region,
			"encrypt":        true,
			"kms_key_id":     "arn:aws:kms:" + env.Region + ":" + env.Account + ":alias/" + prefix + "-tfstate",
			"dynamodb_table": prefix + "-tflock",
		} {
			if backend[key] != want {
				t.Errorf("backend %s is %v, want %v", key, backend[key], want)
			}
		}
		if locks, _ := backend["use_lockfile"].(bool); locks != env.State.LockFiles {
			t.Errorf("use_lockfile is %v, the environment file says %v", locks, env.State.LockFiles)
		}
		if got := backend.List("allowed_account_ids"); !slices.Equal(got, []string{env.Account}) {
			t.Errorf("the backend may be in accounts %v, want only %s", got, env.Account)
		}
	})
}

func TestProvidersAreHeldToAccountRegionAndVersion(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		if got := s.Terraform.String("required_version"); got != ">= 1.11.0" {
			t.Errorf("required_version is %q", got)
		}
		if got := s.Terraform.String("required_providers", "aws", "version"); got != "5.100.0" {
			t.Errorf("the provider's version is %q: it must be pinned exactly, so that a plan can be repeated", got)
		}
		regions := map[string]string{"": env.Region}
		if env.RecoveryRegion != "" {
			regions["recovery"] = env.RecoveryRegion
		}
		for _, p := range s.Providers {
			alias := p.String("alias")
			if p.String("region") != regions[alias] {
				t.Errorf("provider %q works in %q, want %q", alias, p.String("region"), regions[alias])
			}
			delete(regions, alias)
			if got := p.List("allowed_account_ids"); !slices.Equal(got, []string{env.Account}) {
				t.Errorf("provider %q may work in accounts %v, want only %s", alias, got, env.Account)
			}
			want := map[string]any{"Project": env.Project, "Environment": env.Name, "Layer": s.Layer,
				"Owner": env.Owner, "CostCenter": env.CostCenter, "ManagedBy": "terraform"}
			if got := p.At("default_tags", "tags"); !maps.Equal(want, got.(map[string]any)) {
				t.Errorf("provider %q tags with %v, want %v", alias, got, want)
			}
		}
		if len(regions) > 0 {
			t.Errorf("no provider for %v", regions)
		}
	})
}

func TestReferencesResolve(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		known := map[string]bool{}
		for _, r := range s.Resources {
			known[r.Address()] = true
		}
		for _, d := range s.Data {
			known["data."+d.Address()] = true
		}
		for _, e := range s.Ephemeral {
			known["ephemeral."+e.Address()] = true
		}
		found := 0
		s.Strings(func(path, value string) {
			for _, address := range rendered.References(value) {
				found++
				if !known[address] {
					t.Errorf("%s refers to %s, which the stack does not have", path, address)
				}
			}
		})
		if found == 0 {
			t.Error("not one reference found: the check no longer sees them")
		}
	})
}

func TestOutputsAreDescribedAndCarryNoSecret(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		for name, output := range s.Outputs {
			if output.String("description") == "" {
				t.Errorf("output %s has no description", name)
			}
			for _, word := range []string{"password", "secret_value", "token", "private_key"} {
				if strings.Contains(strings.ToLower(fmt.Sprint(name, output["value"])), word) {
					t.Errorf("output %s smells of a secret: %v", name, output["value"])
				}
			}
		}
	})
}

// Outputs are a contract with the layers above and with whoever reads the state: a name may
// be added here, and taken away only together with its last reader.
func TestOutputNamesAreKept(t *testing.T) {
	kept := map[string]string{
		"backend": "deploy_role_arn lock_table lock_table_arn plan_role_arn push_role_arn state_bucket state_bucket_arn state_key_arn",
		"ecr":     "public_images repository_arns repository_urls",
		"networking": "certificate_arn data_cidr_block data_subnet_ids domain dynamodb_prefix_list_id endpoints_security_group_id " +
			"flow_log_group_name https_listener_arn load_balancer_arn load_balancer_arn_suffix load_balancer_dns_name " +
			"load_balancer_logs_bucket_arn load_balancer_security_group_id logs_key_arn nat_public_ips private_cidr_block " +
			"private_subnet_ids public_subnet_ids s3_prefix_list_id target_group_arn_suffixes target_group_arns vpc_cidr_block vpc_id web_acl_arn zone_id",
		"security": "backup_role_arn backups_key_arn bastion_instance_profile bastion_role_name bastion_security_group_id cache_secret_arn cache_security_group_id " +
			"data_key_arn database_monitoring_role_arn database_secret_arn database_security_group_id execution_role_arns images_key_arn logs_key_arn " +
			"messages_key_arn recovery_backups_key_arn recovery_data_key_arn recovery_images_key_arn restore_test_role_arn secrets_key_arn service_secret_arns " +
			"service_security_group_ids task_role_arns task_role_names trail_role_arn",
	}
	each(t, "", func(t *testing.T, s rendered.Stack, env *environments.Environment) {
		want := strings.Fields(kept[s.Layer])
		if s.Layer == "networking" && env.Domain.ZoneID == "" {
			want = append(want, "zone_name_servers")
		}
		if got := slices.Sorted(maps.Keys(s.Outputs)); !slices.Equal(got, want) {
			t.Errorf("outputs are\n%v, want\n%v", got, want)
		}
	})
}

func TestNothingOfTheMachineIsRendered(t *testing.T) {
	each(t, "", func(t *testing.T, s rendered.Stack, _ *environments.Environment) {
		s.Strings(func(path, value string) {
			for _, sign := range []string{"/home/", "/root/", "/tmp/", "/Users/", "node_modules", "TfToken["} {
				if strings.Contains(value, sign) {
					t.Errorf("%s contains %q: %s", path, sign, value)
				}
			}
		})
	})
}
