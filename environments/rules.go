package environments

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// fault is what is wrong with a value, and a suggestion if there is one.
type fault struct{ message, hint string }

// Rule is what one of this package's own `validate` tags demands of a value, beside validator's
// built-in ones. The JSON Schema is made from the same rules.
type Rule struct {
	// Pattern is the regular expression that a text must match.
	Pattern string

	// MaxLength is the largest number of characters; 0 for no limit.
	MaxLength int

	// Values are the only texts possible, if they can be listed.
	Values []string

	// Numbers are the only numbers possible, if they can be listed.
	Numbers []int

	// Except are numbers that are not possible.
	Except []int

	// says what a text that doesn't match should look like.
	says string

	// more finds what a pattern can't express; it is asked when all else holds.
	more func(text string) *fault
}

// Rules are this package's own `validate` tags.
func Rules() map[string]Rule { return rules }

// labelPattern is the alphabet of all parts of names. Names of load balancers, target groups,
// databases and caches allow letters, digits and hyphens only, databases and caches no two
// hyphens in a row, buckets no capitals; so one alphabet is left.
//
//   - https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
//   - https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
//   - https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
//   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const labelPattern = `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`

const labelSays = "lower-case letters, digits and single hyphens, starting with a letter"

// domainPattern is RFC 1123's host name with at least two labels, in lower case. The last label
// has letters only, since the load balancer's host condition takes nothing else there:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#host-conditions
const domainPattern = `^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`

// retention holds the days that a log group can keep its logs.
var retention = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

var rules = map[string]Rule{
	"account": {Pattern: `^[0-9]{12}$`, says: `write the account's 12 digits in quotes, as "123456789012"`},
	"region":  {Values: Regions(), says: "name an AWS region, as eu-central-1"},
	"label":   {Pattern: labelPattern, says: "write " + labelSays},
	"project": {more: project},

	"service_name": {Pattern: labelPattern, says: "write " + labelSays, more: serviceName},

	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html takes
	// 256 characters, and names without a namespace; by it, copies in the recovery region get
	// their settings.
	"image_repository": {
		Pattern:   `^([a-z0-9]+([._-][a-z0-9]+)*/)+[a-z0-9]+([._-][a-z0-9]+)*$`,
		MaxLength: 200,
		says:      "write a namespace and a name of lower-case letters and digits, parted by single signs . _ -, as shop/backend",
	},

	// https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/about-security-hardening-with-openid-connect
	// Names: at most 39 letters, digits and single hyphens for an owner, 100 letters, digits and
	// the signs . _ - for a repository.
	"github_repository": {
		Pattern: `^[A-Za-z0-9]+(-[A-Za-z0-9]+)*/[A-Za-z0-9._-]{1,100}$`,
		says:    "write the repository as owner/name, without https://github.com/",
		more: func(text string) *fault {
			if owner, _, _ := strings.Cut(text, "/"); len(owner) > 39 {
				return &fault{message: fmt.Sprintf("the owner %q has %d characters; GitHub has none with more than 39", owner, len(owner))}
			}
			return nil
		},
	},
	// GitHub takes more; a colon would change what a token says of its subject.
	"github_environment": {
		Pattern:   `^[A-Za-z0-9][A-Za-z0-9._-]*$`,
		MaxLength: 100,
		says:      "write the GitHub environment's name in letters, digits and the signs . _ -",
	},

	"guard_rail":    {Values: GuardRailNames(), says: "name a guard rail"},
	"recovery_days": {Numbers: append([]int{0}, upTo(7, 30)...), says: "Secrets Manager takes 7 to 30 days, or 0"},

	// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html:
	// at most 256 letters, digits, spaces and these signs; the prefix aws: is AWS's own.
	// No space at either end is this project's: it can't be seen.
	"tag": {
		Pattern:   `^[\p{L}\p{N}_.:/=+@-]([\p{L}\p{N} _.:/=+@-]*[\p{L}\p{N}_.:/=+@-])?$`,
		MaxLength: 256,
		says:      "write a name of letters, digits, spaces and the signs _ . : / = + - @, with no space at the ends",
		more: func(text string) *fault {
			if strings.HasPrefix(strings.ToLower(text), "aws:") {
				return &fault{message: fmt.Sprintf("%q begins with aws:, which AWS keeps to itself", text)}
			}
			return nil
		},
	},

	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html. Dots are
	// possible there and refused here: AWS's certificate doesn't hold for such a name.
	"bucket": {
		Pattern: `^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`,
		says:    "use 3 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
		more:    reservedBucket,
	},

	"network": {
		Pattern: `^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$`,
		says:    "write a private IPv4 range, as 10.10.0.0/16",
		more:    network,
	},

	// 64 is the limit of a certificate's first name:
	// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
	"domain": {
		Pattern:   domainPattern,
		MaxLength: 64,
		says:      "write a DNS name in lower case, as dev.example.com",
	},
	"host": {
		Pattern:   domainPattern,
		MaxLength: 128,
		says:      "write a DNS name in lower case and without wildcards, as api.example.com",
	},

	// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html
	"zone_id": {Pattern: `^Z[A-Z0-9]{1,31}$`, says: "write the hosted zone's id, as Z0123456789ABCDEFGHIJ"},

	"rule_group": {Values: RuleGroups(), says: "name a rule group of AWS, as AWSManagedRulesCommonRuleSet"},

	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
	"retention": {Numbers: retention, says: fmt.Sprintf("CloudWatch Logs keeps a log for %s days", list(texts(retention)))},

	// The network ACLs are closed to SSH and to remote desktops in every direction.
	"open_port": {Except: []int{22, 3389}},

	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
	"path_pattern": {
		Pattern:   `^/[A-Za-z0-9_.$/~"'@:+&*?-]*$`,
		MaxLength: 128,
		says:      `start with / and use letters, digits and the signs _ - . $ / ~ " ' @ : + & * ?`,
	},

	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
	"health_path": {Pattern: `^/[!-~]*$`, MaxLength: 1024, says: "start with / and use no spaces, as /api/health"},

	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html: codes
	// from 200 to 499, either a list or a range.
	"codes": {
		Pattern: `^[2-4][0-9][0-9](-[2-4][0-9][0-9]|(,[2-4][0-9][0-9])*)$`,
		says:    `write codes from 200 to 499, as "200", "200,302" or "200-299"`,
		more: func(text string) *fault {
			if from, to, isRange := strings.Cut(text, "-"); isRange && from >= to {
				return &fault{message: fmt.Sprintf("the range %q ends before it begins", text)}
			}
			return nil
		},
	},
}

