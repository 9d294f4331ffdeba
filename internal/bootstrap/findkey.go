package bootstrap

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

func hasAlias(ctx context.Context, api keys, name string) (bool, error) {
	pages := kms.NewListAliasesPaginator(api, &kms.ListAliasesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return false, err
		}
		for _, alias := range page.Aliases {
			if aws.ToString(alias.AliasName) == name {
				return true, nil
			}
		}
	}
	return false, nil
}

// findKey finds a key through its alias or, when a run was killed before it had made that,
// by the tags that the key was made with. Of several the oldest is the one that was used.
func findKey(ctx context.Context, api keys, r Resource) (string, error) {
	there, err := hasAlias(ctx, api, r.Name)
	if err != nil {
		return "", err
	}
	if there {
		got, err := api.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &r.Name})
		if err != nil {
			return "", err
		}
		id, state := aws.ToString(got.KeyMetadata.KeyId), got.KeyMetadata.KeyState
		if state != types.KeyStateEnabled {
			return "", advise(fmt.Errorf("the key %s behind %s is in the state %s", id, r.Name, state),
				"bring it back: `aws kms cancel-key-deletion --key-id %s`, then `aws kms enable-key --key-id %s`", id, id)
		}
		return id, nil
	}
	wanted := r.whose()
	var oldest *types.KeyMetadata
	pages := kms.NewListKeysPaginator(api, &kms.ListKeysInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		for _, key := range page.Keys {
			is, err := keyWith(ctx, api, key.KeyId, wanted)
			if err != nil {
				return "", err
			}
			if is != nil && (oldest == nil || aws.ToTime(is.CreationDate).Before(aws.ToTime(oldest.CreationDate))) {
				oldest = is
			}
		}
	}
	if oldest == nil {
		return "", nil
	}
	return aws.ToString(oldest.KeyId), nil
}

// keyWith describes a key of the account's own that can be used and has the tags. One that
// these credentials may not look at is somebody else's.
func keyWith(ctx context.Context, api keys, id *string, wanted map[string]string) (*types.KeyMetadata, error) {
	got, err := api.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: id})
	if denied(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if got.KeyMetadata.KeyManager != types.KeyManagerTypeCustomer || got.KeyMetadata.KeyState != types.KeyStateEnabled {
		return nil, nil
	}
	tags := map[string]string{}
	pages := kms.NewListResourceTagsPaginator(api, &kms.ListResourceTagsInput{KeyId: id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if denied(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, tag := range page.Tags {
			tags[aws.ToString(tag.TagKey)] = aws.ToString(tag.TagValue)
		}
	}
	if !tagged(tags, wanted) {
		return nil, nil
	}
	return got.KeyMetadata, nil
}
