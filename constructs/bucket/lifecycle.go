package bucket

import (
	"github.com/aws/jsii-runtime-go"
	lifecycle "github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

func (b *Bucket) expire(props Props) {
	noncurrent := props.NoncurrentDays
	if noncurrent == 0 {
		noncurrent = 90
	}
	whole := []*lifecycle.S3BucketLifecycleConfigurationRuleFilter{{Prefix: jsii.String("")}}
	rules := []*lifecycle.S3BucketLifecycleConfigurationRule{{
		Id: jsii.String("abort-incomplete-uploads"), Status: jsii.String("Enabled"), Filter: whole,
		AbortIncompleteMultipartUpload: []*lifecycle.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{
			{DaysAfterInitiation: jsii.Number(7)}},
	}, {
		Id: jsii.String("expire-old-versions"), Status: jsii.String("Enabled"), Filter: whole,
		NoncurrentVersionExpiration: []*lifecycle.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{
			{NoncurrentDays: jsii.Number(noncurrent)}},
	}}
	if props.ExpireDays > 0 {
		rules = append(rules, &lifecycle.S3BucketLifecycleConfigurationRule{
			Id: jsii.String("expire"), Status: jsii.String("Enabled"), Filter: whole,
			Expiration: []*lifecycle.S3BucketLifecycleConfigurationRuleExpiration{{Days: jsii.Number(props.ExpireDays)}},
		})
	}
	lifecycle.NewS3BucketLifecycleConfiguration(b.scope, jsii.String(b.id+"_lifecycle"), &lifecycle.S3BucketLifecycleConfigurationConfig{
		Bucket: b.ID,
		Rule:   rules,
		// S3 refuses rules on old versions while versioning is being turned on.
		DependsOn: &[]cdktf.ITerraformDependable{b.versioning},
		Provider:  props.Provider,
	})
}
