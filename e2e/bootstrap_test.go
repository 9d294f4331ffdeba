//go:build e2e

package e2e

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"strata/e2e/harness"
)

// bootstrapper runs the program behind `make bootstrap` and `make teardown`.
type bootstrapper struct {
	*harness.Environment
	binary, work               string
	bucket, table, state, name string
}

func newBootstrapper(t *testing.T, environment string) *bootstrapper {
	t.Helper()
	e := harness.Start(t, environment)
	return &bootstrapper{
		Environment: e, binary: harness.Build(t, "./cmd/bootstrap"), work: filepath.Join(t.TempDir(), "work"),
		bucket: e.StateBucket(), table: e.Project + "-" + e.Name + "-tflock",
		state: e.Name + "/backend/terraform.tfstate", name: e.Project + "-" + e.Name + "-tfstate",
	}
}

func (b *bootstrapper) start(t *testing.T, args ...string) *harness.Process {
	t.Helper()
	args = append([]string{"-environment", b.Name, "-work", b.work}, args...)
	return b.Start(t, harness.Root(t), b.binary, args...)
}

// run runs it to an end that is a success or not, with all the texts said.
func (b *bootstrapper) run(t *testing.T, success bool, says []string, args ...string) {
	t.Helper()
	r := b.start(t, args...).Wait()
	if (r.Code == 0) != success {
		b.Fail(t, r, "should have ended otherwise")
	}
	for _, text := range says {
		if !strings.Contains(r.Output, text) {
			b.Fail(t, r, "should have said "+strconv.Quote(text))
		}
	}
}

// until runs it until the emulator has served a request, and kills all of it there and then.
func (b *bootstrapper) until(t *testing.T, served string, args ...string) {
	t.Helper()
	p := b.start(t, args...)
	b.Emulator.Await(served)
	b.signal(t, syscall.SIGKILL, true)
	p.Wait()
}

// signal sends a signal to the running bootstrap, with or without all that it has started.
func (b *bootstrapper) signal(t *testing.T, signal syscall.Signal, everything bool) {
	t.Helper()
	listed, err := exec.Command("ps", "-A", "-o", "pid=,ppid=,command=").Output()
	if err != nil {
		t.Fatalf("list the processes: %v", err)
	}
	var found []int
	for line := range strings.Lines(string(listed)) {
		fields := strings.Fields(line)
		pid, _ := strconv.Atoi(fields[0])
		parent, _ := strconv.Atoi(fields[1])
		// A process is listed before those that it starts, as long as the numbers don't wrap.
		if fields[2] == b.binary || everything && slices.Contains(found, parent) {
			found = append(found, pid)
		}
	}
	for _, pid := range found {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatalf("signal %d: %v", pid, err)
		}
	}
}

func (b *bootstrapper) bucketFile(t *testing.T, key string) []byte {
	t.Helper()
	got, err := b.AWS.S3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &b.bucket, Key: &key})
	if err != nil {
		t.Fatalf("read %s: %v", key, err)
	}
	body, err := io.ReadAll(got.Body)
	if err := errors.Join(err, got.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return body
}

func (b *bootstrapper) item(t *testing.T, id string) map[string]types.AttributeValue {
	t.Helper()
	got, err := b.AWS.DynamoDB.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &b.table, Key: lockKey(id)})
	if err != nil {
		t.Fatal(err)
	}
	return got.Item
}

func (b *bootstrapper) putItem(t *testing.T, id, name, value string) {
	t.Helper()
	item := lockKey(id)
	item[name] = &types.AttributeValueMemberS{Value: value}
	if _, err := b.AWS.DynamoDB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &b.table, Item: item}); err != nil {
		t.Fatal(err)
	}
}

func lockKey(id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"LockID": &types.AttributeValueMemberS{Value: id}}
}

// keys counts the keys that carry the name, by the state that they are in.
func (b *bootstrapper) keys(t *testing.T, region, name string) map[string]int {
	t.Helper()
	in := func(o *kms.Options) { o.Region = region }
	listed, err := b.AWS.KMS.ListKeys(t.Context(), &kms.ListKeysInput{}, in)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, key := range listed.Keys {
		tags, err := b.AWS.KMS.ListResourceTags(t.Context(), &kms.ListResourceTagsInput{KeyId: key.KeyId}, in)
		if err != nil {
			t.Fatal(err)
		}
		is, err := b.AWS.KMS.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: key.KeyId}, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range tags.Tags {
			if aws.ToString(tag.TagKey) == "Name" && aws.ToString(tag.TagValue) == name {
				found[string(is.KeyMetadata.KeyState)]++
			}
		}
	}
	return found
}

