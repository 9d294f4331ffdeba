//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	analyzertypes "github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	guarddutytypes "github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/aws/aws-sdk-go-v2/service/inspector2"
	inspector2types "github.com/aws/aws-sdk-go-v2/service/inspector2/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	securityhubtypes "github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"strata/e2e/harness"
	"strata/environments"
)

// checkGuardRails: each is on or off as the file says.
func checkGuardRails(t *testing.T, env *harness.Environment) {
	t.Helper()
	regions := []string{env.Region}
	if env.RecoveryRegion != "" {
		regions = append(regions, env.RecoveryRegion)
	}
	for _, region := range regions {
		checkEC2Rails(t, env, region)
	}
	checkAccountRails(t, env)
	checkWatchers(t, env)
	checkRecording(t, env)
}

// rail tells a guard rail that isn't on or off as the file says, for what is watched.
func rail(t *testing.T, env *harness.Environment, name string, on bool, watched string) {
	t.Helper()
	holds(t, on == env.GuardRails.Has(name), fmt.Sprintf("the guard rail %s is on for %s: %t", name, watched, env.GuardRails.Has(name)), on)
}

// checkEC2Rails: volumes, snapshots, images and instance metadata, which each region has of its own.
func checkEC2Rails(t *testing.T, env *harness.Environment, region string) {
	t.Helper()
	ctx, in := t.Context(), func(o *ec2.Options) { o.Region = region }
	encryption, err := env.AWS.EC2.GetEbsEncryptionByDefault(ctx, nil, in)
	mustRead(t, err)
	rail(t, env, environments.EBSEncryption, aws.ToBool(encryption.EbsEncryptionByDefault), "volumes in "+region)
	key, err := env.AWS.EC2.GetEbsDefaultKmsKeyId(ctx, nil, in)
	mustRead(t, err)
	ours := aws.ToString(keyBehind(t, env, region, "data").Arn)
	rail(t, env, environments.EBSEncryption, aws.ToString(key.KmsKeyId) == ours, "the key of volumes in "+region)

	snapshots, err := env.AWS.EC2.GetSnapshotBlockPublicAccessState(ctx, nil, in)
	mustRead(t, err)
	rail(t, env, environments.SnapshotSharing, snapshots.State == ec2types.SnapshotBlockPublicAccessStateBlockAllSharing, "snapshots in "+region)
	images, err := env.AWS.EC2.GetImageBlockPublicAccessState(ctx, nil, in)
	mustRead(t, err)
	const blocked = string(ec2types.ImageBlockPublicAccessEnabledStateBlockNewSharing)
	rail(t, env, environments.SnapshotSharing, aws.ToString(images.ImageBlockPublicAccessState) == blocked, "images in "+region)

	metadata, err := env.AWS.EC2.GetInstanceMetadataDefaults(ctx, nil, in)
	mustRead(t, err)
	level := metadata.AccountLevel
	rail(t, env, environments.IMDSv2, level.HttpTokens == ec2types.HttpTokensStateRequired && aws.ToInt32(level.HttpPutResponseHopLimit) == 1, "instances in "+region)
}

// checkAccountRails: buckets, passwords, and who from outside reaches in.
func checkAccountRails(t *testing.T, env *harness.Environment) {
	t.Helper()
	public, err := env.AWS.S3Account.GetPublicAccessBlock(t.Context(), &s3control.GetPublicAccessBlockInput{AccountId: &env.Account})
	if !harness.Absent(err, "NoSuchPublicAccessBlockConfiguration") {
		mustRead(t, err)
	}
	blocked := false
	if err == nil {
		block := public.PublicAccessBlockConfiguration
		blocked = aws.ToBool(block.BlockPublicAcls) && aws.ToBool(block.BlockPublicPolicy) && aws.ToBool(block.IgnorePublicAcls) && aws.ToBool(block.RestrictPublicBuckets)
	}
	rail(t, env, environments.S3PublicAccess, blocked, "the account")

	passwords, err := env.AWS.IAM.GetAccountPasswordPolicy(t.Context(), nil)
	if !harness.Absent(err, "NoSuchEntity") {
		mustRead(t, err)
	}
	strong := false
	if err == nil {
		p := passwords.PasswordPolicy
		// What CIS asks for: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-15
		strong = aws.ToInt32(p.MinimumPasswordLength) >= 14 && aws.ToInt32(p.PasswordReusePrevention) == 24 &&
			p.RequireLowercaseCharacters && p.RequireUppercaseCharacters && p.RequireNumbers && p.RequireSymbols
	}
	rail(t, env, environments.PasswordPolicy, strong, "the account")

	analyzers, err := env.AWS.Analyzer.ListAnalyzers(t.Context(), nil)
	mustRead(t, err)
	active := slices.ContainsFunc(analyzers.Analyzers, func(a analyzertypes.AnalyzerSummary) bool {
		return a.Type == analyzertypes.TypeAccount && a.Status == analyzertypes.AnalyzerStatusActive
	})
	rail(t, env, environments.AccessAnalyzer, active, "the account")
}

