package stacks

import (
	"strata/constructs/policy"
)

// addKeepers makes the roles that AWS Backup works with: one makes recovery points and the other
// brings them back, as the tests of recovery do every week. What they do is the part of AWS's
// managed policies AWSBackupServiceRolePolicyForBackup, …ForRestores, …ForS3Backup and
// …ForS3Restore that buckets and RDS need, for what is the environment's.
func (s *Security) addKeepers() {
	// Backup says nothing of whom it acts for, and takes only roles of the account:
	// https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html.
	trust := policy.Statement{
		Sid: "LetBackupTakeIt", Principals: []policy.Principal{policy.Service("backup.amazonaws.com")}, Actions: []string{"sts:AssumeRole"},
	}
	backup := s.role("backup", "backup", "Makes and copies recovery points", trust, s.backingUp())
	restore := s.role("restore_test", "restore-test", "Brings recovery points back, to see that they can be", trust, s.restoring())
	s.BackupRoleARN = s.out.String("backup_role_arn", "Role that makes recovery points", backup.ARN)
	s.RestoreTestRoleARN = s.out.String("restore_test_role_arn", "Role that tests whether recovery points can be brought back", restore.ARN)
}

// ours are the environment's resources of a service whose names begin with its prefix.
func (l *layer) ours(service, kind string) []string {
	arns := []string{}
	for _, region := range l.regions() {
		arns = append(arns, "arn:aws:"+service+":"+region+":"+l.env.Account+":"+kind+":"+l.names.Prefix()+"-*")
	}
	return arns
}

// regions are the environment's.
func (l *layer) regions() []string {
	if l.env.RecoveryRegion == "" {
		return []string{l.env.Region}
	}
	return []string{l.env.Region, l.env.RecoveryRegion}
}

// snapshots are those of the environment's databases and those that AWS Backup makes, whose names
// begin with awsbackup:.
func (l *layer) snapshots() []string {
	arns := l.ours("rds", "snapshot")
	for _, region := range l.regions() {
		arns = append(arns, "arn:aws:rds:"+region+":"+l.env.Account+":snapshot:awsbackup:*")
	}
	return arns
}

func (s *Security) backingUp() []policy.Statement {
	buckets := "arn:aws:s3:::" + s.names.Prefix() + "-*"
	databases := append(s.ours("rds", "db"), s.snapshots()...)
	var vaults []string
	for _, region := range s.regions() {
		vaults = append(vaults, "arn:aws:backup:"+region+":"+s.env.Account+":backup-vault:"+s.names.Prefix()+"-*")
	}
	return append([]policy.Statement{{
		Sid: "BackUpDatabases", Resources: databases,
		Actions: []string{"rds:AddTagsToResource", "rds:CopyDBSnapshot", "rds:CreateDBSnapshot", "rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "rds:ListTagsForResource", "rds:ModifyDBInstance"},
	}, {
		Sid: "ForgetOldSnapshots", Actions: []string{"rds:DeleteDBSnapshot", "rds:ModifyDBSnapshotAttribute"}, Resources: s.snapshots(),
	}, {
		Sid: "BackUpBuckets", Resources: []string{buckets},
		Actions: []string{"s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketNotification", "s3:GetBucketTagging", "s3:GetBucketVersioning",
			"s3:GetInventoryConfiguration", "s3:ListBucket", "s3:ListBucketVersions", "s3:PutBucketNotification", "s3:PutInventoryConfiguration"},
	}, {
		Sid: "BackUpObjects", Resources: []string{buckets + "/*"},
		Actions: []string{"s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"},
	}, {
		Sid: "HearOfChanges", Resources: []string{"arn:aws:events:" + s.env.Region + ":" + s.env.Account + ":rule/AwsBackupManagedRule*"},
		Actions: []string{"events:DeleteRule", "events:DescribeRule", "events:DisableRule", "events:EnableRule", "events:ListTargetsByRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets"},
	}, {
		Sid: "CopyToVaults", Actions: []string{"backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "backup:DescribeBackupVault"}, Resources: vaults,
	}, {
		// Of the whole account; AWS has none finer.
		Sid: "FindWhatToBackUp", Actions: []string{"cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets", "tag:GetResources"}, Resources: []string{"*"},
	}}, s.withKeys()...)
}

// restoring is what a test of recovery takes. It makes databases and buckets of its own, whose names
// begin with awsbackup-restore-test-, and deletes no others:
// https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html.
func (s *Security) restoring() []policy.Statement {
	const bucket = "arn:aws:s3:::" + restored
	return append([]policy.Statement{{
		Sid: "RestoreDatabases", Resources: append(append(s.ours("rds", "db"), s.snapshots()...), s.restoredDatabases()...),
		Actions: []string{"rds:CreateDBInstance", "rds:DescribeDBInstances", "rds:DescribeDBSnapshots",
			"rds:ListTagsForResource", "rds:RestoreDBInstanceFromDBSnapshot", "rds:RestoreDBInstanceToPointInTime"},
	}, {
		Sid: "ForgetRestoredDatabases", Resources: []string{s.here("rds", "db:"+restored)},
		Actions: []string{"rds:AddTagsToResource", "rds:DeleteDBInstance"},
	}, {
		Sid: "RestoreBuckets", Resources: []string{bucket},
		Actions: []string{"s3:CreateBucket", "s3:GetBucketLocation", "s3:GetBucketOwnershipControls", "s3:GetBucketVersioning", "s3:ListBucket", "s3:ListBucketVersions",
			"s3:PutBucketOwnershipControls", "s3:PutBucketVersioning"},
	}, {
		Sid: "RestoreObjects", Resources: []string{bucket + "/*"},
		Actions: []string{"s3:DeleteObject", "s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAcl",
			"s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectVersionAcl"},
	}, {
		// Where a database is restored to; AWS has none finer.
		Sid: "FindWhereToRestore", Resources: []string{"*"},
		Actions: []string{"ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones", "ec2:DescribeInternetGateways", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"},
	}}, s.withKeys()...)
}

// restored matches the names of what a test of recovery makes.
const restored = "awsbackup-restore-test-*"

// restoredDatabases are what a restored database needs, and those that tests of recovery make.
func (s *Security) restoredDatabases() (arns []string) {
	ours := s.names.Prefix() + "-*"
	for _, kind := range []string{"og:default:*", "og:" + ours, "pg:default.*", "pg:" + ours, "subgrp:" + ours, "db:" + restored} {
		arns = append(arns, "arn:aws:rds:"+s.env.Region+":"+s.env.Account+":"+kind)
	}
	return arns
}

// withKeys lets AWS Backup use the keys of what it backs up, through the services that hold it.
func (s *Security) withKeys() []policy.Statement {
	keys := []string{*s.keys.data.ARN, *s.keys.backups.ARN}
	if s.recovery != nil {
		keys = append(keys, *s.keys.recoveryData.ARN, *s.keys.recoveryBackups.ARN)
	}
	var via []string
	for _, region := range s.regions() {
		via = append(via, "s3."+region+".amazonaws.com", "rds."+region+".amazonaws.com", "backup."+region+".amazonaws.com")
	}
	return []policy.Statement{{
		Sid: "UseKeys", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: keys,
		Conditions: []policy.Condition{policy.When("StringEquals", "kms:ViaService", via...)},
	}, {
		Sid: "FindKeys", Actions: []string{"kms:DescribeKey"}, Resources: keys,
	}, {
		Sid: "KeepKeysOpen", Actions: []string{"kms:CreateGrant"}, Resources: keys,
		Conditions: []policy.Condition{policy.When("Bool", "kms:GrantIsForAWSResource", "true")},
	}}
}
