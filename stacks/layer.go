package stacks

import (
	"maps"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/key"
	"strata/constructs/role"
	"strata/environments"
	"strata/internal/naming"
	"strata/internal/outputs"
)

// What the rendered Terraform asks for. The provider is pinned exactly, so that a plan of the
// same commit is the same plan.
const (
	TerraformVersion   = ">= 1.11.0"
	AWSProviderVersion = "5.100.0"
)

// layer is what every stack has from here: where its state is kept, the providers, the names.
type layer struct {
	stack cdktf.TerraformStack // a field: the framework takes an embedded one for a subclass
	env   *environments.Environment
	names naming.Names
	out   *outputs.Producer
	// boundary is what no role of the environment goes beyond; the backend layer makes it.
	boundary *role.Boundary
	// tags are those of everything in the stack; the provider sees to them, but for what AWS's
	// own services make.
	tags map[string]*string
	// recovery is the provider of the recovery region; nil where the environment has none.
	recovery cdktf.TerraformProvider
}

// newLayer makes the stack <environment>-<name>.
func (e *environment) newLayer(name string) *layer {
	env := e.Environment
	l := &layer{
		stack:    cdktf.NewTerraformStack(e.app, jsii.String(env.Name+"-"+name)),
		env:      env,
		names:    e.names,
		boundary: e.boundary,
	}
	l.stack.AddOverride(jsii.String("terraform.required_version"), jsii.String(TerraformVersion))
	l.stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), jsii.String(AWSProviderVersion))
	l.keepState(name)
	l.addProviders(name)
	return l
}

// keepState puts the stack's state into the environment's bucket. Bucket, key and table are
// named, not referred to: Terraform reads this before anything else.
func (l *layer) keepState(name string) {
	state := cdktf.DataTerraformRemoteStateS3Config{
		Bucket:  jsii.String(l.env.StateBucket()),
		Key:     jsii.String(l.env.Name + "/" + name + "/terraform.tfstate"),
		Region:  jsii.String(l.env.Region),
		Encrypt: jsii.Bool(true),
	}
	backend := cdktf.NewS3Backend(l.stack, &cdktf.S3BackendConfig{
		Bucket: state.Bucket, Key: state.Key, Region: state.Region, Encrypt: state.Encrypt,
		KmsKeyId:          jsii.String(key.AliasARN(l.env.Region, l.env.Account, l.stateAlias())),
		DynamodbTable:     jsii.String(l.lockTable()),
		AllowedAccountIds: jsii.Strings(l.env.Account),
	})
	if l.env.State.LockFiles {
		backend.AddOverride(jsii.String("use_lockfile"), jsii.Bool(true)) // no binding for it
	}
	l.out = &outputs.Producer{Layer: name, Stack: l.stack, State: state}
}

func (l *layer) stateAlias() string { return l.names.Of(naming.Alias, "tfstate") }
func (l *layer) lockTable() string  { return l.names.Of(naming.Table, "tflock") }

func (l *layer) addProviders(name string) {
	l.tags = map[string]*string{
		"Project":     jsii.String(l.env.Project),
		"Environment": jsii.String(l.env.Name),
		"Layer":       jsii.String(name),
		"Owner":       jsii.String(l.env.Owner),
		"CostCenter":  jsii.String(l.env.CostCenter),
		"ManagedBy":   jsii.String("terraform"),
	}
	add := func(id, region string, alias *string) cdktf.TerraformProvider {
		copied := maps.Clone(l.tags)
		return provider.NewAwsProvider(l.stack, jsii.String(id), &provider.AwsProviderConfig{
			Region: jsii.String(region), Alias: alias,
			AllowedAccountIds: jsii.Strings(l.env.Account),
			DefaultTags:       []*provider.AwsProviderDefaultTags{{Tags: &copied}},
		})
	}
	add("aws", l.env.Region, nil)
	if l.env.RecoveryRegion != "" {
		l.recovery = add("aws_recovery", l.env.RecoveryRegion, jsii.String("recovery"))
	}
}
