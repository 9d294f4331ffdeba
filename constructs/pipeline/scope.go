package pipeline

import (
	"strata/constructs/policy"
	"strata/internal/naming"
)

// Scope is what of an account a pipeline works on: one environment's part.
type Scope struct {
	Account string
	// Regions of the environment; the first is its own, the second, if any, that of recovery.
	Regions []string
	Names   naming.Names
	// Emptied is whether what is in a bucket goes with it.
	Emptied bool
	// Boundary is the ARN of the policy that no role of the environment goes beyond.
	Boundary string
}

// Grants are what planning takes, and what applying and destroying takes besides.
type Grants struct{ Read, Write []policy.Statement }

// arn of something in the environment's own region.
func (s Scope) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + s.Regions[0] + ":" + s.Account + ":" + resource
}

// arns of something in every region of the environment.
func (s Scope) arns(service string, resources ...string) (arns []string) {
	for _, region := range s.Regions {
		for _, resource := range resources {
			arns = append(arns, "arn:aws:"+service+":"+region+":"+s.Account+":"+resource)
		}
	}
	return arns
}

func (s Scope) iam(resource string) string { return "arn:aws:iam::" + s.Account + ":" + resource }

// The tags of everything that the environment owns tell it from what else is in the account,
// where AWS chooses the name: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html.
const resourceTag, requestTag = "aws:ResourceTag/", "aws:RequestTag/"

func (s Scope) tags(test, key string) []policy.Condition {
	return []policy.Condition{
		policy.When(test, key+"Project", s.Names.Project),
		policy.When(test, key+"Environment", s.Names.Environment),
	}
}

// made holds a statement to what is made with the environment's tags.
func (s Scope) made() []policy.Condition { return s.tags("StringEquals", requestTag) }

// ours holds it to what has them.
func (s Scope) ours() []policy.Condition { return s.tags("StringEquals", resourceTag) }

// nobodys holds it to what has them, or has none of these tags at all, as what AWS makes itself.
func (s Scope) nobodys() []policy.Condition { return s.tags("StringEqualsIfExists", resourceTag) }