// ready checks that all is there once, that the state is where it belongs and whole, and that
// nothing of the run is left. It returns the state's serial number and version.
func (b *bootstrapper) ready(t *testing.T) (serial int, version string) {
	t.Helper()
	regions := map[string]string{b.Region: b.name}
	if b.RecoveryRegion != "" {
		regions[b.RecoveryRegion] = b.name + "-replica"
	}
	for region, name := range regions {
		if keys := b.keys(t, region, name); keys["Enabled"] != 1 || len(keys) != 1 {
			t.Errorf("the keys called %s in %s are %v, want one", name, region, keys)
		}
	}
	body := b.bucketFile(t, b.state)
	var state struct {
		Serial    int
		Resources []struct {
			Mode      string
			Instances []struct{ Status string }
		}
	}
	if err := json.Unmarshal(body, &state); err != nil {
		t.Fatal(err)
	}
	want, have := len(b.Stacks["backend"].Resources), 0
	for _, r := range state.Resources {
		if r.Mode == "managed" && len(r.Instances) == 1 && r.Instances[0].Status == "" {
			have++
		}
	}
	if have != want {
		t.Errorf("the state holds %d resources, want %d", have, want)
	}
	sum := md5.Sum(body)
	if digest, ok := b.item(t, b.bucket+"/"+b.state+"-md5")["Digest"].(*types.AttributeValueMemberS); !ok || digest.Value != hex.EncodeToString(sum[:]) {
		t.Errorf("the state's digest is not noted")
	}
	if lock := b.item(t, b.bucket+"/"+b.state); lock != nil {
		t.Errorf("the state is still locked: %v", lock)
	}
	if left, _ := filepath.Glob(filepath.Join(b.work, b.Name, "*.tf.json")); len(left) > 0 {
		t.Errorf("left in the work folder: %v", left)
	}
	if _, err := os.Stat(filepath.Join(b.work, b.Name, "local.tfstate")); err == nil {
		t.Errorf("the local state is still there")
	}
	head, err := b.AWS.S3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &b.bucket, Key: &b.state})
	if err != nil {
		t.Fatal(err)
	}
	return state.Serial, aws.ToString(head.VersionId)
}

// vanished checks that a teardown has left nothing but keys that wait for their end.
func (b *bootstrapper) vanished(t *testing.T) {
	t.Helper()
	left, err := b.AWS.S3.ListBuckets(t.Context(), &s3.ListBucketsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, bucket := range left.Buckets {
		t.Errorf("the bucket %s is left", aws.ToString(bucket.Name))
	}
	var gone *types.ResourceNotFoundException
	if _, err := b.AWS.DynamoDB.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &b.table}); !errors.As(err, &gone) {
		t.Errorf("the lock table is left: %v", err)
	}
	roles, err := b.AWS.IAM.ListRoles(t.Context(), &iam.ListRolesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range roles.Roles {
		t.Errorf("the role %s is left", aws.ToString(role.RoleName))
	}
	if keys := b.keys(t, b.Region, b.name); keys["Enabled"] > 0 || keys["PendingDeletion"] == 0 {
		t.Errorf("the keys are %v, want them to wait for their deletion", keys)
	}
}

