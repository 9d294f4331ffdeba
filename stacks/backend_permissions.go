package stacks

import (
	"maps"
	"slices"

	"strata/constructs/policy"
)

// deploying is what deploying and destroying every layer above this one takes, by layer.
func (b *Backend) deploying() map[string][]policy.Statement {
	return map[string][]policy.Statement{"state": b.writingState()}
}

// planning is what planning every layer takes, by layer: reading, and the lock.
func (b *Backend) planning() map[string][]policy.Statement {
	return map[string][]policy.Statement{"state": b.readingState()}
}

// readingState is Terraform's state and its locks:
// https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required.
func (b *Backend) readingState() []policy.Statement {
	env := b.env
	bucket := "arn:aws:s3:::" + env.StateBucket()
	objects := bucket + "/" + env.Name + "/*"
	return []policy.Statement{
		{Sid: "FindState", Actions: []string{"s3:ListBucket"}, Resources: []string{bucket}},
		{Sid: "ReadState", Actions: []string{"s3:GetObject"}, Resources: []string{objects}},
		{Sid: "LockState", Actions: []string{"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"},
			Resources: []string{"arn:aws:dynamodb:" + env.Region + ":" + env.Account + ":table/" + b.lockTable()}},
		{Sid: "LockStateByFile", Actions: []string{"s3:DeleteObject", "s3:PutObject"}, Resources: []string{objects + ".tflock"}},
		{Sid: "UseTheStatesKey", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []string{*b.stateKey.ARN},
			Conditions: []policy.Condition{policy.When("StringEquals", "kms:ViaService", "s3."+env.Region+".amazonaws.com", "dynamodb."+env.Region+".amazonaws.com")}},
	}
}

// writingState is reading it, and writing that of all layers but this one.
func (b *Backend) writingState() []policy.Statement {
	var objects []string
	for _, layer := range layersAbove {
		objects = append(objects, "arn:aws:s3:::"+b.env.StateBucket()+"/"+b.env.Name+"/"+layer+"/*")
	}
	return append(b.readingState(), policy.Statement{Sid: "WriteState", Actions: []string{"s3:PutObject"}, Resources: objects})
}

// layersAbove are the layers that a pipeline deploys.
var layersAbove = []string{"compute", "ecr", "monitoring", "networking", "security", "storage"}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
