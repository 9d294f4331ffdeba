package stacks

import (
	"github.com/aws/jsii-runtime-go"

	"strata/constructs/policy"
	"strata/constructs/registry"
	"strata/constructs/repository"
	"strata/environments"
	"strata/internal/naming"
	"strata/internal/outputs"
)

// publicImages is what the names of images from the public registry begin with in ours.
const publicImages = "ecr-public"

// ECR is where the images of the services are kept.
type ECR struct {
	*layer
	// Of each service, by its name.
	RepositoryURLs, RepositoryARNs outputs.Map
	// PublicImages is what stands before the name of an image of the public registry, to pull it
	// through the account's.
	PublicImages outputs.String
}

func (e *environment) newECR(backend *Backend, security *Security) *ECR {
	r, env := &ECR{layer: e.newLayer("ecr")}, e.Environment
	r.stack.AddDependency(backend.stack) // its policies name the role that pushes
	urls, arns := map[string]*string{}, map[string]*string{}
	for _, name := range r.services() {
		made := repository.New(r.stack, name+"_repository", repository.Props{
			Name: env.ImageRepository(name), Service: name, Account: env.Account, KeyARN: security.ImagesKeyARN.In(r.stack),
			Keep:    r.keep(),
			Pullers: []string{*security.ExecutionRoleARNs.In(r.stack, name)}, Pushers: r.pushers(), Emptied: !env.Protected,
		})
		urls[name], arns[name] = made.URL, made.ARN
	}
	r.addRegistry(security)
	r.RepositoryURLs = r.out.Map("repository_urls", "Address of each service's image repository", &urls)
	r.RepositoryARNs = r.out.Map("repository_arns", "Image repository of each service", &arns)
	address := env.Account + ".dkr.ecr." + env.Region + ".amazonaws.com/" + publicImages
	r.PublicImages = r.out.String("public_images", "What stands before the name of an image of public.ecr.aws, to pull it through the account's registry", &address)
	return r
}

// addRegistry makes what holds for the whole registry, where this environment owns it, and how
// repositories come to be that nobody makes by hand.
func (r *ECR) addRegistry(security *Security) {
	env := r.env
	if len(templates(env)) == 0 {
		return
	}
	made := registry.NewRole(r.stack, registry.RoleProps{
		Name: r.names.Of(naming.Role, "image-copies"), Account: env.Account, Boundary: r.boundary, Regions: r.regions(), Namespaces: append(env.ImageNamespaces(), publicImages),
		KeyARNs: r.imageKeys(security),
	})
	if env.RecoveryRegion != "" {
		closed := policy.Document(r.stack, "copies_policy", repository.WithinAccount(env.Account))
		for _, namespace := range env.ImageNamespaces() {
			registry.Template(r.stack, registry.TemplateProps{
				Namespace: namespace, For: "REPLICATION", Description: "Copies of images in the recovery region", RoleARN: made.ARN,
				KeyARN: security.RecoveryImagesKeyARN.In(r.stack), Provider: r.recovery, Tags: r.tags,
				Lifecycle: jsii.String(r.keep().Policy()), Policy: closed,
			})
		}
	}
	if !env.GuardRails.Owner {
		return
	}
	registry.Template(r.stack, registry.TemplateProps{
		Namespace: publicImages, For: "PULL_THROUGH_CACHE", Description: "Images of the public registry", RoleARN: made.ARN,
		KeyARN: security.ImagesKeyARN.In(r.stack), Mutable: true, Tags: r.tags,
		Lifecycle: jsii.String(repository.KeepFor(env.Registry.BuildDays)), Policy: policy.Document(r.stack, "public_images_policy", repository.WithinAccount(env.Account)),
	})
	registry.CachePublicImages(r.stack, publicImages)
	registry.Scan(r.stack, env.GuardRails.Has(environments.Inspector))
	if env.RecoveryRegion != "" {
		registry.Replicate(r.stack, env.Account, env.RecoveryRegion, env.CopiedNamespaces)
	}
}

// templates are the namespaces of repositories that nobody makes by hand, by region.
func templates(env *environments.Environment) map[string][]string {
	of := map[string][]string{}
	if env.GuardRails.Owner {
		of[env.Region] = []string{publicImages}
	}
	if env.RecoveryRegion != "" {
		of[env.RecoveryRegion] = env.ImageNamespaces()
	}
	return of
}

func (r *ECR) keep() repository.Keep {
	keep := r.env.Registry
	return repository.Keep{Releases: keep.KeepReleases, BuildDays: keep.BuildDays, UntaggedDays: keep.UntaggedDays}
}

// pushers are the roles that push images; none without a pipeline.
func (r *ECR) pushers() []string {
	if r.env.CI.Repository == "" {
		return nil
	}
	return []string{r.pipelineRoleARN("push")}
}

func (r *ECR) imageKeys(security *Security) []string {
	keys := []string{*security.ImagesKeyARN.In(r.stack)}
	if r.env.RecoveryRegion != "" {
		keys = append(keys, *security.RecoveryImagesKeyARN.In(r.stack))
	}
	return keys
}
