//go:build e2e

package harness

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/inspector2"
	inspector2types "github.com/aws/aws-sdk-go-v2/service/inspector2/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
)

// regional lists the keys of a region and what the account has set there for all of EC2.
//
// Whether images may be public isn't among it, since the provider leaves that as it is:
// https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/ec2_image_block_public_access
func (c *Clients) regional(ctx context.Context, region string, ok func(error), add func(string, *string)) {
	forKeys := func(o *kms.Options) { o.Region = region }
	keys, err := c.KMS.ListKeys(ctx, nil, forKeys)
	ok(err)
	for _, x := range keys.Keys {
		key, err := c.KMS.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: x.KeyId}, forKeys)
		ok(err)
		if key.KeyMetadata.KeyManager == kmstypes.KeyManagerTypeCustomer && key.KeyMetadata.KeyState != kmstypes.KeyStatePendingDeletion {
			add("key", x.KeyArn)
		}
	}
	aliases, err := c.KMS.ListAliases(ctx, nil, forKeys)
	ok(err)
	for _, x := range aliases.Aliases {
		add("alias", x.AliasArn)
	}

	in := func(o *ec2.Options) { o.Region = region }
	encryption, err := c.EC2.GetEbsEncryptionByDefault(ctx, nil, in)
	ok(err)
	if aws.ToBool(encryption.EbsEncryptionByDefault) {
		add("setting: volumes are encrypted in", &region)
	}
	key, err := c.EC2.GetEbsDefaultKmsKeyId(ctx, nil, in)
	ok(err)
	add("setting: volumes are encrypted in "+region+" with", key.KmsKeyId)
	snapshots, err := c.EC2.GetSnapshotBlockPublicAccessState(ctx, nil, in)
	ok(err)
	if snapshots.State != ec2types.SnapshotBlockPublicAccessStateUnblocked {
		add("setting: snapshots are kept in", &region)
	}
	metadata, err := c.EC2.GetInstanceMetadataDefaults(ctx, nil, in)
	ok(err)
	if metadata.AccountLevel.HttpTokens != "" || metadata.AccountLevel.HttpPutResponseHopLimit != nil {
		add("setting: instance metadata in", &region)
	}
}

// watchers lists what watches over the account, and what it has set for all of itself.
func (c *Clients) watchers(ctx context.Context, ok func(error), add func(string, *string)) {
	caller, err := c.STS.GetCallerIdentity(ctx, nil)
	ok(err)
	account := caller.Account
	_, err = c.S3Account.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: account})
	if !Absent(err, "NoSuchPublicAccessBlockConfiguration") {
		ok(err)
		add("setting: public buckets of", account)
	}
	if _, err = c.IAM.GetAccountPasswordPolicy(ctx, nil); !Absent(err, "NoSuchEntity") {
		ok(err)
		add("setting: passwords of", account)
	}
	analyzers, err := c.Analyzer.ListAnalyzers(ctx, nil)
	ok(err)
	for _, x := range analyzers.Analyzers {
		add("analyzer", x.Arn)
	}
	detectors, err := c.GuardDuty.ListDetectors(ctx, nil)
	ok(err)
	for i := range detectors.DetectorIds {
		add("detector", &detectors.DetectorIds[i])
	}
	hub, err := c.SecurityHub.DescribeHub(ctx, nil)
	if !Absent(err, "InvalidAccessException") {
		ok(err)
		add("hub", hub.HubArn)
	}
	inspected, err := c.Inspector.BatchGetAccountStatus(ctx, &inspector2.BatchGetAccountStatusInput{AccountIds: []string{*account}})
	ok(err)
	for _, x := range inspected.Accounts {
		if x.State.Status != inspector2types.StatusDisabled {
			add("inspector of", x.AccountId)
		}
	}
	recorders, err := c.Config.DescribeConfigurationRecorders(ctx, nil)
	ok(err)
	for _, x := range recorders.ConfigurationRecorders {
		add("recorder", x.Name)
	}
	channels, err := c.Config.DescribeDeliveryChannels(ctx, nil)
	ok(err)
	for _, x := range channels.DeliveryChannels {
		add("delivery channel", x.Name)
	}
}
