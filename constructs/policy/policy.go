// Package policy writes IAM policy documents.
//
// A document is rendered as the data source aws_iam_policy_document and not as a string of
// JSON: a reviewer reads it as structure, a check can read it statement by statement, and
// Terraform itself joins what is known only at apply.
package policy

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsiampolicydocument"

	"strata/constructs/reference"
)

// Statement is one statement of a policy document. It allows, unless Deny is set.
type Statement struct {
	// Sid says in CamelCase what the statement is for.
	Sid        string
	Deny       bool
	Principals []Principal
	Actions    []string
	Resources  []string
	Conditions []Condition
}

// Principal is who a statement speaks of; identity policies have none.
type Principal struct {
	kind        string
	identifiers []string
}

// Service is an AWS service, as logs.eu-central-1.amazonaws.com.
func Service(names ...string) Principal { return Principal{"Service", names} }

// Account is everybody in the account whom an IAM policy of that account allows the same.
func Account(id string) Principal {
	return Principal{"AWS", []string{"arn:aws:iam::" + id + ":root"}}
}

// Roles are roles of the account; they must be there before a policy names them.
func Roles(arns ...string) Principal { return Principal{"AWS", arns} }

// Federated is an identity provider outside of AWS, by its ARN.
func Federated(arn string) Principal { return Principal{"Federated", []string{arn}} }

// AnyPrincipal is everybody; a condition, a Deny or the place of the policy must narrow it.
func AnyPrincipal() Principal { return Principal{"*", []string{"*"}} }

// Condition narrows a statement: Test is the operator, as StringEquals, Key the context key.
type Condition struct {
	Test   string
	Key    string
	Values []string
}

// When is a Condition in one line.
func When(test, key string, values ...string) Condition { return Condition{test, key, values} }

// Document renders the statements and returns a reference to their JSON.
func Document(scope constructs.Construct, id string, statements ...Statement) *string {
	rendered := make([]*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement, 0, len(statements))
	for _, s := range statements {
		rendered = append(rendered, s.render())
	}
	dataawsiampolicydocument.NewDataAwsIamPolicyDocument(scope, jsii.String(id),
		&dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{Statement: rendered})
	return reference.To("data.aws_iam_policy_document", id, "json")
}

func (s Statement) render() *dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement {
	effect := "Allow"
	if s.Deny {
		effect = "Deny"
	}
	out := &dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement{
		Sid:       jsii.String(s.Sid),
		Effect:    jsii.String(effect),
		Actions:   jsii.Strings(s.Actions...),
		Resources: jsii.Strings(s.Resources...),
	}
	if len(s.Principals) > 0 {
		principals := make([]*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementPrincipals, 0, len(s.Principals))
		for _, p := range s.Principals {
			principals = append(principals, &dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementPrincipals{
				Type: jsii.String(p.kind), Identifiers: jsii.Strings(p.identifiers...)})
		}
		out.Principals = principals
	}
	if len(s.Conditions) > 0 {
		conditions := make([]*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementCondition, 0, len(s.Conditions))
		for _, c := range s.Conditions {
			conditions = append(conditions, &dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementCondition{
				Test: jsii.String(c.Test), Variable: jsii.String(c.Key), Values: jsii.Strings(c.Values...)})
		}
		out.Condition = conditions
	}
	return out
}

// WithinAccount refuses whoever is of another account, AWS's own services excepted, which act
// for whom their statement says.
func WithinAccount(account string, actions ...string) Statement {
	return Statement{
		Sid: "RefuseOtherAccounts", Deny: true, Principals: []Principal{AnyPrincipal()}, Actions: actions, Resources: []string{"*"},
		Conditions: []Condition{
			When("StringNotEquals", "aws:PrincipalAccount", account),
			When("Bool", "aws:PrincipalIsAWSService", "false"),
		},
	}
}

// TLSOnly refuses whatever comes over plain HTTP or a TLS version older than 1.2.
func TLSOnly(bucketARN string) []Statement {
	both := []string{bucketARN, bucketARN + "/*"}
	return []Statement{
		{Sid: "RefusePlainHTTP", Deny: true, Principals: []Principal{AnyPrincipal()}, Actions: []string{"s3:*"}, Resources: both,
			Conditions: []Condition{When("Bool", "aws:SecureTransport", "false")}},
		{Sid: "RefuseOldTLS", Deny: true, Principals: []Principal{AnyPrincipal()}, Actions: []string{"s3:*"}, Resources: both,
			Conditions: []Condition{When("NumericLessThan", "s3:TlsVersion", "1.2")}},
	}
}