// matches asks the rule, and says what is wrong.
func (r Rule) matches(value reflect.Value) *fault {
	if value.CanInt() {
		return r.number(int(value.Int()))
	}
	text := value.String()
	switch {
	case r.Values != nil && !slices.Contains(r.Values, text):
		f := &fault{fmt.Sprintf("%q won't do; %s", text, r.says), didYouMean(text, r.Values)}
		if f.hint == "" {
			f.hint = "there are " + list(r.Values)
		}
		return f
	case r.Pattern != "" && !regexp.MustCompile(r.Pattern).MatchString(text):
		f := &fault{message: fmt.Sprintf("%q won't do; %s", text, r.says)}
		if lower := strings.ToLower(strings.TrimSpace(text)); lower != text && r.matches(reflect.ValueOf(lower)) == nil {
			f.hint = fmt.Sprintf("did you mean %q?", lower)
		}
		return f
	case r.MaxLength > 0 && len([]rune(text)) > r.MaxLength:
		return &fault{message: fmt.Sprintf("has %d characters; it takes at most %d", len([]rune(text)), r.MaxLength)}
	case r.more != nil:
		return r.more(text)
	}
	return nil
}

func (r Rule) number(n int) *fault {
	switch {
	case slices.Contains(r.Except, n):
		return &fault{message: fmt.Sprintf("%d can't be used: the network is closed to it in every direction", n)}
	case r.Numbers != nil && !slices.Contains(r.Numbers, n):
		nearest := slices.MinFunc(r.Numbers, func(a, b int) int { return max(a-n, n-a) - max(b-n, n-b) })
		return &fault{fmt.Sprintf("%d won't do; %s", n, r.says), fmt.Sprintf("did you mean %d?", nearest)}
	}
	return nil
}

// upTo are the numbers from one to another.
func upTo(from, to int) (numbers []int) {
	for n := from; n <= to; n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

func texts(numbers []int) []string {
	var texts []string
	for _, n := range numbers {
		texts = append(texts, strconv.Itoa(n))
	}
	return texts
}

// validate knows validator's own tags and the rules.
var validate = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterCustomTypeFunc(func(value reflect.Value) any {
		if prefix := value.Interface().(netip.Prefix); prefix.IsValid() {
			return prefix.String()
		}
		return ""
	}, netip.Prefix{})
	for tag, rule := range rules {
		err := v.RegisterValidation(tag, func(field validator.FieldLevel) bool {
			return rule.matches(field.Field()) == nil
		})
		if err != nil {
			panic(err)
		}
	}
	return v
}()

// check asks a `validate` tag of one value, and says what is wrong with the value.
func check(value reflect.Value, tag string) *fault {
	var errs validator.ValidationErrors
	if err := validate.Var(value.Interface(), tag); err == nil {
		return nil
	} else if !errors.As(err, &errs) {
		panic(err) // a tag that validator can't ask of this type
	}
	failed := errs[0]
	if rule, own := rules[failed.Tag()]; own {
		if prefix, is := value.Interface().(netip.Prefix); is {
			value = reflect.ValueOf(prefix.String())
		}
		return rule.matches(value)
	}
	switch failed.Tag() {
	case "oneof":
		values := strings.Fields(failed.Param())
		return &fault{fmt.Sprintf("%q is none of %s", value.String(), list(values)), didYouMean(value.String(), values)}
	case "required":
		if !value.CanInt() {
			return &fault{message: "is empty; " + wanted(tag, value.Type())}
		}
	}
	return outOfRange(value, tag)
}

// outOfRange says what numbers, or how many of something, the tags min and max allow.
func outOfRange(value reflect.Value, tag string) *fault {
	var low, high string
	for _, part := range strings.Split(tag, ",") {
		switch name, param, _ := strings.Cut(part, "="); name {
		case "min":
			low = param
		case "max":
			high = param
		}
	}
	is := fmt.Sprintf("is %v", value.Interface())
	switch value.Kind() {
	case reflect.String:
		is = "has " + count(len([]rune(value.String())), "character", "characters")
	case reflect.Slice, reflect.Map:
		is = "has " + count(value.Len(), "entry", "entries")
	}
	switch {
	case low == "":
		return &fault{message: fmt.Sprintf("%s; it takes at most %s", is, high)}
	case high == "":
		return &fault{message: fmt.Sprintf("%s; it takes at least %s", is, low)}
	}
	return &fault{message: fmt.Sprintf("%s; it takes %s to %s", is, low, high)}
}
