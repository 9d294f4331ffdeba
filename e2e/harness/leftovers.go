//go:build e2e

package harness

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
)

// Resources lists what there is in the account, sorted, a line each, settings of the account
// included. What AWS keeps for a while after it was deleted, a key, a secret or a NAT
// gateway, doesn't count. Even an empty account has a few resources of AWS's own, so compare with what there was
// in the beginning. Of other regions than the environment's it lists keys and settings alone.
func (c *Clients) Resources(t testing.TB, others ...string) (found []string) {
	t.Helper()
	ctx := context.Background()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("list what there is in the account: %v", err)
		}
	}
	add := func(kind string, id *string) { found = append(found, kind+" "+aws.ToString(id)) }

	for _, region := range append([]string{c.EC2.Options().Region}, others...) {
		c.regional(ctx, region, ok, add)
	}
	c.watchers(ctx, ok, add)
	certificates, err := c.ACM.ListCertificates(ctx, nil)
	ok(err)
	for _, x := range certificates.CertificateSummaryList {
		add("certificate", x.CertificateArn)
	}
	tables, err := c.DynamoDB.ListTables(ctx, nil)
	ok(err)
	for i := range tables.TableNames {
		add("table", &tables.TableNames[i])
	}
	acls, err := c.EC2.DescribeNetworkAcls(ctx, nil)
	ok(err)
	for _, x := range acls.NetworkAcls {
		add("network ACL", x.NetworkAclId)
	}
	addresses, err := c.EC2.DescribeAddresses(ctx, nil)
	ok(err)
	for _, x := range addresses.Addresses {
		add("address", x.AllocationId)
	}
	endpoints, err := c.EC2.DescribeVpcEndpoints(ctx, nil)
	ok(err)
	for _, x := range endpoints.VpcEndpoints {
		// The service writes it small, and the SDK's constant large.
		if !strings.EqualFold(string(x.State), string(ec2types.StateDeleted)) {
			add("endpoint", x.VpcEndpointId)
		}
	}
	flowLogs, err := c.EC2.DescribeFlowLogs(ctx, nil)
	ok(err)
	for _, x := range flowLogs.FlowLogs {
		add("flow log", x.FlowLogId)
	}
	internetGateways, err := c.EC2.DescribeInternetGateways(ctx, nil)
	ok(err)
	for _, x := range internetGateways.InternetGateways {
		add("internet gateway", x.InternetGatewayId)
	}
	natGateways, err := c.EC2.DescribeNatGateways(ctx, nil)
	ok(err)
	for _, x := range natGateways.NatGateways {
		if x.State != ec2types.NatGatewayStateDeleted {
			add("NAT gateway", x.NatGatewayId)
		}
	}
	interfaces, err := c.EC2.DescribeNetworkInterfaces(ctx, nil)
	ok(err)
	for _, x := range interfaces.NetworkInterfaces {
		add("network interface", x.NetworkInterfaceId)
	}
	routeTables, err := c.EC2.DescribeRouteTables(ctx, nil)
	ok(err)
	for _, x := range routeTables.RouteTables {
		add("route table", x.RouteTableId)
	}
	securityGroups, err := c.EC2.DescribeSecurityGroups(ctx, nil)
	ok(err)
	for _, x := range securityGroups.SecurityGroups {
		add("security group", x.GroupId)
	}
	rules, err := c.EC2.DescribeSecurityGroupRules(ctx, nil)
	ok(err)
	for _, x := range rules.SecurityGroupRules {
		add("rule of "+aws.ToString(x.GroupId), x.SecurityGroupRuleId)
	}
	subnets, err := c.EC2.DescribeSubnets(ctx, nil)
	ok(err)
	for _, x := range subnets.Subnets {
		add("subnet", x.SubnetId)
	}
	vpcs, err := c.EC2.DescribeVpcs(ctx, nil)
	ok(err)
	for _, x := range vpcs.Vpcs {
		add("VPC", x.VpcId)
	}
	repositories, err := c.ECR.DescribeRepositories(ctx, nil)
	ok(err)
	for _, x := range repositories.Repositories {
		add("image repository", x.RepositoryName)
	}
	caches, err := c.ECR.DescribePullThroughCacheRules(ctx, nil)
	ok(err)
	for _, x := range caches.PullThroughCacheRules {
		add("image cache", x.EcrRepositoryPrefix)
	}
	templates, err := c.ECR.DescribeRepositoryCreationTemplates(ctx, nil)
	ok(err)
	for _, x := range templates.RepositoryCreationTemplates {
		add("repository template", x.Prefix)
	}
	registry, err := c.ECR.DescribeRegistry(ctx, nil)
	ok(err)
	for _, rule := range registry.ReplicationConfiguration.Rules {
		for _, x := range rule.Destinations {
			add("copies of images in", x.Region)
		}
	}
	scanning, err := c.ECR.GetRegistryScanningConfiguration(ctx, nil)
	ok(err)
	for _, x := range scanning.ScanningConfiguration.Rules {
		add("scan of images", aws.String(string(x.ScanFrequency)))
	}
	loadBalancers, err := c.ELB.DescribeLoadBalancers(ctx, nil)
	ok(err)
	for _, x := range loadBalancers.LoadBalancers {
		add("load balancer", x.LoadBalancerArn)
	}
	targetGroups, err := c.ELB.DescribeTargetGroups(ctx, nil)
	ok(err)
	for _, x := range targetGroups.TargetGroups {
		add("target group", x.TargetGroupArn)
	}
	roles, err := c.IAM.ListRoles(ctx, nil)
	ok(err)
	for _, x := range roles.Roles {
		add("role", x.Arn)
	}
	policies, err := c.IAM.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal})
	ok(err)
	for _, x := range policies.Policies {
		add("policy", x.Arn)
	}
	profiles, err := c.IAM.ListInstanceProfiles(ctx, nil)
	ok(err)
	for _, x := range profiles.InstanceProfiles {
		add("instance profile", x.Arn)
	}
	logGroups, err := c.Logs.DescribeLogGroups(ctx, nil)
	ok(err)
	for _, x := range logGroups.LogGroups {
		add("log group", x.LogGroupName)
	}
	logPolicies, err := c.Logs.DescribeResourcePolicies(ctx, nil)
	ok(err)
	for _, x := range logPolicies.ResourcePolicies {
		add("log policy", x.PolicyName)
	}
	zones, err := c.Route53.ListHostedZones(ctx, nil)
	ok(err)
	for _, x := range zones.HostedZones {
		add("zone", x.Name)
	}
	buckets, err := c.S3.ListBuckets(ctx, nil)
	ok(err)
	for _, x := range buckets.Buckets {
		add("bucket", x.Name)
	}
	secrets, err := c.Secrets.ListSecrets(ctx, nil)
	ok(err)
	for _, x := range secrets.SecretList {
		add("secret", x.Name)
	}
	firewalls, err := c.WAF.ListWebACLs(ctx, &wafv2.ListWebACLsInput{Scope: waftypes.ScopeRegional})
	ok(err)
	for _, x := range firewalls.WebACLs {
		add("firewall", x.ARN)
	}
	slices.Sort(found)
	return found
}
