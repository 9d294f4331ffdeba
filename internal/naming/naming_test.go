package naming

import (
	"errors"
	"strings"
	"testing"
)

var dev = Names{Project: "strata", Environment: "dev"}

func TestNamesAreProjectEnvironmentThing(t *testing.T) {
	for got, want := range map[string]string{
		dev.Of(Bucket, "tfstate", "111111111111"): "strata-dev-tfstate-111111111111",
		dev.Of(LoadBalancer):                      "strata-dev",
		dev.Path("networking", "flow-logs"):       "/strata/dev/networking/flow-logs",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLongNamesFitStayTheSameAndStayApart(t *testing.T) {
	one, two := strings.Repeat("a", 60)+"-one", strings.Repeat("a", 60)+"-two"
	for _, kind := range []Kind{Bucket, LoadBalancer, TargetGroup, Role} {
		a, b := dev.Of(kind, one), dev.Of(kind, two)
		if a == b {
			t.Errorf("%s: both %q and %q are named %q", kind.title, one, two, a)
		}
		if a != dev.Of(kind, one) {
			t.Errorf("%s: the same thing got two names", kind.title)
		}
		if len(a) > kind.max || strings.HasSuffix(a, "-") {
			t.Errorf("%s: %q is %d characters, at most %d allowed", kind.title, a, len(a), kind.max)
		}
	}
}

func TestAGenerationHasItsOwnName(t *testing.T) {
	long := strings.Repeat("service", 4)
	a, b := dev.Generation(TargetGroup, long, 80, "HTTP"), dev.Generation(TargetGroup, long, 81, "HTTP")
	if a == b {
		t.Errorf("ports 80 and 81 both give %q: the new target group could not be created beside the old", a)
	}
	if len(a) > 32 {
		t.Errorf("%q is longer than 32 characters", a)
	}
	production := Names{Project: "strata", Environment: "production"}
	if short := production.Generation(TargetGroup, "frontend", 80); !strings.HasPrefix(short, "strata-production-frontend-") {
		t.Errorf("%q no longer says what it is", short)
	}
}

func TestNamesThatAWSRefuses(t *testing.T) {
	cases := []struct {
		kind Kind
		name string
	}{
		{LoadBalancer, "internal-dev"},
		{Bucket, "xn--dev"},
		{Bucket, "strata-dev--ol-s3"},
		{Bucket, "Strata"},
		{Alias, "aws/strata"},
		{SecurityGroup, "sg-strata"},
		{TargetGroup, "under_score"},
	}
	for _, c := range cases {
		func() {
			defer func() {
				err, _ := recover().(error)
				var refused *Error
				if !errors.As(err, &refused) || refused.Name != c.name {
					t.Errorf("%s %q: got %v, want a refusal that names it", c.kind.title, c.name, err)
				}
			}()
			c.kind.Name(c.name)
		}()
	}
}
