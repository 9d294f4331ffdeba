package stacks

import (
	"strata/internal/outputs"
)

// Security is who may do what, and who reaches whom: keys, roles, security groups, secrets and the
// guard rails of the account.
type Security struct {
	*layer
	keys  Keys
	roles Roles

	// Keys, by what they encrypt. The recovery keys are those of the recovery region, and empty
	// where there is none.
	DataKeyARN, LogsKeyARN, SecretsKeyARN, ImagesKeyARN, MessagesKeyARN, BackupsKeyARN outputs.String
	RecoveryDataKeyARN, RecoveryImagesKeyARN, RecoveryBackupsKeyARN                    outputs.String

	// Roles of each service, by its name.
	TaskRoleARNs, TaskRoleNames, ExecutionRoleARNs                        outputs.Map
	DatabaseMonitoringRoleARN, TrailRoleARN                               outputs.String
	BackupRoleARN, RestoreTestRoleARN                                     outputs.String
	BastionInstanceProfile, BastionRoleName                               outputs.String
	ServiceSecurityGroupIDs                                               outputs.Map
	DatabaseSecurityGroupID, CacheSecurityGroupID, BastionSecurityGroupID outputs.String

	// Secrets, empty where there is no such thing; those of services by <service>/<name>.
	DatabaseSecretARN, CacheSecretARN outputs.String
	ServiceSecretARNs                 outputs.Map
}

func (e *environment) newSecurity(networking *Networking) *Security {
	s := &Security{layer: e.newLayer("security")}
	linked := s.addServiceLinkedRoles()
	s.addKeys(linked)
	secrets := s.addSecrets()
	s.addRoles(secrets)
	s.addGroups(networking)
	s.addGuardRails(linked)
	return s
}
