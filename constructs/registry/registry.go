// Package registry is what holds for all image repositories of an account in a region.
package registry

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	pullthroughcache "github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrpullthroughcacherule"
	scanning "github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrregistryscanningconfiguration"
	replication "github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrreplicationconfiguration"
	template "github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepositorycreationtemplate"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/policy"
	"strata/constructs/role"
)

// TemplateProps say how ECR makes a repository that nobody has made by hand.
type TemplateProps struct {
	// Namespace that the repository's name begins with.
	Namespace string
	// For is REPLICATION or PULL_THROUGH_CACHE: what makes the repository.
	For         string
	Description string
	// KeyARN of the key that encrypts its images, and RoleARN of the role that may use it.
	KeyARN  *string
	RoleARN *string
	// Mutable lets a tag move to another image, as those of other people's images do. Default: it
	// stays.
	Mutable bool
	// Lifecycle and Policy of the repository, as JSON.
	Lifecycle, Policy *string
	// Tags of the repository.
	Tags map[string]*string
	// Provider of another region. Default: the stack's own.
	Provider cdktf.TerraformProvider
}

// Template has ECR make repositories as the platform would.
func Template(scope constructs.Construct, props TemplateProps) {
	mutability := "IMMUTABLE"
	if props.Mutable {
		mutability = "MUTABLE"
	}
	template.NewEcrRepositoryCreationTemplate(scope, jsii.String(identifier(props.Namespace)+"_template"), &template.EcrRepositoryCreationTemplateConfig{
		Prefix: jsii.String(props.Namespace), AppliedFor: jsii.Strings(props.For), Description: jsii.String(props.Description),
		CustomRoleArn: props.RoleARN, ImageTagMutability: jsii.String(mutability),
		EncryptionConfiguration: []*template.EcrRepositoryCreationTemplateEncryptionConfiguration{{EncryptionType: jsii.String("KMS"), KmsKey: props.KeyARN}},
		LifecyclePolicy:         props.Lifecycle, RepositoryPolicy: props.Policy, ResourceTags: &props.Tags, Provider: props.Provider,
	})
}

func identifier(namespace string) string {
	return strings.NewReplacer("/", "_", ".", "_").Replace(namespace)
}

// RoleProps say for which repositories ECR may use a role.
type RoleProps struct {
	Name, Account string
	// Boundary is what the role can never go beyond.
	Boundary *role.Boundary
	// Regions and Namespaces of the repositories.
	Regions, Namespaces []string
	// KeyARNs of the keys that encrypt them.
	KeyARNs []string
}

// NewRole makes the role that ECR makes repositories with, where they have a key or tags. ECR says
// nothing of whom it acts for, and takes only a role that somebody of the account has handed it:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create-iam.html.
func NewRole(scope constructs.Construct, props RoleProps) *role.Role {
	var repositories, via []string
	for _, region := range props.Regions {
		via = append(via, "ecr."+region+".amazonaws.com")
		for _, namespace := range props.Namespaces {
			repositories = append(repositories, "arn:aws:ecr:"+region+":"+props.Account+":repository/"+namespace+"/*")
		}
	}
	return role.New(scope, "image_copies_role", role.Props{
		Name: props.Name, Description: "Makes repositories for copies of images", Boundary: props.Boundary,
		Trust: policy.Statement{
			Sid: "LetTheServiceTakeIt", Principals: []policy.Principal{policy.Service("ecr.amazonaws.com")}, Actions: []string{"sts:AssumeRole"},
		},
		Statements: []policy.Statement{{
			Sid: "MakeRepositories", Actions: []string{"ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"}, Resources: repositories,
		}, {
			Sid: "EncryptThem", Actions: []string{"kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"}, Resources: props.KeyARNs,
			Conditions: []policy.Condition{policy.When("StringEquals", "kms:ViaService", via...)},
		}},
	})
}

// CachePublicImages pulls images of AWS's public registry through the account's own, so that what
// runs doesn't depend on it, and is scanned.
func CachePublicImages(scope constructs.Construct, namespace string) {
	pullthroughcache.NewEcrPullThroughCacheRule(scope, jsii.String("public_images_cache"), &pullthroughcache.EcrPullThroughCacheRuleConfig{
		EcrRepositoryPrefix: jsii.String(namespace), UpstreamRegistryUrl: jsii.String("public.ecr.aws"),
	})
}

// Scan has all images scanned: when they are pushed, or, in depth, by Inspector, also when a new
// weakness becomes known.
func Scan(scope constructs.Construct, inDepth bool) {
	kind, frequency := "BASIC", "SCAN_ON_PUSH"
	if inDepth {
		kind, frequency = "ENHANCED", "CONTINUOUS_SCAN"
	}
	scanning.NewEcrRegistryScanningConfiguration(scope, jsii.String("scanning"), &scanning.EcrRegistryScanningConfigurationConfig{
		ScanType: jsii.String(kind),
		Rule: []*scanning.EcrRegistryScanningConfigurationRule{{
			ScanFrequency:    jsii.String(frequency),
			RepositoryFilter: []*scanning.EcrRegistryScanningConfigurationRuleRepositoryFilter{{Filter: jsii.String("*"), FilterType: jsii.String("WILDCARD")}},
		}},
	})
}

// Replicate copies every image that is pushed to another region.
func Replicate(scope constructs.Construct, account, region string, namespaces []string) {
	var filters []*replication.EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter
	for _, namespace := range namespaces {
		filters = append(filters, &replication.EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter{
			Filter: jsii.String(namespace + "/"), FilterType: jsii.String("PREFIX_MATCH")})
	}
	replication.NewEcrReplicationConfiguration(scope, jsii.String("replication"), &replication.EcrReplicationConfigurationConfig{
		ReplicationConfiguration: &replication.EcrReplicationConfigurationReplicationConfiguration{
			Rule: []*replication.EcrReplicationConfigurationReplicationConfigurationRule{{
				Destination:      []*replication.EcrReplicationConfigurationReplicationConfigurationRuleDestination{{Region: jsii.String(region), RegistryId: jsii.String(account)}},
				RepositoryFilter: filters,
			}},
		},
	})
}
