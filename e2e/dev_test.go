//go:build e2e

package e2e

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"strata/e2e/harness"
)

// A new environment, from an empty account through a deployment and its accidents to an empty
// account again. Whoever starts it makes the backend; all the rest is the pipeline's, whose roles
// can do that and no more.
func TestDev(t *testing.T) {
	t.Parallel()
	dev := harness.Start(t, "dev")
	layers := dev.Layers()
	empty := dev.AWS.Resources(t)

	// A step stands on those before.
	step := func(name string, f func(*testing.T)) {
		if !t.Run(name, f) {
			t.FailNow()
		}
	}
	step("bootstrap makes the backend", func(t *testing.T) {
		dev.Bootstrap(t)
		readBackend(t, dev)
	})
	step("strangers don't become the pipeline", func(t *testing.T) { refuseTokens(t, dev) })
	deploy, plan := as(t, dev, "deploy"), as(t, dev, "plan")
	app, stacks := deploy.App(t), map[string]*harness.Stack{}
	for _, layer := range layers {
		stacks[layer] = deploy.Stack(t, layer)
	}
	networking := stacks["networking"]
	step("cdktf deploys every layer", func(t *testing.T) {
		deployAll(t, app, dev)
	})
	step("nothing is left to change", func(t *testing.T) {
		for _, layer := range append([]string{"backend"}, layers...) {
			planned := plan.Stack(t, layer)
			planned.Init(t)
			planned.NoChange(t)
		}
		for _, layer := range layers {
			stacks[layer].Init(t)
		}
		const nothing = "No changes. Your infrastructure matches the configuration."
		if r := app.CDKTF(t, "diff", "dev-networking", "--skip-provider-lock"); !strings.Contains(r.Output, nothing) {
			networking.Fail(t, r, "should have said: "+nothing)
		}
	})
	step("everything is as the file says", func(t *testing.T) {
		readNetworking(t, dev)
		readSecurity(t, dev)
		readSecrets(t, dev)
		readRegistry(t, dev)
	})
	step("a pipeline pushes images, and each service gets at its own things alone", func(t *testing.T) {
		const tag = "1.0.0"
		push := as(t, dev, "push")
		for service := range dev.Services {
			pushImage(t, dev, push.AWS, service, tag)
		}
		keepsPrivate(t, dev, tag)
	})
	step("a service is added, another one moves, and both are taken back", func(t *testing.T) {
		app.Edit(t, func(file string) string {
			return strings.NewReplacer("port: 3001", "port: 3002", `["/api/*"]`, `["/api/*", "/v2/*"]`, "nat: single", "nat: per_zone").Replace(file) + reports
		})
		deployAll(t, app, dev)
		for _, layer := range layers {
			app.Stack(layer).NoChange(t)
		}
		edited := app.Environment(t, dev)
		readNetworking(t, edited)
		readSecurity(t, edited)
		readRegistry(t, edited)
		pushImage(t, edited, as(t, dev, "push").AWS, "reports", "1.0.0")
		keepsPrivate(t, edited, "1.0.0")
		for _, layer := range layers {
			stacks[layer].Apply(t)
			stacks[layer].NoChange(t)
		}
		readNetworking(t, dev)
		readSecurity(t, dev)
		readSecrets(t, dev)
		readRegistry(t, dev)
	})
	step("who deploys can't become more", func(t *testing.T) { refuseAll(t, deploy, writes(t, dev)) })
	step("who plans can't write", func(t *testing.T) {
		takeTagsAway(t, dev)
		refusePlanToApply(t, dev, plan)
		refuseAll(t, plan, planWrites(t, dev))
	})
	step("buckets keep to their policies", func(t *testing.T) { refuseByBuckets(t, dev) })
	step("of two applies at once one wins", func(t *testing.T) {
		takeTagsAway(t, dev)
		// Terraform asks while it holds the lock.
		first := networking.Start(t, "apply")
		first.Await("Enter a value:")
		refused(t, networking, networking.Terraform(t, "apply", "-input=false", "-auto-approve", "-lock-timeout=0s"))
		first.Answer("yes")
		if r := first.Wait(); r.Code != 0 {
			networking.Fail(t, r, "held the lock and should have succeeded")
		}
		networking.NoChange(t)
	})
	step("an apply that is killed is run again", func(t *testing.T) {
		before := dev.AWS.Resources(t)
		takeTagsAway(t, dev)
		since := dev.Emulator.Now()
		// One after the other, so that there is a middle.
		killed := networking.Start(t, "apply", "-input=false", "-auto-approve", "-parallelism=1")
		dev.Emulator.AwaitSince(since, "ec2 CreateTags: 200")
		killed.Kill()
		if untagged(t, dev) == 0 {
			t.Fatal("the apply was killed too late, after everything was done; take more away before")
		}

		id := refused(t, networking, networking.Terraform(t, "apply", "-input=false", "-auto-approve", "-lock-timeout=0s"))
		if r := networking.Terraform(t, "force-unlock", "-force", id); r.Code != 0 {
			networking.Fail(t, r, "should have broken the lock of the killed apply")
		}
		networking.Apply(t)
		networking.NoChange(t)
		if after := dev.AWS.Resources(t); !slices.Equal(before, after) {
			t.Errorf("the killed apply and the one after it made or lost something; before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
	})
	step("destroy leaves nothing", func(t *testing.T) {
		fillBuckets(t, dev)
		for _, layer := range slices.Backward(layers) {
			stacks[layer].Destroy(t)
		}
		readDeletedSecrets(t, dev)
		for _, role := range pipelineRoles {
			dev.Weigh(t, role)
		}
		dev.Teardown(t)
		nothingLeft(t, empty, dev.AWS.Resources(t))
	})
}

// fillBuckets leaves something in every bucket of the layers above the backend, as AWS's services do.
func fillBuckets(t *testing.T, env *harness.Environment) {
	t.Helper()
	found, err := env.AWS.S3.ListBuckets(t.Context(), nil)
	mustRead(t, err)
	for _, bucket := range found.Buckets {
		if *bucket.Name == env.StateBucket() {
			continue
		}
		_, err := env.AWS.S3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket.Name, Key: new("log"), Body: strings.NewReader("a line")})
		mustRead(t, err)
	}
}

