package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// find looks for a named resource in AWS and returns the id that Terraform imports it by, or
// nothing when it is not there.
func (c *cloud) find(ctx context.Context, account string, r Resource) (string, error) {
	var there bool
	var err error
	id := r.Name
	switch r.Type {
	case "aws_s3_bucket":
		there, err = c.hasBucket(ctx, account, r.Region, r.Name)
	case "aws_dynamodb_table":
		there, err = c.hasTable(ctx, r.Region, r.Name)
	case "aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_iam_policy", "aws_iam_openid_connect_provider":
		id, there, err = findInIAM(ctx, c.iam, account, r)
	case "aws_kms_alias":
		there, err = hasAlias(ctx, c.keys(r.Region), r.Name)
	case "aws_kms_key":
		id, err = findKey(ctx, c.keys(r.Region), r)
		there = id != ""
	}
	if err != nil {
		return "", fmt.Errorf("looking for %s %s: %w", r.Address, r.Name, err)
	}
	if !there {
		return "", nil
	}
	return id, nil
}

// unless turns the error that something is missing into false.
func unless[Missing error](err error) (bool, error) {
	var missing Missing
	if errors.As(err, &missing) {
		return false, nil
	}
	return err == nil, err
}

// hasBucket says whether the account has the bucket. Names are unique over all of AWS.
func (c *cloud) hasBucket(ctx context.Context, account, region, name string) (bool, error) {
	_, err := c.buckets(region).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name, ExpectedBucketOwner: &account})
	if err == nil {
		return true, nil
	}
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) {
		return false, err
	}
	// S3 answers a HEAD without a body, so the status is all there is to go by.
	switch answer.HTTPStatusCode() {
	case http.StatusNotFound:
		return false, nil
	case http.StatusForbidden:
		return false, advise(fmt.Errorf("the bucket %s belongs to another account, or these credentials may not see it", name),
			"choose another name with state.bucket in the environment's file and run `make synth`, or log in with more permissions")
	case http.StatusMovedPermanently, http.StatusBadRequest:
		return false, advise(fmt.Errorf("the bucket %s is in another region than %s", name, region),
			"choose another name with state.bucket in the environment's file, or its region, and run `make synth`")
	}
	return false, err
}

// hasTable says whether there is a lock table, and waits until it can be used.
func (c *cloud) hasTable(ctx context.Context, region, name string) (bool, error) {
	api := c.tables(region)
	there, err := tableExists(ctx, api, name)
	if !there {
		return false, err
	}
	// Terraform can't import a table that is being made.
	err = dynamodb.NewTableExistsWaiter(api).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, 5*time.Minute)
	return err == nil, err
}

func tableExists(ctx context.Context, api tables, name string) (bool, error) {
	_, err := api.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	return unless[*dynamodbtypes.ResourceNotFoundException](err)
}

// denied says whether AWS refused for want of permission.
func denied(err error) bool {
	var refusal smithy.APIError
	return errors.As(err, &refusal) && strings.HasPrefix(refusal.ErrorCode(), "AccessDenied")
}

// tagged says whether tags are all there.
func tagged(tags, wanted map[string]string) bool {
	for name, value := range wanted {
		if is, ok := tags[name]; !ok || is != value {
			return false
		}
	}
	return true
}

// whose are the tags that say which resource of which environment it is.
func (r Resource) whose() map[string]string {
	tags := map[string]string{}
	for _, tag := range []string{"Name", "Project", "Environment"} {
		tags[tag] = r.Tags[tag]
	}
	return tags
}
