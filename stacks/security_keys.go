package stacks

import (
	"strata/constructs/key"
	"strata/internal/naming"
	"strata/internal/outputs"
)

// Keys of the platform, by what they encrypt.
type Keys struct {
	data, logs, secrets, images, messages, backups *key.Key
	// In the recovery region; nil where there is none.
	recoveryData, recoverySecrets, recoveryImages, recoveryBackups *key.Key
}

func (s *Security) addKeys(linked linkedRoles) {
	account, region := s.env.Account, s.env.Region
	arn := func(service, resource string) string {
		return "arn:aws:" + service + ":" + region + ":" + account + ":" + resource
	}
	newKey := func(purpose, description string, props key.Props) *key.Key {
		props.Alias, props.Description = s.names.Of(naming.Alias, purpose), description
		props.Account, props.Region = account, region
		return key.New(s.stack, purpose+"_key", props)
	}
	s.keys = Keys{
		data: newKey("data", "Buckets, databases, caches and volumes", key.Props{
			Through:    []string{"s3", "rds", "elasticache", "ec2"},
			Statements: key.ForAutoScaling(linked.arn("autoscaling")), After: linked.made("autoscaling"),
		}),
		logs: newKey("logs", "Logs, the audit trail and the record of the account's configuration", key.Props{
			Through: []string{"s3"},
			Statements: append(key.ForTrail(account, region, s.trail()),
				key.ForLogGroups(account, region, s.names.Path()+"/*"), key.ForConfig(account)),
		}),
		secrets: newKey("secrets", "Secrets of the services", key.Props{Through: []string{"secretsmanager"}}),
		images:  newKey("images", "Images of the services", key.Props{Through: []string{"ecr"}}),
		messages: newKey("messages", "Alarms and other messages", key.Props{
			Through: []string{"sns", "sqs"},
			Statements: append(key.ForPublishers(account,
				key.Publisher{Sid: "PublishAlarms", Service: "cloudwatch.amazonaws.com", Sources: []string{arn("cloudwatch", "alarm:*")}},
				key.Publisher{Sid: "PublishBackups", Service: "backup.amazonaws.com", Sources: []string{arn("backup", "backup-vault:*")}},
				key.Publisher{Sid: "PublishBudgets", Service: "budgets.amazonaws.com", Sources: []string{"arn:aws:budgets::" + account + ":*"}},
				key.Publisher{Sid: "PublishCostAnomalies", Service: "costalerts.amazonaws.com", Sources: []string{"arn:aws:ce::" + account + ":anomalysubscription/*"}},
			), key.ForEventRules(account, region)),
		}),
		backups: newKey("backups", "Recovery points", key.Props{Through: []string{"backup"}}),
	}
	s.DataKeyARN = s.publishKey("data_key_arn", "Key of buckets, databases, caches and volumes", s.keys.data)
	s.LogsKeyARN = s.publishKey("logs_key_arn", "Key of logs and the audit trail", s.keys.logs)
	s.SecretsKeyARN = s.publishKey("secrets_key_arn", "Key of secrets", s.keys.secrets)
	s.ImagesKeyARN = s.publishKey("images_key_arn", "Key of images", s.keys.images)
	s.MessagesKeyARN = s.publishKey("messages_key_arn", "Key of topics and queues", s.keys.messages)
	s.BackupsKeyARN = s.publishKey("backups_key_arn", "Key of recovery points", s.keys.backups)
	s.addRecoveryKeys()
}

// addRecoveryKeys makes the keys that what is copied to the recovery region is encrypted with.
func (s *Security) addRecoveryKeys() {
	if s.recovery != nil {
		newKey := func(purpose, description string, through ...string) *key.Key {
			return key.New(s.stack, "recovery_"+purpose+"_key", key.Props{
				Alias: s.names.Of(naming.Alias, purpose), Description: description, Account: s.env.Account, Region: s.env.RecoveryRegion,
				Through: through, Provider: s.recovery,
			})
		}
		s.keys.recoveryData = newKey("data", "Copies of data in the recovery region", "s3", "rds", "elasticache", "ec2")
		s.keys.recoverySecrets = newKey("secrets", "Copies of secrets in the recovery region", "secretsmanager")
		s.keys.recoveryImages = newKey("images", "Copies of images in the recovery region", "ecr")
		s.keys.recoveryBackups = newKey("backups", "Copies of recovery points in the recovery region", "backup")
	}
	s.RecoveryDataKeyARN = s.publishKey("recovery_data_key_arn", "Key of copies of data in the recovery region; empty where there is none", s.keys.recoveryData)
	s.RecoveryImagesKeyARN = s.publishKey("recovery_images_key_arn", "Key of copies of images in the recovery region; empty where there is none", s.keys.recoveryImages)
	s.RecoveryBackupsKeyARN = s.publishKey("recovery_backups_key_arn", "Key of copies of recovery points in the recovery region; empty where there is none", s.keys.recoveryBackups)
}

// publishKey publishes a key's ARN, or nothing for a key that is not there.
func (s *Security) publishKey(name, description string, k *key.Key) outputs.String {
	if k == nil {
		return s.out.String(name, description, new(string))
	}
	return s.out.String(name, description, k.ARN)
}

// trail is the name of the audit trail, which the monitoring layer makes.
func (l *layer) trail() string { return l.names.Of(naming.Policy, "trail") }
