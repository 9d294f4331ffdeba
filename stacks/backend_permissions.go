package stacks

import (
	"strata/constructs/pipeline"
	"strata/constructs/policy"
	"strata/environments"
	"strata/internal/naming"
)

// grants are what planning and deploying every layer above this one takes, by what it works on.
func (b *Backend) grants() map[string]pipeline.Grants {
	env := b.env
	scope := pipeline.Scope{Account: env.Account, Regions: b.regions(), Names: b.names, Boundary: b.boundary.ARN, Emptied: !env.Protected}
	return map[string]pipeline.Grants{
		"state":      {Read: b.readingState(), Write: b.writingState()},
		"foundation": scope.Foundation(),
		"network":    scope.Network(),
		"edge": scope.Edge(pipeline.Edge{
			LoadBalancer: b.names.Of(naming.LoadBalancer), Firewall: b.names.Of(naming.WebACL), Domain: env.Domain.Name, ZoneID: env.Domain.ZoneID,
		}),
		"identity": scope.Identity(b.identity()),
		"secrets":  scope.Secrets(),
		"images": scope.Images(pipeline.Images{
			Namespaces: env.ImageNamespaces(), Templates: templates(env), Registry: env.GuardRails.Owner,
			InDepth: env.GuardRails.Owner && env.GuardRails.Has(environments.Inspector),
		}),
		"account": b.settingTheAccount(),
	}
}

// identity is what roles the layers make, and what they do with them.
func (b *Backend) identity() pipeline.Identity {
	rails := b.env.GuardRails
	i := pipeline.Identity{
		PassedTo:           []string{"ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com"},
		ServiceLinkedOnUse: []string{"elasticloadbalancing.amazonaws.com"},
	}
	for _, name := range rails.CreateServiceLinkedRoles {
		i.ServiceLinked = append(i.ServiceLinked, serviceLinked[name].service)
	}
	for _, name := range b.guardRails() {
		if service := onUse[name]; service != "" {
			i.ServiceLinkedOnUse = append(i.ServiceLinkedOnUse, service)
		}
	}
	if rails.Has(environments.Config) {
		i.PassedTo = append(i.PassedTo, "config.amazonaws.com")
		i.PassedARNs = []string{serviceLinkedARN(b.env.Account, "config")}
	}
	if len(templates(b.env)) > 0 {
		i.PassedTo = append(i.PassedTo, "ecr.amazonaws.com")
		i.ServiceLinkedOnUse = append(i.ServiceLinkedOnUse, "ecr.amazonaws.com")
	}
	if rails.Owner {
		i.ServiceLinkedOnUse = append(i.ServiceLinkedOnUse, "pullthroughcache.ecr.amazonaws.com")
		if b.env.RecoveryRegion != "" {
			i.ServiceLinkedOnUse = append(i.ServiceLinkedOnUse, "replication.ecr.amazonaws.com")
		}
	}
	return i
}

// onUse are the services of guard rails that make their own role when they are first used.
var onUse = map[string]string{
	environments.AccessAnalyzer: "access-analyzer.amazonaws.com",
	environments.GuardDuty:      "guardduty.amazonaws.com",
	environments.Inspector:      "inspector2.amazonaws.com",
	environments.SecurityHub:    "securityhub.amazonaws.com",
}

// readingState is Terraform's state and its locks:
// https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required.
func (b *Backend) readingState() []policy.Statement {
	env := b.env
	bucket := "arn:aws:s3:::" + env.StateBucket()
	objects := bucket + "/" + env.Name + "/*"
	statements := []policy.Statement{
		{Sid: "FindState", Actions: []string{"s3:ListBucket"}, Resources: []string{bucket}},
		{Sid: "ReadState", Actions: []string{"s3:GetObject"}, Resources: []string{objects}},
		{Sid: "SeeLocks", Actions: []string{"dynamodb:GetItem"}, Resources: []string{b.lockTableARN()}},
		{Sid: "LockState", Actions: []string{"dynamodb:DeleteItem", "dynamodb:PutItem"}, Resources: []string{b.lockTableARN()}, Conditions: []policy.Condition{
			lockedBy(env.StateBucket() + "/" + env.Name + "/*.tfstate")}},
		{Sid: "UseTheStatesKey", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []string{*b.stateKey.ARN},
			Conditions: []policy.Condition{policy.When("StringEquals", "kms:ViaService", "s3."+env.Region+".amazonaws.com", "dynamodb."+env.Region+".amazonaws.com")}},
	}
	if env.State.LockFiles {
		statements = append(statements, policy.Statement{Sid: "LockStateByFile", Actions: []string{"s3:DeleteObject", "s3:PutObject"}, Resources: []string{objects + ".tflock"}})
	}
	return statements
}

// writingState is that of all layers but this one, with the digests that stand beside the locks.
func (b *Backend) writingState() []policy.Statement {
	var objects, digests []string
	for _, layer := range layersAbove {
		state := b.env.StateBucket() + "/" + b.env.Name + "/" + layer + "/terraform.tfstate"
		objects, digests = append(objects, "arn:aws:s3:::"+state), append(digests, state+"-md5")
	}
	return []policy.Statement{
		{Sid: "WriteState", Actions: []string{"s3:PutObject"}, Resources: objects},
		{Sid: "WriteDigests", Actions: []string{"dynamodb:PutItem"}, Resources: []string{b.lockTableARN()}, Conditions: []policy.Condition{lockedBy(digests...)}},
	}
}

// lockedBy holds a statement to items of the lock table with these keys:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html.
func lockedBy(ids ...string) policy.Condition {
	return policy.When("ForAllValues:StringLike", "dynamodb:LeadingKeys", ids...)
}

// layersAbove are the layers that a pipeline deploys.
var layersAbove = []string{"compute", "ecr", "monitoring", "networking", "security", "storage"}

func (b *Backend) lockTableARN() string { return b.here("dynamodb", "table/"+b.lockTable()) }
