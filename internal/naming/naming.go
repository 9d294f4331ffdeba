// Package naming makes the names of AWS resources, <project>-<environment>-<thing>,
// in the one place that knows how long each may be and of which letters.
package naming

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"
)

// Kind is what AWS says of the names of one kind of resource.
type Kind struct {
	title    string
	max      int
	alphabet *regexp.Regexp
	refused  []string // prefixes and, with a leading *, endings that AWS keeps for itself
}

// The kinds that the platform names. Each limit is from the resource's API reference.
var (
	// Bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
	// No dot, since a name with one does not match S3's TLS certificate.
	Bucket = Kind{"S3 bucket", 63, regexp.MustCompile(`^[a-z0-9][a-z0-9-]+[a-z0-9]$`), []string{
		"xn--", "sthree-", "amzn-s3-demo-", "*-s3alias", "*--ol-s3", "*--x-s3", "*--table-s3"}}
	// LoadBalancer: API_CreateLoadBalancer of Elastic Load Balancing v2.
	LoadBalancer = Kind{"load balancer", 32, regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$`), []string{"internal-"}}
	// TargetGroup: API_CreateTargetGroup of Elastic Load Balancing v2.
	TargetGroup = Kind{"target group", 32, regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$`), nil}
	// SecurityGroup: API_CreateSecurityGroup of EC2.
	SecurityGroup = Kind{"security group", 255, regexp.MustCompile(`^[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]+$`), []string{"sg-"}}
	// Role: API_CreateRole of IAM.
	Role = Kind{"IAM role", 64, regexp.MustCompile(`^[\w+=,.@-]+$`), nil}
	// Policy: API_CreatePolicy of IAM; an instance profile has the same rules.
	Policy = Kind{"IAM policy", 128, regexp.MustCompile(`^[\w+=,.@-]+$`), nil}
	// Secret: API_CreateSecret of Secrets Manager.
	Secret = Kind{"secret", 512, regexp.MustCompile(`^[\w/+=.@-]+$`), nil}
	// Alias, without the prefix alias/: API_CreateAlias of KMS.
	Alias = Kind{"KMS alias", 250, regexp.MustCompile(`^[A-Za-z0-9/_-]+$`), []string{"aws/"}}
	// Table: API_CreateTable of DynamoDB.
	Table = Kind{"DynamoDB table", 255, regexp.MustCompile(`^[A-Za-z0-9_.-]{3,}$`), nil}
	// LogGroup: API_CreateLogGroup of CloudWatch Logs.
	LogGroup = Kind{"log group", 512, regexp.MustCompile(`^[A-Za-z0-9_/.#-]+$`), []string{"aws/"}}
	// WebACL: API_CreateWebACL of WAF.
	WebACL = Kind{"web ACL", 128, regexp.MustCompile(`^[\w-]+$`), nil}
	// Tag is the value of the tag Name.
	Tag = Kind{"tag", 256, regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`), nil}
)

// Names makes the names of one environment.
type Names struct {
	Project     string
	Environment string
}

// Prefix that all names of the environment begin with.
func (n Names) Prefix() string { return n.Project + "-" + n.Environment }

// Of names a thing: <project>-<environment>-<part>-<part>. What is too long for the kind is
// cut, and a digest of the whole name takes the place of what was cut, so that the name
// stays the same from run to run and two long names stay apart.
//
// It panics with an Error when AWS would refuse the name, which the checks of the
// environment files leave possible for no file.
func (n Names) Of(kind Kind, parts ...string) string {
	return kind.Name(strings.Join(append([]string{n.Prefix()}, parts...), "-"))
}

// Path names a log group: /<project>/<environment>/<part>/<part>.
func (n Names) Path(parts ...string) string { return LogGroup.Name("/" + n.path(parts)) }

// Secret names a secret: <project>/<environment>/<part>/<part>.
func (n Names) Secret(parts ...string) string { return Secret.Name(n.path(parts)) }

func (n Names) path(parts []string) string {
	return strings.Join(append([]string{n.Project, n.Environment}, parts...), "/")
}

// Generation names a thing that AWS can't change in place and that is created anew before
// the old one goes: a digest of what makes it be replaced is part of the name, so that both
// can stand side by side.
func (n Names) Generation(kind Kind, thing string, replacedBy ...any) string {
	name, generation := n.Prefix()+"-"+thing, fmt.Sprintf("%q", replacedBy)
	if len(name)+1+generationDigits <= kind.max {
		return kind.Name(name + "-" + digest(generation, generationDigits))
	}
	return kind.Name(cut(name, kind.max, name+generation))
}

// All matches, in a policy, all names of a kind that Of and Generation make.
func (n Names) All(kind Kind) string {
	if start := n.Prefix() + "-"; len(start) <= kind.max-cutDigits-1 {
		return start + "*"
	}
	return n.Prefix()[:kind.max-cutDigits-1] + "*"
}

// Error says why AWS would refuse a name.
type Error struct{ Kind, Name, Why string }

func (e *Error) Error() string {
	return fmt.Sprintf("AWS would refuse %q as the name of a %s: %s", e.Name, e.Kind, e.Why)
}

// Name checks a whole name against the kind's rules and shortens it where it is too long.
func (k Kind) Name(name string) string {
	if len(name) > k.max {
		name = cut(name, k.max, name)
	}
	if !k.alphabet.MatchString(name) {
		panic(&Error{k.title, name, "it does not match " + k.alphabet.String()})
	}
	for _, r := range k.refused {
		end, isEnd := strings.CutPrefix(r, "*")
		if isEnd && strings.HasSuffix(name, end) || !isEnd && strings.HasPrefix(name, r) {
			panic(&Error{k.title, name, "AWS keeps " + r + " for itself"})
		}
	}
	return name
}

// A generation has to differ from the ones before it, a name that is cut from all others.
const (
	generationDigits = 5
	cutDigits        = 8
)

// cut shortens a name to length characters, of which the last are a digest of the whole.
func cut(name string, length int, whole string) string {
	return strings.TrimRight(name[:length-cutDigits-1], "-") + "-" + digest(whole, cutDigits)
}

// digest is n characters, of five bits each, that every kind's alphabet has.
func digest(s string, n int) string {
	sum := sha256.Sum256([]byte(s))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:n]
}