// One life of an environment's backend, in which everything is killed again and again.
func TestBootstrapGoesOnWhereverItWasKilled(t *testing.T) {
	t.Parallel()
	b := newBootstrapper(t, "dev")
	object := "s3 PUT /" + b.bucket + "/" + b.state
	folder := filepath.Join(b.work, b.Name)
	local := filepath.Join(folder, "local.tfstate")

	refused := b.Run(t, harness.Root(t), b.binary, "-environment", "production", "-work", b.work)
	if refused.Code == 0 || !strings.Contains(refused.Output, "111111111111") || !strings.Contains(refused.Output, "333333333333") {
		b.Fail(t, refused, "should have refused the account, naming both")
	}
	if _, err := os.Stat(b.work); err == nil {
		t.Error("it has touched something in the wrong account")
	}

	// AWS has made the key, and Terraform has not written it down.
	b.until(t, "kms CreateKey: 200")
	// What Terraform has written is cut off.
	if text, err := os.ReadFile(local); err == nil {
		if err := os.WriteFile(local, text[:len(text)/2], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.until(t, "kms CreateAlias: 200")
	// The whole work folder is lost.
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	// The bootstrap alone is killed, and its Terraform is not: the next one waits for it.
	orphan := b.start(t)
	b.Emulator.Await("s3 PUT /" + b.bucket + "?lifecycle")
	b.signal(t, syscall.SIGKILL, false)
	next := b.start(t)
	next.Await("waiting for another run")
	orphan.Wait()
	// The state has arrived, its digest perhaps not; the lock is held.
	b.Emulator.Await(object)
	b.signal(t, syscall.SIGKILL, true)
	next.Wait()
	if b.item(t, b.bucket+"/"+b.state) == nil {
		t.Error("no lock was left, so nothing was killed under it")
	}
	b.run(t, true, []string{"the state is in s3://", "nothing to change"})
	serial, version := b.ready(t)

	b.run(t, true, []string{"nothing to change"})
	if s, v := b.ready(t); s != serial || v != version {
		t.Errorf("a bootstrap of what is finished wrote the state: serial %d to %d, version %s to %s", serial, s, version, v)
	}

	// Somebody else's lock is kept until it is named.
	b.putItem(t, b.bucket+"/"+b.state, "Info", `{"ID":"0a1b2c3d","Operation":"OperationTypeApply","Who":"ada@laptop","Created":"2024-05-06T07:08:09Z"}`)
	b.run(t, false, []string{"ada@laptop", "OperationTypeApply", "-unlock 0a1b2c3d"})
	// And Terraform was killed between the state and its digest.
	b.putItem(t, b.bucket+"/"+b.state+"-md5", "Digest", strings.Repeat("0", 32))
	b.run(t, true, []string{"broke the lock 0a1b2c3d", "mended the digest", "nothing to change"}, "-unlock", "0a1b2c3d")
	b.ready(t)

	// A teardown wants the name, and nobody who needs the bucket.
	b.run(t, false, []string{"-confirm dev"}, "-teardown")
	above := strings.NewReplacer("backend", "networking").Replace(b.state)
	remove := b.copy(t, b.state, above)
	b.run(t, false, []string{above + " holds"}, "-teardown", "-confirm", "dev")
	remove()
	b.until(t, "dynamodb DeleteTable: 200", "-teardown", "-confirm", "dev")
	b.run(t, true, []string{"dev has no backend any more"}, "-teardown", "-confirm", "dev")
	b.vanished(t)
	b.run(t, true, []string{"dev has no backend any more"}, "-teardown", "-confirm", "dev")
}

// copy copies an object for a while.
func (b *bootstrapper) copy(t *testing.T, from, to string) (remove func()) {
	t.Helper()
	made, err := b.AWS.S3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &b.bucket, Key: &to, Body: bytes.NewReader(b.bucketFile(t, from)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		_, err := b.AWS.S3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &b.bucket, Key: &to, VersionId: made.VersionId})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Production has a copy of its state in another region. It is told to stop when its key is
// half made, which Terraform would throw away, if it were allowed to.
func TestBootstrapOfAnEnvironmentWithARecoveryRegion(t *testing.T) {
	t.Parallel()
	b := newBootstrapper(t, "production")
	stopped := b.start(t)
	b.Emulator.Await("kms CreateKey: 200")
	b.signal(t, syscall.SIGTERM, false)
	if r := stopped.Wait(); r.Code == 0 || !strings.Contains(r.Output, "run it again to go on") {
		b.Fail(t, r, "should have stopped")
	}
	b.run(t, true, []string{"not made to its end", "moved the state", "nothing to change"})
	b.ready(t)
	got, err := b.AWS.S3.GetBucketReplication(t.Context(), &s3.GetBucketReplicationInput{Bucket: &b.bucket})
	if err != nil {
		t.Fatal(err)
	}
	if rules := got.ReplicationConfiguration.Rules; len(rules) != 1 || rules[0].Status != s3types.ReplicationRuleStatusEnabled ||
		aws.ToString(rules[0].Destination.Bucket) != "arn:aws:s3:::"+b.bucket+"-replica" {
		t.Errorf("the state is not copied: %+v", rules)
	}
	b.run(t, true, []string{"production has no backend any more"}, "-teardown", "-confirm", "production")
	b.vanished(t)
}
