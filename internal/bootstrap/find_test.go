package bootstrap

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
)

func TestFindsTheKey(t *testing.T) {
	ours := map[string]string{"Name": "p-dev-tfstate", "Project": "p", "Environment": "dev", "Owner": "x"}
	other := map[string]string{"Name": "p-dev-tfstate", "Project": "p", "Environment": "test"}
	key := Resource{Address: "aws_kms_key.k", Type: "aws_kms_key", Name: "alias/p-dev-tfstate", Tags: ours}
	for name, test := range map[string]struct {
		keys fakeKeys
		want string
	}{
		"nothing there":                    {nil, ""},
		"through its alias":                {fakeKeys{{id: "a", tags: ours}, {id: "b", alias: key.Name}}, "b"},
		"by its tags":                      {fakeKeys{{id: "a", tags: other}, {id: "b", tags: ours}}, "b"},
		"the oldest of several":            {fakeKeys{{id: "a", made: 3, tags: ours}, {id: "b", made: 2, tags: ours}, {id: "c", made: 4, tags: ours}}, "b"},
		"not one that is going":            {fakeKeys{{id: "a", tags: ours, state: kmstypes.KeyStatePendingDeletion}}, ""},
		"past one that it may not look at": {fakeKeys{{id: "a", hidden: true}, {id: "b", tags: ours}}, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := findKey(t.Context(), test.keys, key); err != nil || got != test.want {
				t.Errorf("found %q (%v), want %q", got, err, test.want)
			}
		})
	}
	_, err := findKey(t.Context(), fakeKeys{{id: "a", alias: key.Name, state: kmstypes.KeyStatePendingDeletion}}, key)
	if err == nil || !strings.Contains(Advice(err), "cancel-key-deletion --key-id a") {
		t.Errorf("a key on its way out is not reported: %v", err)
	}
}

func TestTellsWhoseABucketIs(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		there  bool
		advice string
	}{
		"ours":              {http.StatusOK, true, ""},
		"nobody's":          {http.StatusNotFound, false, ""},
		"somebody else's":   {http.StatusForbidden, false, "state.bucket"},
		"in another region": {http.StatusMovedPermanently, false, "state.bucket"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &cloud{buckets: func(string) buckets { return fakeBucket{status: test.status} }}
			there, err := c.hasBucket(t.Context(), "1", "r", "b")
			if there != test.there || (err != nil) != (test.advice != "") || !strings.Contains(Advice(err), test.advice) {
				t.Errorf("there %v, %v (%s)", there, err, Advice(err))
			}
		})
	}
}

func TestNamesWhatStillNeedsTheBucket(t *testing.T) {
	const (
		empty = `{"version":4,"serial":9,"lineage":"l","resources":[{"mode":"data","type":"t","name":"n","instances":[{}]}]}`
		full  = `{"version":4,"serial":9,"lineage":"l","resources":[{"mode":"managed","type":"t","name":"n","instances":[{}]}]}`
	)
	r := &Rendering{Bucket: "b", Key: "dev/backend/terraform.tfstate"}
	c := &cloud{buckets: func(string) buckets {
		return fakeBucket{objects: map[string]string{
			r.Key: full, r.Key + ".tflock": "{}",
			"dev/networking/terraform.tfstate": full, "dev/ecr/terraform.tfstate": empty,
			"dev/odd/terraform.tfstate": "{", "notes.txt": "mine",
		}}
	}}
	got, err := c.inUse(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if len(got) != 3 || !strings.HasPrefix(got[0], "dev/networking/terraform.tfstate holds 1 resource") ||
		!strings.HasPrefix(got[1], "dev/odd/terraform.tfstate is not a Terraform state") || got[2] != "notes.txt is not Terraform's" {
		t.Errorf("got %q", got)
	}
}
