package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/bucket"
	"strata/constructs/key"
	"strata/constructs/locktable"
	"strata/environments"
	"strata/internal/naming"
	"strata/internal/outputs"
)

// Backend is where Terraform keeps the state of every layer, this one's included:
// `make bootstrap` makes it from nothing and moves its own state in.
type Backend struct {
	*layer
	StateBucket    outputs.String
	StateBucketARN outputs.String
	StateKeyARN    outputs.String
	LockTable      outputs.String
	LockTableARN   outputs.String
}

func newBackend(app cdktf.App, env *environments.Environment) *Backend {
	l := newLayer(app, env, "backend")
	b := &Backend{layer: l}

	stateKey := key.New(l.stack, "state_key", key.Props{
		Alias: l.stateKey(), Description: "Terraform state and its locks",
		Account: env.Account, Region: env.Region, Through: []string{"s3", "dynamodb"}, Protected: true,
	})
	state := bucket.New(l.stack, "state", bucket.Props{
		Name: env.StateBucket(), Key: stateKey, NoncurrentDays: env.State.NoncurrentDays, Protected: true,
	})
	locks := locktable.New(l.stack, "locks", locktable.Props{Name: l.lockTable(), Key: stateKey})
	if env.RecoveryRegion != "" {
		b.replicate(state)
	}

	b.StateBucket = l.out.String("state_bucket", "Bucket that holds the state of every layer", state.ID)
	b.StateBucketARN = l.out.String("state_bucket_arn", "ARN of the state bucket", &state.ARN)
	b.StateKeyARN = l.out.String("state_key_arn", "Key that encrypts the state and its locks", stateKey.ARN)
	b.LockTable = l.out.String("lock_table", "Table in which the state is locked", locks.Name)
	b.LockTableARN = l.out.String("lock_table_arn", "ARN of the lock table", locks.ARN)
	return b
}

// replicate keeps a copy of the state in the recovery region.
func (b *Backend) replicate(state *bucket.Bucket) {
	replicaKey := key.New(b.stack, "state_replica_key", key.Props{
		Alias: b.stateKey() + "-replica", Description: "Copy of the Terraform state in the recovery region",
		Account: b.env.Account, Region: b.env.RecoveryRegion, Through: []string{"s3"}, Protected: true, Provider: b.recovery,
	})
	replica := bucket.New(b.stack, "state_replica", bucket.Props{
		Name: naming.Bucket.Name(b.env.StateBucket() + "-replica"), Key: replicaKey,
		NoncurrentDays: b.env.State.NoncurrentDays, Protected: true, Provider: b.recovery,
	})
	state.Replicate(bucket.Replica{
		To: replica, Role: b.names.Of(naming.Role, "tfstate-replication"),
		Account: b.env.Account, Region: b.env.Region, ToRegion: b.env.RecoveryRegion,
	})
}
