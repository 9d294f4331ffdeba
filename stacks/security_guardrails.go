package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/guardrails"
	"strata/environments"
	"strata/internal/naming"
)

// configDays is how long the record of the account's configuration is kept: seven years, as AWS
// Config itself does.
const configDays = 2557

// addGuardRails makes the settings of the account, where this environment owns them.
func (s *Security) addGuardRails(linked linkedRoles) {
	rails, scope := s.env.GuardRails, s.stack
	regions := []guardrails.Region{{Key: s.keys.data}}
	if s.recovery != nil {
		regions = append(regions, guardrails.Region{Suffix: "_recovery", Key: s.keys.recoveryData, Provider: s.recovery})
	}
	for _, region := range regions {
		if rails.Has(environments.EBSEncryption) {
			region.EncryptVolumes(scope)
		}
		if rails.Has(environments.SnapshotSharing) {
			region.KeepSnapshots(scope)
		}
		if rails.Has(environments.IMDSv2) {
			region.RequireIMDSv2(scope)
		}
	}
	if rails.Has(environments.S3PublicAccess) {
		guardrails.BlockPublicBuckets(scope, s.env.Account)
	}
	if rails.Has(environments.PasswordPolicy) {
		guardrails.RequirePasswords(scope)
	}
	if rails.Has(environments.AccessAnalyzer) {
		guardrails.AnalyzeAccess(scope, s.names.Of(naming.Policy, "access"))
	}
	if rails.Has(environments.GuardDuty) {
		guardrails.DetectThreats(scope)
	}
	var recording []cdktf.ITerraformDependable
	if rails.Has(environments.Config) {
		recording = append(recording, guardrails.Record(scope, guardrails.Recorder{
			Name: s.names.Of(naming.Policy, "config"), Bucket: s.names.Of(naming.Bucket, "config", s.env.Account), Days: configDays,
			Key: s.keys.logs, Account: s.env.Account, RoleARN: linked.arn("config"), After: linked.made("config"), Emptied: !s.env.Protected,
		}))
	}
	if rails.Has(environments.SecurityHub) {
		guardrails.Judge(scope, s.env.Region, recording)
	}
	if rails.Has(environments.Inspector) {
		guardrails.InspectImages(scope, s.env.Account)
	}
}