// nothingLeft checks that an account is as empty as before.
func nothingLeft(t *testing.T, before, after []string) {
	t.Helper()
	if !slices.Equal(before, after) {
		t.Errorf("the account isn't as empty as in the beginning. There was:\n%s\nand now is:\n%s\nLook for what is made without being in the state, or kept on destroy",
			strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

// deployAll deploys one layer after the other. cdktf has to be told to do so without those below.
func deployAll(t *testing.T, app *harness.App, env *harness.Environment) {
	t.Helper()
	for _, layer := range env.Layers() {
		args := []string{env.Name + "-" + layer, "--auto-approve", "--skip-provider-lock"}
		if len(env.Stacks[layer].Dependencies) > 0 {
			args = append(args, "--ignore-missing-stack-dependencies")
		}
		app.CDKTF(t, "deploy", args...)
	}
}

// reports is a service more, at the end of an environment's file.
const reports = `
  reports:
    port: 8080
    priority: 200
    paths: ["/reports/*"]
    uses: [database]
    secrets:
      signing-key: {}
`

// lockID is how Terraform shows the lock that stands in the way.
var lockID = regexp.MustCompile(`(?m)^\W*ID:\s+(\S+)$`)

// refused checks that a run was refused for a lock and told by whom it is held, and returns
// the lock's id.
func refused(t *testing.T, stack *harness.Stack, r harness.Result) string {
	t.Helper()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	id := lockID.FindStringSubmatch(r.Output)
	if r.Code != 1 || id == nil || !strings.Contains(r.Output, "Error acquiring the state lock") {
		stack.Fail(t, r, "should have been refused, since another run holds the lock")
	}
	for _, what := range []string{"Operation: OperationTypeApply", "@" + host} {
		if !strings.Contains(r.Output, what) {
			stack.Fail(t, r, "should have said who holds the lock: "+what)
		}
	}
	return id[1]
}

// takeTagsAway does by hand what the next apply puts right: every resource in the VPC loses its
// name. All that has to be done is to change what is there, so that it doesn't matter what a
// killed run has written down: Terraform saves its state every 20 seconds at most, and what it
// had made since then would be made twice.
func takeTagsAway(t *testing.T, env *harness.Environment) {
	t.Helper()
	_, err := env.AWS.EC2.DeleteTags(context.Background(), &ec2.DeleteTagsInput{
		Resources: tagged(t, env), Tags: []ec2types.Tag{{Key: new("Name")}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tagged are the ids of what the networking layer has tagged in EC2.
func tagged(t *testing.T, env *harness.Environment) (ids []string) {
	t.Helper()
	found, err := env.AWS.EC2.DescribeTags(context.Background(), &ec2.DescribeTagsInput{
		Filters: []ec2types.Filter{{Name: new("tag:Layer"), Values: []string{"networking"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range found.Tags {
		if *tag.Key == "Layer" && *tag.Value == "networking" {
			ids = append(ids, *tag.ResourceId)
		}
	}
	if len(ids) == 0 {
		t.Fatal("nothing carries the tag Layer=networking; the provider's default tags should see to it")
	}
	return ids
}

// untagged counts what still lacks its name.
func untagged(t *testing.T, env *harness.Environment) int {
	t.Helper()
	named, err := env.AWS.EC2.DescribeTags(context.Background(), &ec2.DescribeTagsInput{
		Filters: []ec2types.Filter{{Name: new("key"), Values: []string{"Name"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := tagged(t, env)
	for _, tag := range named.Tags {
		ids = slices.DeleteFunc(ids, func(id string) bool { return id == *tag.ResourceId })
	}
	return len(ids)
}
