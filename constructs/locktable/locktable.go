// Package locktable is the DynamoDB table that Terraform locks its state in.
//
// Default settings: on demand, encrypted with the platform's own key, point-in-time
// recovery, protected from deletion by AWS and by Terraform.
package locktable

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbtable"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/key"
)

// Props of a lock table.
type Props struct {
	// Name of the table.
	Name string
	// Key encrypts it.
	Key *key.Key
}

// Table is a lock table.
type Table struct{ Name, ARN *string }

// New makes a lock table. The name of its hash key, LockID, is Terraform's.
func New(scope constructs.Construct, id string, props Props) *Table {
	table := dynamodbtable.NewDynamodbTable(scope, jsii.String(id), &dynamodbtable.DynamodbTableConfig{
		Name:                      jsii.String(props.Name),
		BillingMode:               jsii.String("PAY_PER_REQUEST"),
		HashKey:                   jsii.String("LockID"),
		Attribute:                 []*dynamodbtable.DynamodbTableAttribute{{Name: jsii.String("LockID"), Type: jsii.String("S")}},
		PointInTimeRecovery:       &dynamodbtable.DynamodbTablePointInTimeRecovery{Enabled: true},
		ServerSideEncryption:      &dynamodbtable.DynamodbTableServerSideEncryption{Enabled: true, KmsKeyArn: props.Key.ARN},
		DeletionProtectionEnabled: true,
		Tags:                      &map[string]*string{"Name": jsii.String(props.Name)},
		Lifecycle:                 &cdktf.TerraformResourceLifecycle{PreventDestroy: jsii.Bool(true)},
	})
	return &Table{Name: table.Name(), ARN: table.Arn()}
}
