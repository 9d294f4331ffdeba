package stacks

import (
	"slices"

	"strata/constructs/pipeline"
	"strata/constructs/policy"
	"strata/environments"
)

// accountSetting is what a setting of the whole account takes.
type accountSetting struct {
	// sid is its name in CamelCase.
	sid string
	// first is what AWS can hold to no resource, since there is none yet.
	first, read, write []string
	// resource that AWS can hold the others to. Default: none finer than all.
	resource func(*Backend) string
}

// accountSettings by the names of the guard rails.
var accountSettings = map[string]accountSetting{
	environments.EBSEncryption: {sid: "VolumeEncryption",
		read:  []string{"ec2:GetEbsDefaultKmsKeyId", "ec2:GetEbsEncryptionByDefault"},
		write: []string{"ec2:DisableEbsEncryptionByDefault", "ec2:EnableEbsEncryptionByDefault", "ec2:ModifyEbsDefaultKmsKeyId", "ec2:ResetEbsDefaultKmsKeyId"}},
	environments.SnapshotSharing: {sid: "Sharing",
		read: []string{"ec2:GetImageBlockPublicAccessState", "ec2:GetSnapshotBlockPublicAccessState"},
		// The provider leaves images as they are when it is to take its block away.
		write: []string{"ec2:DisableSnapshotBlockPublicAccess", "ec2:EnableImageBlockPublicAccess", "ec2:EnableSnapshotBlockPublicAccess"}},
	environments.IMDSv2: {sid: "InstanceMetadata",
		read: []string{"ec2:GetInstanceMetadataDefaults"}, write: []string{"ec2:ModifyInstanceMetadataDefaults"}},
	environments.S3PublicAccess: {sid: "PublicBuckets",
		read: []string{"s3:GetAccountPublicAccessBlock"}, write: []string{"s3:PutAccountPublicAccessBlock"}},
	environments.PasswordPolicy: {sid: "Passwords",
		read: []string{"iam:GetAccountPasswordPolicy"}, write: []string{"iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"}},
	environments.AccessAnalyzer: {sid: "AccessAnalyzer",
		read: []string{"access-analyzer:GetAnalyzer"}, write: []string{"access-analyzer:CreateAnalyzer", "access-analyzer:DeleteAnalyzer", "access-analyzer:TagResource"},
		resource: func(b *Backend) string { return b.here("access-analyzer", "analyzer/"+b.names.Prefix()+"-*") }},
	environments.GuardDuty: {sid: "GuardDuty",
		read:     []string{"guardduty:GetDetector"},
		first:    []string{"guardduty:CreateDetector"},
		write:    []string{"guardduty:DeleteDetector", "guardduty:TagResource", "guardduty:UpdateDetector"},
		resource: func(b *Backend) string { return b.here("guardduty", "detector/*") }},
	environments.SecurityHub: {sid: "SecurityHub",
		read: []string{"securityhub:DescribeHub", "securityhub:GetEnabledStandards"},
		write: []string{"securityhub:BatchDisableStandards", "securityhub:BatchEnableStandards", "securityhub:DisableSecurityHub", "securityhub:EnableSecurityHub",
			"securityhub:UpdateSecurityHubConfiguration"},
		resource: func(b *Backend) string { return b.here("securityhub", "hub/default") }},
	environments.Inspector: {sid: "Inspector",
		read: []string{"inspector2:BatchGetAccountStatus"}, write: []string{"inspector2:Disable", "inspector2:Enable"}},
	environments.Config: {sid: "Config",
		read: []string{"config:DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorders", "config:DescribeDeliveryChannels"},
		write: []string{"config:DeleteConfigurationRecorder", "config:DeleteDeliveryChannel", "config:PutConfigurationRecorder", "config:PutDeliveryChannel",
			"config:StartConfigurationRecorder", "config:StopConfigurationRecorder"}},
}

// guardRails are those that this environment sets.
func (b *Backend) guardRails() []string {
	return slices.DeleteFunc(environments.GuardRailNames(), func(name string) bool { return !b.env.GuardRails.Has(name) })
}

// settingTheAccount is what they take.
func (b *Backend) settingTheAccount() (g pipeline.Grants) {
	for _, name := range b.guardRails() {
		setting, resources := accountSettings[name], []string{"*"}
		if setting.resource != nil {
			resources = []string{setting.resource(b)}
		}
		g.Read = append(g.Read, policy.Statement{Sid: "See" + setting.sid, Actions: setting.read, Resources: resources})
		g.Write = append(g.Write, policy.Statement{Sid: "Change" + setting.sid, Actions: setting.write, Resources: resources})
		if setting.first != nil {
			g.Write = append(g.Write, policy.Statement{Sid: "Make" + setting.sid, Actions: setting.first, Resources: []string{"*"}})
		}
	}
	return g
}

// here is the ARN of something in the environment's own region.
func (l *layer) here(service, resource string) string {
	return "arn:aws:" + service + ":" + l.env.Region + ":" + l.env.Account + ":" + resource
}
