//go:build e2e

package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"strata/e2e/harness"
	"strata/environments"
)

// publicRegistry is where images come from that aren't the product's own.
const publicRegistry = "public.ecr.aws"

// readRegistry checks that images are kept as the environment's file asks for.
func readRegistry(t *testing.T, env *harness.Environment) {
	t.Helper()
	for service := range env.Services {
		checkRepository(t, env, service)
	}
	if env.RecoveryRegion != "" {
		for _, namespace := range env.ImageNamespaces() {
			checkTemplate(t, env, env.RecoveryRegion, namespace, ecrtypes.RCTAppliedForReplication)
		}
	}
	if env.GuardRails.Owner {
		checkAccountsRegistry(t, env)
	}
	readState(t, env, "ecr")
}

func checkRepository(t *testing.T, env *harness.Environment, service string) {
	t.Helper()
	ctx, name := t.Context(), env.ImageRepository(service)
	found, err := env.AWS.ECR.DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RepositoryNames: []string{name}})
	mustRead(t, err)
	repository := found.Repositories[0]
	holds(t, repository.ImageTagMutability == ecrtypes.ImageTagMutabilityImmutable, "a tag in "+name+" stays with its image", repository.ImageTagMutability)
	holds(t, repository.ImageScanningConfiguration.ScanOnPush, "images are scanned when they are pushed to "+name, repository.ImageScanningConfiguration)
	checkImagesKey(t, env, env.Region, name, repository.EncryptionConfiguration.EncryptionType, repository.EncryptionConfiguration.KmsKey)

	lifecycle, err := env.AWS.ECR.GetLifecyclePolicy(ctx, &ecr.GetLifecyclePolicyInput{RepositoryName: &name})
	mustRead(t, err)
	checkLifecycle(t, env, name, aws.ToString(lifecycle.LifecyclePolicyText))

	policy, err := env.AWS.ECR.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: &name})
	mustRead(t, err)
	its := harness.ReadPolicy(t, aws.ToString(policy.PolicyText))
	refusesOtherAccounts(t, env, its, name, "ecr")
	role := "arn:aws:iam::" + env.Account + ":role/" + named(env, "")
	pull, push := []string{role + service + "-execution"}, []string{}
	if env.CI.Repository != "" {
		pull, push = append(pull, role+"push"), append(push, role+"push")
	}
	for action, roles := range map[string][]string{"ecr:BatchGetImage": pull, "ecr:GetDownloadUrlForLayer": pull, "ecr:PutImage": push, "ecr:BatchDeleteImage": {}} {
		holds(t, sameInAnyOrder(allowed(its, action), roles), fmt.Sprintf("%s on %s is for %v alone", action, name, roles), its)
	}
}

// checkImagesKey checks that images are encrypted with the platform's key for them in the region.
func checkImagesKey(t *testing.T, env *harness.Environment, region, what string, kind ecrtypes.EncryptionType, key *string) {
	t.Helper()
	want := platformKey(t, env, region, "images")
	holds(t, kind == ecrtypes.EncryptionTypeKms && aws.ToString(key) == want, what+" is encrypted with the platform's key for images, "+want, aws.ToString(key))
}

// platformKey is the ARN of the platform's key for a purpose.
func platformKey(t *testing.T, env *harness.Environment, region, purpose string) string {
	t.Helper()
	alias := "alias/" + named(env, purpose)
	key, err := env.AWS.KMS.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &alias}, func(o *kms.Options) { o.Region = region })
	mustRead(t, err)
	return aws.ToString(key.KeyMetadata.Arn)
}

type lifecycleRule struct {
	RulePriority int
	Selection    struct {
		TagStatus, CountType, CountUnit string
		CountNumber                     int
		TagPrefixList                   []string
	}
	Action struct{ Type string }
}

// checkLifecycle: released images stay until there are enough newer ones, others for some days.
// The rule with the lowest number comes first, so that no other can take a released image.
func checkLifecycle(t *testing.T, env *harness.Environment, name, text string) {
	t.Helper()
	var policy struct{ Rules []lifecycleRule }
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		t.Fatalf("the lifecycle policy of %s: %v\n%s", name, err, text)
	}
	slices.SortFunc(policy.Rules, func(a, b lifecycleRule) int { return cmp.Compare(a.RulePriority, b.RulePriority) })
	keep := env.Registry
	var got []string
	for _, rule := range policy.Rules {
		s := rule.Selection
		got = append(got, fmt.Sprint(rule.Action.Type, " ", s.TagStatus, s.TagPrefixList, " ", s.CountType, " ", s.CountNumber, s.CountUnit))
	}
	want := []string{
		fmt.Sprintf("expire tagged[release-] imageCountMoreThan %d", keep.KeepReleases),
		fmt.Sprintf("expire untagged[] sinceImagePushed %ddays", keep.UntaggedDays),
		fmt.Sprintf("expire any[] sinceImagePushed %ddays", keep.BuildDays),
	}
	holds(t, slices.Equal(got, want), fmt.Sprintf("images in %s go in this order: %q", name, want), got)
}

