package kernel_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/internal/kernel"
)

// Each rendering is a start of the kernel, so it is a process of its own: this binary again.
func TestMain(m *testing.M) {
	if dir := os.Getenv("STRATA_TEST_RENDER_TO"); dir != "" {
		render(dir)
		os.Exit(0)
	}
	code := m.Run()
	jsii.Close() // importing the framework has made files that ending it removes
	os.Exit(code)
}

// outcome is what a rendering says of itself.
type outcome struct {
	Steps   []string
	Failure string
	// Kernel is the process that was asked to end.
	Kernel int
	file   []byte
}

func render(dir string) {
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: &dir})
	relax := kernel.Hurry()
	stack := cdktf.NewTerraformStack(app, jsii.String("one"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("eu-west-1")})
	bucket := s3bucket.NewS3Bucket(stack, jsii.String("bucket"), &s3bucket.S3BucketConfig{
		Bucket: jsii.String("a-bucket"), Tags: &map[string]*string{"Name": jsii.String("a bucket")},
	})
	cdktf.NewTerraformOutput(stack, jsii.String("arn"), &cdktf.TerraformOutputConfig{Value: bucket.Arn()})
	app.Synth()
	relax()
	o := outcome{Kernel: kernel.PID()}
	var failure error
	if o.Steps, failure = kernel.Close(); failure != nil {
		o.Failure = failure.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(o); err != nil {
		panic(err)
	}
}

// run renders with the variables set, or unset with a name alone.
func run(t *testing.T, variables ...string) (o outcome) {
	t.Helper()
	home, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self)
	command.Env = append(os.Environ(), "STRATA_TEST_RENDER_TO="+dir,
		// What jsii itself keeps stays where it is: unpacking it takes longest.
		"JSII_RUNTIME_PACKAGE_CACHE_ROOT="+filepath.Join(home, "aws", "jsii", "package-cache"))
	for _, variable := range variables {
		if name, _, set := strings.Cut(variable, "="); set {
			command.Env = append(command.Env, variable)
		} else {
			command.Env = slices.DeleteFunc(command.Env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		}
	}
	var said bytes.Buffer
	command.Stderr = &said
	text, err := command.Output()
	if err != nil {
		t.Fatalf("rendering failed: %v\n%s%s", err, text, said.String())
	}
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	gone(t, o.Kernel)
	if o.file, err = os.ReadFile(filepath.Join(dir, "stacks", "one", "cdk.tf.json")); err != nil {
		t.Fatal(err)
	}
	return o
}

// gone waits until the kernel, which outlives its program for a moment, has kept what it learnt.
func gone(t *testing.T, kernel int) {
	t.Helper()
	limit := time.After(time.Minute)
	for often := time.NewTicker(5 * time.Millisecond); kernel > 0 && syscall.Kill(kernel, 0) == nil; {
		select {
		case <-often.C:
		case <-limit:
			t.Fatalf("the kernel, process %d, is still there", kernel)
		}
	}
}

// stock is what the framework renders when nothing is done to it.
func stock(t *testing.T) []byte {
	t.Helper()
	once.Do(func() {
		o := run(t, "STRATA_KERNEL=stock")
		if len(o.Steps) > 0 || o.Failure != "" {
			t.Errorf("turned off, it still took %v and says %q", o.Steps, o.Failure)
		}
		asStock = o.file
	})
	return asStock
}

var (
	once    sync.Once
	asStock []byte
)

// check holds a rendering against the stock one, and its steps against what is expected.
func (o outcome) check(t *testing.T, steps []string, failure string) {
	t.Helper()
	if !bytes.Equal(o.file, stock(t)) {
		t.Errorf("not the bytes that the stock way renders:\n%s\nwant\n%s", o.file, stock(t))
	}
	if !slices.Equal(o.Steps, steps) {
		t.Errorf("took the steps %v, want %v; it says: %s", o.Steps, steps, o.Failure)
	}
	if failure == "" && o.Failure != "" || !strings.Contains(o.Failure, failure) {
		t.Errorf("says %q, want %q", o.Failure, failure)
	}
	if strings.Contains(o.Failure, "\n") {
		t.Errorf("says more than a line: %q", o.Failure)
	}
}

