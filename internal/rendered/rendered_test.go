package rendered

import (
	"slices"
	"testing"
)

func TestInterpolationsAreFound(t *testing.T) {
	for value, want := range map[string][]string{
		"text": nil,
		"${aws_s3_bucket.a.arn}/${aws_s3_bucket.b.id}":          {"aws_s3_bucket.a.arn", "aws_s3_bucket.b.id"},
		"${aws_s3_bucket.a.arn}${aws_s3_bucket.b.id}":           {"aws_s3_bucket.a.arn", "aws_s3_bucket.b.id"},
		"$${version} ${aws_vpc.vpc.id}":                         {"aws_vpc.vpc.id"},
		`${lookup({"a" = aws_vpc.a.id}, "a")} and ${aws_vpc.b}`: {`lookup({"a" = aws_vpc.a.id}, "a")`, "aws_vpc.b"},
		"${never closed": nil,
		"":               nil,
	} {
		if got := Expressions(value); !slices.Equal(got, want) {
			t.Errorf("%q has %q, want %q", value, got, want)
		}
		if got := Interpolate(value, func(expression string) string { return "${" + expression + "}" }); got != value {
			t.Errorf("%q put together again is %q", value, got)
		}
	}
}

func TestReferencesAreTheAddressesInInterpolations(t *testing.T) {
	want := []string{"aws_s3_bucket.a", "data.aws_iam_policy_document.b"}
	if got := References("aws_vpc.text ${aws_s3_bucket.a.arn}${data.aws_iam_policy_document.b.json}"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
