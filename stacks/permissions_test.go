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
},
	pipeline("broad-resource", "see_edge_document", "SeeZone", zones),
	pipeline("broad-resource", "deploy_edge_policy_document", "ChangeZone", zones),
	pipeline("broad-resource", "deploy_edge_policy_document", "ChangeRecords", zones+" The names of the records are held to the environment's domain."),
	pipeline("broad-resource", "deploy_edge_policy_document", "AwaitRecords", "a change has an id that Route 53 chooses, and nothing in it but its status"),
	pipeline("broad-resource", "deploy_network_policy_document", "EmptyWhatComesWithTheVPC", untagged),
	pipeline("broad-resource", "deploy_network_policy_document", "FreeAddresses", untagged),
	pipeline("broad-resource", "see_account_document", "SeeGuardDuty", single),
	pipeline("broad-resource", "deploy_account_policy_document", "ChangeGuardDuty", single),
	pipeline("broad-resource", "see_account_document", "SeeSecurityHub", single),
	pipeline("broad-resource", "deploy_account_policy_document", "ChangeSecurityHub", single),
	pipeline("escalation", "deploy_identity_policy_document", "HandRolesToServices", "AWS Config wants its own role by its ARN, and nobody else can take that one: "+
		"https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html"),
}

const (
	zones    = "Route 53 chooses the id of a zone when it is made, and knows no condition on a zone's tags."
	untagged = "AWS makes it without tags, and others are told apart by theirs: the condition holds where there are any"
	single   = "the account has one in a region, and owning it is what the environment's file says"
)

func pipeline(rule, document, sid, reason string) permissions.Exception {
	return permissions.Exception{Rule: rule, Layer: "backend", Address: "data.aws_iam_policy_document." + document, Sid: sid, Reason: reason}
}

func TestPermissionsAreLeastAndFitAWS(t *testing.T) {
	found, unused := permissions.Except(permissions.Check(all), exceptions)
	for _, f := range found {
		t.Error(f)
	}
	for _, e := range unused {
		t.Errorf("take away the exception from %s for %s %s %s: it has no reason, or nothing is found there any more", e.Rule, e.Layer, e.Address, e.Sid)
	}
}