// checkWatchers: GuardDuty, Security Hub and Inspector, and what they look at.
func checkWatchers(t *testing.T, env *harness.Environment) {
	t.Helper()
	ctx, stack := t.Context(), env.Stacks["security"]
	detectors, err := env.AWS.GuardDuty.ListDetectors(ctx, nil)
	mustRead(t, err)
	rail(t, env, environments.GuardDuty, len(detectors.DetectorIds) == 1, "the account")
	for _, id := range detectors.DetectorIds {
		detector, err := env.AWS.GuardDuty.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: &id})
		mustRead(t, err)
		holds(t, detector.Status == guarddutytypes.DetectorStatusEnabled, "GuardDuty looks out", detector.Status)
		for _, feature := range stack.Of("aws_guardduty_detector_feature") {
			name := feature.String("name")
			looks := slices.ContainsFunc(detector.Features, func(f guarddutytypes.DetectorFeatureConfigurationResult) bool {
				return string(f.Name) == name && f.Status == guarddutytypes.FeatureStatusEnabled
			})
			holds(t, looks, "GuardDuty looks at "+name, detector.Features)
		}
	}

	_, err = env.AWS.SecurityHub.DescribeHub(ctx, nil)
	if !harness.Absent(err, "InvalidAccessException") {
		mustRead(t, err)
	}
	rail(t, env, environments.SecurityHub, err == nil, "the account")
	if err == nil {
		enabled, err := env.AWS.SecurityHub.GetEnabledStandards(ctx, nil)
		mustRead(t, err)
		var got, want []string
		for _, standard := range enabled.StandardsSubscriptions {
			if standard.StandardsStatus == securityhubtypes.StandardsStatusReady {
				got = append(got, aws.ToString(standard.StandardsArn))
			}
		}
		for _, standard := range stack.Of("aws_securityhub_standards_subscription") {
			want = append(want, standard.String("standards_arn"))
		}
		slices.Sort(got)
		slices.Sort(want)
		holds(t, slices.Equal(got, want), fmt.Sprintf("the account is held against %q", want), got)
	}

	inspected, err := env.AWS.Inspector.BatchGetAccountStatus(ctx, &inspector2.BatchGetAccountStatusInput{AccountIds: []string{env.Account}})
	mustRead(t, err)
	images := slices.ContainsFunc(inspected.Accounts, func(a inspector2types.AccountState) bool {
		return a.ResourceState.Ecr.Status == inspector2types.StatusEnabled
	})
	rail(t, env, environments.Inspector, images, "images")
}

// checkRecording: Config writes down every change of everything, into a bucket of ours, encrypted.
func checkRecording(t *testing.T, env *harness.Environment) {
	t.Helper()
	statuses, err := env.AWS.Config.DescribeConfigurationRecorderStatus(t.Context(), nil)
	mustRead(t, err)
	on := len(statuses.ConfigurationRecordersStatus) == 1 && statuses.ConfigurationRecordersStatus[0].Recording
	rail(t, env, environments.Config, on, "the account")
	if !on {
		return
	}
	recorders, err := env.AWS.Config.DescribeConfigurationRecorders(t.Context(), nil)
	mustRead(t, err)
	recorded := recorders.ConfigurationRecorders[0].RecordingGroup
	holds(t, recorded.AllSupported && recorded.IncludeGlobalResourceTypes, "all kinds of resources are recorded", recorded)
	channels, err := env.AWS.Config.DescribeDeliveryChannels(t.Context(), nil)
	mustRead(t, err)
	if len(channels.DeliveryChannels) != 1 {
		t.Fatalf("Config delivers to %d places, want one", len(channels.DeliveryChannels))
	}
	channel := channels.DeliveryChannels[0]
	key := aws.ToString(keyBehind(t, env, env.Region, "logs").Arn)
	holds(t, aws.ToString(channel.S3BucketName) == named(env, "config-"+env.Account) && aws.ToString(channel.S3KmsKeyArn) == key, "the record lies in our bucket, under the key of logs", aws.ToString(channel.S3BucketName)+" "+aws.ToString(channel.S3KmsKeyArn))
}
