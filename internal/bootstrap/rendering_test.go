package bootstrap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const rendered = "../../cdktf.out"

func TestReadsWhatIsRendered(t *testing.T) {
	r, err := Read(rendered, "production")
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][2]string{
		"account": {r.Account, "333333333333"},
		"region":  {r.Region, "eu-central-1"},
		"bucket":  {r.Bucket, "strata-production-tfstate-333333333333"},
		"key":     {r.Key, "production/backend/terraform.tfstate"},
		"table":   {r.Table, "strata-production-tflock"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %q, want %q", name, got[0], got[1])
		}
	}
	want := map[string]Resource{
		"aws_dynamodb_table.locks":                       {Name: "strata-production-tflock", Region: "eu-central-1"},
		"aws_iam_openid_connect_provider.github":         {Name: "token.actions.githubusercontent.com", Region: "eu-central-1"},
		"aws_iam_policy.boundary_policy":                 {Name: "strata-production-boundary", Region: "eu-central-1"},
		"aws_iam_role.state_replication_role":            {Name: "strata-production-tfstate-replication", Region: "eu-central-1"},
		"aws_iam_role_policy.state_replication_role_own": {Name: "own", Of: "strata-production-tfstate-replication", Region: "eu-central-1"},
		"aws_iam_role_policy_attachment.deploy_images":   {Name: "strata-production-deploy-images", Of: "strata-production-deploy", Region: "eu-central-1"},
		"aws_kms_alias.state_key_alias":                  {Name: "alias/strata-production-tfstate", Region: "eu-central-1"},
		"aws_kms_alias.state_replica_key_alias":          {Name: "alias/strata-production-tfstate-replica", Region: "eu-west-1"},
		"aws_kms_key.state_key":                          {Name: "alias/strata-production-tfstate", Region: "eu-central-1"},
		"aws_kms_key.state_replica_key":                  {Name: "alias/strata-production-tfstate-replica", Region: "eu-west-1"},
		"aws_s3_bucket.state":                            {Name: "strata-production-tfstate-333333333333", Region: "eu-central-1"},
		"aws_s3_bucket.state_replica":                    {Name: "strata-production-tfstate-333333333333-replica", Region: "eu-west-1"},
	}
	for _, is := range r.Named {
		w, ok := want[is.Address]
		if !ok {
			if !strings.HasPrefix(is.Type, "aws_iam_") { // the pipeline's are too many to list
				t.Errorf("%s is unexpected", is.Address)
			}
			continue
		}
		if is.Name != w.Name || is.Of != w.Of || is.Region != w.Region {
			t.Errorf("%s is %+v, want %+v", is.Address, is, w)
		}
		delete(want, is.Address)
	}
	for address := range want {
		t.Errorf("%s is missing", address)
	}
}

func TestKeyIsKnownByItsTags(t *testing.T) {
	r, err := Read(rendered, "dev")
	if err != nil {
		t.Fatal(err)
	}
	for _, is := range r.Named {
		if is.Type != "aws_kms_key" {
			continue
		}
		for tag, want := range map[string]string{"Name": "strata-dev-tfstate", "Project": "strata", "Environment": "dev"} {
			if is.Tags[tag] != want {
				t.Errorf("tag %s of %s is %q, want %q", tag, is.Address, is.Tags[tag], want)
			}
		}
	}
}

func TestSaysWhatIsWrongWithARendering(t *testing.T) {
	dev, err := os.ReadFile(filepath.Join(rendered, "stacks", "dev-backend", "cdk.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ text, want string }{
		"cut off":           {string(dev[:len(dev)/2]), "not a rendered stack"},
		"no backend":        {strings.Replace(string(dev), `"dynamodb_table"`, `"no_table"`, 1), "lock table"},
		"no account":        {strings.Replace(string(dev), `"allowed_account_ids"`, `"any"`, 1), "allow one account"},
		"name not known":    {strings.Replace(string(dev), `"name": "strata-dev-tflock"`, `"name": "${x.y}"`, 1), "before it exists"},
		"a provider absent": {strings.Replace(string(dev), `"force_destroy": false,`, `"provider": "aws.other",`, 1), "aws.other"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parse("dev", []byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestNamesTheEnvironmentsThatThereAre(t *testing.T) {
	for _, environment := range []string{"nowhere", "../../etc", ""} {
		_, err := Read(rendered, environment)
		if err == nil || !strings.Contains(Advice(err), "dev, production, staging") {
			t.Errorf("%q: %v, advice %q", environment, err, Advice(err))
		}
	}
}