// checkTemplate: a repository that AWS makes by itself is as ours are.
func checkTemplate(t *testing.T, env *harness.Environment, region, namespace string, made ecrtypes.RCTAppliedFor) {
	t.Helper()
	in := func(o *ecr.Options) { o.Region = region }
	found, err := env.AWS.ECR.DescribeRepositoryCreationTemplates(t.Context(), &ecr.DescribeRepositoryCreationTemplatesInput{Prefixes: []string{namespace}}, in)
	mustRead(t, err)
	if len(found.RepositoryCreationTemplates) != 1 {
		t.Fatalf("%s has %d templates for %s/*, want one", region, len(found.RepositoryCreationTemplates), namespace)
	}
	template, what := found.RepositoryCreationTemplates[0], namespace+"/* in "+region
	holds(t, slices.Contains(template.AppliedFor, made), fmt.Sprintf("repositories %s are made for %s", what, made), template.AppliedFor)
	checkImagesKey(t, env, region, what, template.EncryptionConfiguration.EncryptionType, template.EncryptionConfiguration.KmsKey)
	holds(t, aws.ToString(template.CustomRoleArn) != "", "a role makes "+what+", as a key and tags require", template)
	refusesOtherAccounts(t, env, harness.ReadPolicy(t, aws.ToString(template.RepositoryPolicy)), what, "ecr")
	if made == ecrtypes.RCTAppliedForReplication {
		holds(t, template.ImageTagMutability == ecrtypes.ImageTagMutabilityImmutable, "a tag in "+what+" stays with its image", template.ImageTagMutability)
		checkLifecycle(t, env, what, aws.ToString(template.LifecyclePolicy))
	}
}

// checkAccountsRegistry: what holds for the whole registry, where this environment owns it.
func checkAccountsRegistry(t *testing.T, env *harness.Environment) {
	t.Helper()
	ctx := t.Context()
	caches, err := env.AWS.ECR.DescribePullThroughCacheRules(ctx, nil)
	mustRead(t, err)
	if len(caches.PullThroughCacheRules) != 1 {
		t.Fatalf("the registry pulls images through from %d others, want %s alone", len(caches.PullThroughCacheRules), publicRegistry)
	}
	cache := caches.PullThroughCacheRules[0]
	holds(t, aws.ToString(cache.UpstreamRegistryUrl) == publicRegistry, "public images come from "+publicRegistry, cache)
	checkTemplate(t, env, env.Region, aws.ToString(cache.EcrRepositoryPrefix), ecrtypes.RCTAppliedForPullThroughCache)

	scanning, err := env.AWS.ECR.GetRegistryScanningConfiguration(ctx, nil)
	mustRead(t, err)
	kind, frequency := ecrtypes.ScanTypeBasic, ecrtypes.ScanFrequencyScanOnPush
	if env.GuardRails.Has(environments.Inspector) {
		kind, frequency = ecrtypes.ScanTypeEnhanced, ecrtypes.ScanFrequencyContinuousScan
	}
	rules := scanning.ScanningConfiguration.Rules
	ok := scanning.ScanningConfiguration.ScanType == kind && len(rules) == 1 && rules[0].ScanFrequency == frequency &&
		len(rules[0].RepositoryFilters) == 1 && aws.ToString(rules[0].RepositoryFilters[0].Filter) == "*"
	holds(t, ok, fmt.Sprintf("all images are scanned: %s, %s", kind, frequency), scanning.ScanningConfiguration)

	registry, err := env.AWS.ECR.DescribeRegistry(ctx, nil)
	mustRead(t, err)
	var got, want []string
	for _, rule := range registry.ReplicationConfiguration.Rules {
		for _, to := range rule.Destinations {
			for _, filter := range rule.RepositoryFilters {
				got = append(got, fmt.Sprint(aws.ToString(filter.Filter), " to ", aws.ToString(to.Region), " of ", aws.ToString(to.RegistryId)))
			}
		}
	}
	for _, namespace := range env.CopiedNamespaces {
		want = append(want, namespace+"/ to "+env.RecoveryRegion+" of "+env.Account)
	}
	slices.Sort(got)
	slices.Sort(want)
	holds(t, slices.Equal(got, want), fmt.Sprintf("images are copied: %q", want), got)
}
