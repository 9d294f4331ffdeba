//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"strata/e2e/harness"
)

// random is what a generated value looks like, by the secret's name; nil where somebody else puts
// the value.
type random = map[string]*regexp.Regexp

// declaredSecrets are those that the environment's file asks for.
func declaredSecrets(env *harness.Environment) random {
	prefix := env.Project + "/" + env.Name + "/"
	found := random{}
	if env.Database.Enabled {
		found[prefix+"database"] = regexp.MustCompile(`^{"password":"([A-Za-z0-9]{40})","username":"strata"}$`)
	}
	if env.Cache.Enabled {
		found[prefix+"cache"] = regexp.MustCompile(`^([A-Za-z0-9]{64})$`)
	}
	for service, of := range env.Services {
		for name, secret := range of.Secrets {
			found[prefix+service+"/"+name] = nil
			if secret.Generated {
				found[prefix+service+"/"+name] = regexp.MustCompile(`^([A-Za-z0-9]{48})$`)
			}
		}
	}
	return found
}

// readSecrets checks that secrets are kept as the environment's file asks for, and that nobody
// comes by one without asking Secrets Manager.
func readSecrets(t *testing.T, env *harness.Environment) {
	t.Helper()
	declared := declaredSecrets(env)
	listed, err := env.AWS.Secrets.ListSecrets(t.Context(), nil)
	mustRead(t, err)
	var names []string
	for _, secret := range listed.SecretList {
		names = append(names, aws.ToString(secret.Name))
	}
	slices.Sort(names)
	wanted := slices.Sorted(maps.Keys(declared))
	holds(t, slices.Equal(names, wanted), fmt.Sprintf("the secrets are %v", wanted), names)

	var values []string
	for name, looks := range declared {
		checkSecret(t, env, name)
		if looks == nil {
			continue
		}
		value := secretValue(t, env, env.Region, name)
		found := looks.FindStringSubmatch(value)
		if found == nil {
			t.Errorf("%s has a value of %d characters that doesn't look like %s", name, len(value), looks)
			continue
		}
		values = append(values, found[1])
		if env.RecoveryRegion != "" && secretValue(t, env, env.RecoveryRegion, name) != value {
			t.Errorf("the copy of %s in %s has another value", name, env.RecoveryRegion)
		}
	}
	secretsStayInside(t, env, values)
}

func checkSecret(t *testing.T, env *harness.Environment, name string) {
	t.Helper()
	secret, err := env.AWS.Secrets.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: &name})
	mustRead(t, err)
	key := platformKey(t, env, env.Region, "secrets")
	holds(t, aws.ToString(secret.KmsKeyId) == key, name+" is encrypted with the platform's key for secrets, "+key, aws.ToString(secret.KmsKeyId))
	var got, want []string
	for _, copied := range secret.ReplicationStatus {
		got = append(got, fmt.Sprint(aws.ToString(copied.Region), " ", aws.ToString(copied.KmsKeyId), " ", copied.Status))
	}
	if env.RecoveryRegion != "" {
		want = append(want, fmt.Sprint(env.RecoveryRegion, " ", platformKey(t, env, env.RecoveryRegion, "secrets"), " ", secretstypes.StatusTypeInSync))
	}
	holds(t, slices.Equal(got, want), fmt.Sprintf("the copies of %s are %v", name, want), got)
	policy, err := env.AWS.Secrets.GetResourcePolicy(t.Context(), &secretsmanager.GetResourcePolicyInput{SecretId: &name})
	mustRead(t, err)
	refusesOtherAccounts(t, env, harness.ReadPolicy(t, aws.ToString(policy.ResourcePolicy)), name, "secretsmanager")
}

func secretValue(t *testing.T, env *harness.Environment, region, name string) string {
	t.Helper()
	in := func(o *secretsmanager.Options) { o.Region = region }
	value, err := env.AWS.Secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &name}, in)
	mustRead(t, err)
	return aws.ToString(value.SecretString)
}

// secretsStayInside checks that no value is in any version of any state, in a plan, or in what is
// rendered.
func secretsStayInside(t *testing.T, env *harness.Environment, values []string) {
	t.Helper()
	look := func(where, text string) {
		for _, value := range values {
			if strings.Contains(text, value) {
				t.Errorf("%s holds a secret's value; it must be written with secret_string_wo and made by an ephemeral resource", where)
			}
		}
		for _, found := range written.FindAllStringSubmatch(text, -1) {
			t.Errorf("%s has a value for %s; only secret_string_wo keeps it out, and has none there", where, found[1])
		}
	}
	states := 0
	pages := s3.NewListObjectVersionsPaginator(env.AWS.S3, &s3.ListObjectVersionsInput{Bucket: aws.String(env.StateBucket())})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		mustRead(t, err)
		for _, version := range page.Versions {
			object, err := env.AWS.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(env.StateBucket()), Key: version.Key, VersionId: version.VersionId})
			mustRead(t, err)
			text, err := io.ReadAll(object.Body)
			mustRead(t, err)
			look(fmt.Sprintf("version %s of %s", aws.ToString(version.VersionId), aws.ToString(version.Key)), string(text))
			if strings.Contains(string(text), `"aws_secretsmanager_secret_version"`) {
				states++
			}
		}
	}
	if states == 0 {
		t.Errorf("no state in %s knows of a secret's value; look where the security layer has its state", env.StateBucket())
	}

	stack := env.Stack(t, "security")
	stack.Init(t)
	if r := stack.Terraform(t, "plan", "-input=false", "-out=plan"); r.Code != 0 {
		stack.Fail(t, r, "should have made a plan")
	}
	shown := stack.Terraform(t, "show", "-json", "plan")
	if shown.Code != 0 || !json.Valid([]byte(strings.TrimSpace(shown.Output))) {
		stack.Fail(t, shown, "should have shown the plan as JSON")
	}
	look("a plan", shown.Output)

	mustRead(t, filepath.WalkDir(filepath.Join(harness.Root(t), "cdktf.out"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, value := range values {
			if strings.Contains(string(text), value) {
				t.Errorf("%s holds a secret's value", path)
			}
		}
		return err
	}))
}

// written is a value of a secret in a state or a plan.
var written = regexp.MustCompile(`"(secret_string|secret_string_wo|secret_binary|random_password)":\s*"[^"]`)

// readDeletedSecrets checks, after the secrets were destroyed, how long they can be brought back.
func readDeletedSecrets(t *testing.T, env *harness.Environment) {
	t.Helper()
	listed, err := env.AWS.Secrets.ListSecrets(t.Context(), &secretsmanager.ListSecretsInput{IncludePlannedDeletion: aws.Bool(true)})
	mustRead(t, err)
	if env.Secrets.RecoveryDays == 0 {
		holds(t, len(listed.SecretList) == 0, "deleted secrets are gone at once", listed.SecretList)
		return
	}
	holds(t, len(listed.SecretList) == len(declaredSecrets(env)), "all deleted secrets can be brought back", listed.SecretList)
	for _, secret := range listed.SecretList {
		days := int(time.Until(aws.ToTime(secret.DeletedDate)).Round(24*time.Hour).Hours() / 24)
		holds(t, days == env.Secrets.RecoveryDays, fmt.Sprintf("%s goes in %d days", aws.ToString(secret.Name), env.Secrets.RecoveryDays), days)
	}
}
