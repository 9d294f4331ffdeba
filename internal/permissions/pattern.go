package permissions

import (
	"strings"

	"strata/internal/rendered"
)

// Signs that stand for what is not known: a name that a type of resource leaves open, what a
// reference gives, and any characters of one part of a path.
const (
	anyName   = "\x00"
	reference = "\x01"
	anyPart   = "\x02"
)

// wild tells whether * or ? stands in a pattern.
func wild(pattern string) bool { return strings.ContainsAny(pattern, "*?") }

// meet tells whether some text matches both of two patterns, as IAM reads them: * is any
// characters, ? is one.
func meet(a, b string) bool {
	many := func(sign byte) bool { return sign == '*' || sign == anyPart[0] }
	// row[j] tells whether a as far as it was read and b[:j] can be the same text.
	row := make([]bool, len(b)+1)
	row[0] = true
	for j := range b {
		row[j+1] = row[j] && many(b[j])
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = row[0] && many(a[i])
		for j := range len(b) {
			above, here := row[j+1], false
			switch {
			case many(a[i]) && (above || row[j] && takes(a[i], b[j])):
				here = true
			case many(b[j]) && (row[j] || above && takes(b[j], a[i])):
				here = true
			case a[i] == b[j] || a[i] == '?' || b[j] == '?':
				here = diagonal
			}
			diagonal, row[j+1] = above, here
		}
	}
	return row[len(b)]
}

// takes tells whether a sign for many characters may stand for one of the other pattern.
func takes(sign, other byte) bool { return sign == '*' || other != '/' }

// blank puts a sign where a text has ${…}.
func blank(text, sign string) string {
	return rendered.Interpolate(text, func(string) string { return sign })
}

// meets tells whether a pattern of a policy matches some resource of the type.
func (r resource) meets(pattern string) bool {
	some := rendered.Interpolate(r.arn, func(variable string) string {
		if variable == "BucketName" {
			return anyPart
		}
		return "*"
	})
	return meetARN(blank(pattern, "*"), some)
}

// coveredBy tells whether a pattern of a policy matches every resource of the type that there
// is in the regions and accounts that it names.
func (r resource) coveredBy(pattern string) bool {
	all := rendered.Interpolate(r.arn, func(variable string) string {
		switch variable {
		case "Partition", "Region", "Account":
			return "*"
		}
		return anyName
	})
	return meetARN(blank(pattern, reference), all)
}

// arn:partition:service:region:account:resource.
const arnFields = 6

// meetARN tells whether the fields of two ARNs meet. A pattern with fewer is compared whole.
func meetARN(a, b string) bool {
	fields, others := strings.SplitN(a, ":", arnFields), strings.SplitN(b, ":", arnFields)
	if len(fields) < arnFields || len(others) < arnFields {
		return meet(a, b)
	}
	for i := range fields {
		if !meet(fields[i], others[i]) {
			return false
		}
	}
	return true
}
