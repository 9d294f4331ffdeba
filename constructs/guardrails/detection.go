package guardrails

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/accessanalyzeranalyzer"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/guarddutydetector"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/guarddutydetectorfeature"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/inspector2enabler"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securityhubaccount"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securityhubstandardssubscription"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// AnalyzeAccess has IAM Access Analyzer find what can be reached from outside of the account.
func AnalyzeAccess(scope constructs.Construct, name string) {
	accessanalyzeranalyzer.NewAccessanalyzerAnalyzer(scope, jsii.String("access_analyzer"), &accessanalyzeranalyzer.AccessanalyzerAnalyzerConfig{
		AnalyzerName: jsii.String(name), Type: jsii.String("ACCOUNT"), Tags: &map[string]*string{"Name": jsii.String(name)},
	})
}

// DetectThreats turns GuardDuty on, for what the platform has: the account's API, network and DNS
// by itself, buckets, volumes and logins to databases by their features:
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html.
func DetectThreats(scope constructs.Construct) {
	detector := guarddutydetector.NewGuarddutyDetector(scope, jsii.String("guardduty"), &guarddutydetector.GuarddutyDetectorConfig{
		Enable: true, FindingPublishingFrequency: jsii.String("FIFTEEN_MINUTES"),
	}).Id()
	for _, feature := range []struct{ id, name string }{
		{"buckets", "S3_DATA_EVENTS"}, {"volumes", "EBS_MALWARE_PROTECTION"}, {"logins", "RDS_LOGIN_EVENTS"},
	} {
		guarddutydetectorfeature.NewGuarddutyDetectorFeature(scope, jsii.String("guardduty_"+feature.id), &guarddutydetectorfeature.GuarddutyDetectorFeatureConfig{
			DetectorId: detector, Name: jsii.String(feature.name), Status: jsii.String("ENABLED"),
		})
	}
}

// Judge has Security Hub hold the account against CIS 5.0 and AWS's own best practices. It looks at
// what Config records, so that must have begun, unless somebody else sees to it.
func Judge(scope constructs.Construct, region string, recording []cdktf.ITerraformDependable) {
	hub := securityhubaccount.NewSecurityhubAccount(scope, jsii.String("security_hub"), &securityhubaccount.SecurityhubAccountConfig{
		EnableDefaultStandards: false, AutoEnableControls: true, ControlFindingGenerator: jsii.String("SECURITY_CONTROL"),
		DependsOn: &recording,
	})
	for _, standard := range []struct{ id, path string }{
		{"cis", "cis-aws-foundations-benchmark/v/5.0.0"}, {"best_practices", "aws-foundational-security-best-practices/v/1.0.0"},
	} {
		securityhubstandardssubscription.NewSecurityhubStandardsSubscription(scope, jsii.String("security_hub_"+standard.id), &securityhubstandardssubscription.SecurityhubStandardsSubscriptionConfig{
			StandardsArn: jsii.String("arn:aws:securityhub:" + region + "::standards/" + standard.path),
			DependsOn:    &[]cdktf.ITerraformDependable{hub},
		})
	}
}

// InspectImages has Inspector look for known weaknesses in images, again and again as they become
// known.
func InspectImages(scope constructs.Construct, account string) {
	inspector2enabler.NewInspector2Enabler(scope, jsii.String("inspector"), &inspector2enabler.Inspector2EnablerConfig{
		AccountIds: jsii.Strings(account), ResourceTypes: jsii.Strings("ECR"),
	})
}
