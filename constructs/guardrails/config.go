package guardrails

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/configconfigurationrecorder"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/configconfigurationrecorderstatus"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/configdeliverychannel"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/bucket"
	"strata/constructs/key"
	"strata/constructs/policy"
)

// Recorder says how AWS Config records the configuration of the account.
type Recorder struct {
	// Name of the recorder; there is one in a region.
	Name string
	// Bucket is the name of the bucket to make, and Days how long it keeps a record.
	Bucket string
	Days   int
	// Key encrypts the bucket; its policy must let Config.
	Key *key.Key
	// Account whose configuration is recorded.
	Account string
	// RoleARN is Config's service-linked role, and After what makes it, if anything does.
	RoleARN string
	After   []cdktf.ITerraformDependable
	// Emptied lets Terraform delete the records when it destroys the bucket.
	Emptied bool
}

// Record has AWS Config record every change of every resource.
func Record(scope constructs.Construct, r Recorder) (recording cdktf.ITerraformDependable) {
	records := bucket.New(scope, "config_records", bucket.Props{
		Name: r.Bucket, Key: r.Key, ExpireDays: r.Days, Emptied: r.Emptied, Statements: r.delivery,
	})
	recorder := configconfigurationrecorder.NewConfigConfigurationRecorder(scope, jsii.String("config"), &configconfigurationrecorder.ConfigConfigurationRecorderConfig{
		Name: jsii.String(r.Name), RoleArn: jsii.String(r.RoleARN),
		RecordingGroup: &configconfigurationrecorder.ConfigConfigurationRecorderRecordingGroup{AllSupported: true, IncludeGlobalResourceTypes: true},
		DependsOn:      &r.After,
	})
	channel := configdeliverychannel.NewConfigDeliveryChannel(scope, jsii.String("config_delivery"), &configdeliverychannel.ConfigDeliveryChannelConfig{
		Name: jsii.String(r.Name), S3BucketName: records.ID, S3KmsKeyArn: r.Key.ARN,
		// Config writes a test object when the channel is made, and refuses if it can't.
		DependsOn: &[]cdktf.ITerraformDependable{recorder, records.Policy()},
	})
	return configconfigurationrecorderstatus.NewConfigConfigurationRecorderStatus(scope, jsii.String("config_recording"), &configconfigurationrecorderstatus.ConfigConfigurationRecorderStatusConfig{
		Name: recorder.Name(), IsEnabled: true, DependsOn: &[]cdktf.ITerraformDependable{channel},
	})
}

// https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html.
func (r Recorder) delivery(arn string) []policy.Statement {
	allow := func(sid, action, resource string, more ...policy.Condition) policy.Statement {
		return policy.Statement{
			Sid: sid, Principals: []policy.Principal{policy.Service("config.amazonaws.com")}, Actions: []string{action}, Resources: []string{resource},
			Conditions: append([]policy.Condition{policy.When("StringEquals", "aws:SourceAccount", r.Account)}, more...),
		}
	}
	return []policy.Statement{
		allow("LetConfigLook", "s3:GetBucketAcl", arn),
		allow("LetConfigFind", "s3:ListBucket", arn),
		allow("LetConfigWrite", "s3:PutObject", arn+"/AWSLogs/"+r.Account+"/Config/*", policy.When("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control")),
	}
}
