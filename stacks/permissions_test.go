package stacks_test

import (
	"testing"

	"strata/internal/permissions"
)

// What the rules find and is right as it is, in every environment. docs/permissions.md says
// how one is written.
var exceptions = []permissions.Exception{{
	Rule: "open-principal", Layer: "networking", Address: "data.aws_iam_policy_document.s3_endpoint_policy", Sid: "ImageLayers",
	Reason: "ECR signs the addresses of its own bucket's image layers, so that the caller is nobody of the account: " +
		"https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
}, {
	Rule: "broad-resource", Layer: "security", Address: "data.aws_iam_policy_document.bastion_role_own_document", Sid: "SayThatItIsThere",
	Reason: "an instance says that it is there before anybody knows its id, and the same for every instance is in AWS's own policy: " +
		"https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html",
}}

func TestPermissionsAreLeastAndFitAWS(t *testing.T) {
	found, unused := permissions.Except(permissions.Check(all), exceptions)
	for _, f := range found {
		t.Error(f)
	}
	for _, e := range unused {
		t.Errorf("take away the exception from %s for %s %s %s: it has no reason, or nothing is found there any more", e.Rule, e.Layer, e.Address, e.Sid)
	}
}