// cache is an empty cache folder, and the variables that lead to it.
func cache(t *testing.T) (folder string, variables []string) {
	t.Helper()
	home := t.TempDir()
	if folder = filepath.Join(home, "strata"); runtime.GOOS == "darwin" {
		folder = filepath.Join(home, "Library", "Caches", "strata")
	}
	return folder, []string{"HOME=" + home, "XDG_CACHE_HOME=" + home}
}

// What is learnt in the first run shows in the steps between the others.
func learning() []string { return slices.Insert(slices.Clone(kernel.Steps), 3, "learning") }

func TestEveryStepIsTakenAndTheBytesStayTheSame(t *testing.T) {
	t.Parallel()
	folder, variables := cache(t)
	run(t, variables...).check(t, learning(), "")
	run(t, variables...).check(t, kernel.Steps, "")

	// Another run was cut off, or somebody has changed what it left.
	for name, damage := range map[string]func([]byte) []byte{
		"code-*":   func(b []byte) []byte { return b[:len(b)/2] },
		"types-*":  func(b []byte) []byte { b[len(b)-9] ^= 1; return b },
		"digest-*": func(b []byte) []byte { b[40] ^= 1; return b },
	} {
		files, err := filepath.Glob(filepath.Join(folder, name))
		if err != nil || len(files) != 1 {
			t.Fatalf("the cache holds %v for %s (%v)", files, name, err)
		}
		whole, err := os.ReadFile(files[0])
		if err == nil {
			err = os.WriteFile(files[0], damage(bytes.Clone(whole)), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run(t, variables...).check(t, learning(), "")
	run(t, variables...).check(t, kernel.Steps, "")

	// Nothing can be kept.
	for _, name := range []string{"code-*", "digest-*"} {
		files, _ := filepath.Glob(filepath.Join(folder, name))
		err := os.Remove(files[0])
		if err == nil {
			err = os.Mkdir(files[0], 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run(t, variables...).check(t, learning(), "digest: EISDIR")

	// Nothing is left of a run but what the next one uses.
	left, err := filepath.Glob(filepath.Join(folder, "note-*"))
	drafts, _ := filepath.Glob(filepath.Join(folder, "*draft*"))
	if left = append(left, drafts...); err != nil || len(left) > 0 {
		t.Errorf("the cache still holds %v (%v)", left, err)
	}
}

func TestTwoFirstRunsAtOnce(t *testing.T) {
	t.Parallel()
	_, variables := cache(t)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { run(t, variables...).check(t, learning(), "") })
	}
	both.Wait()
	run(t, variables...).check(t, kernel.Steps, "")
}

// Without a cache that nobody else can write to, it starts the stock way and says why.
func TestWithoutACacheOfOnesOwn(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open, openVariables := cache(t)
	if err := os.MkdirAll(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	linked, linkedVariables := cache(t)
	if err := os.MkdirAll(filepath.Dir(linked), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), linked); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		variables []string
		says      string
	}{
		"no home":                 {[]string{"HOME", "XDG_CACHE_HOME"}, "HOME"},
		"no folder":               {[]string{"HOME=" + file, "XDG_CACHE_HOME=" + file}, "not a directory"},
		"a folder of everybody's": {openVariables, "only you can write to"},
		"a link":                  {linkedVariables, "only you can write to"},
	} {
		t.Run(name, func(t *testing.T) { run(t, test.variables...).check(t, nil, test.says) })
	}
}

// Where the framework's files are not as they were, a step says so and nothing else changes.
func TestAnUnknownFramework(t *testing.T) {
	t.Parallel()
	command := exec.Command("node", "unknown.js")
	command.Dir = "testdata"
	if text, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}
