package stacks

import (
	"strata/constructs/bucket"
	"strata/constructs/key"
	"strata/constructs/locktable"
	"strata/internal/naming"
	"strata/internal/outputs"
)

// Backend is where Terraform keeps the state of every layer, this one's included:
// `make bootstrap` makes it from nothing and moves its own state in.
type Backend struct {
	*layer
	stateKey *key.Key
	// stateKeys and stateBuckets are the ARNs of all that hold state, the copies' too.
	stateKeys, stateBuckets []string

	StateBucket    outputs.String
	StateBucketARN outputs.String
	StateKeyARN    outputs.String
	LockTable      outputs.String
	LockTableARN   outputs.String
}

func (e *environment) newBackend() *Backend {
	l, env := e.newLayer("backend"), e.Environment
	b := &Backend{layer: l}

	b.stateKey = key.New(l.stack, "state_key", key.Props{
		Alias: l.stateAlias(), Description: "Terraform state and its locks",
		Account: env.Account, Region: env.Region, Through: []string{"s3", "dynamodb"}, Protected: true,
	})
	state := bucket.New(l.stack, "state", bucket.Props{
		Name: env.StateBucket(), Key: b.stateKey, NoncurrentDays: env.State.NoncurrentDays, Protected: true,
	})
	locks := locktable.New(l.stack, "locks", locktable.Props{Name: l.lockTable(), Key: b.stateKey})
	b.stateKeys, b.stateBuckets = []string{*b.stateKey.ARN}, []string{state.ARN}
	if env.RecoveryRegion != "" {
		b.replicate(state)
	}
	b.addPipeline()

	b.StateBucket = l.out.String("state_bucket", "Bucket that holds the state of every layer", state.ID)
	b.StateBucketARN = l.out.String("state_bucket_arn", "ARN of the state bucket", &state.ARN)
	b.StateKeyARN = l.out.String("state_key_arn", "Key that encrypts the state and its locks", b.stateKey.ARN)
	b.LockTable = l.out.String("lock_table", "Table in which the state is locked", locks.Name)
	b.LockTableARN = l.out.String("lock_table_arn", "ARN of the lock table", locks.ARN)
	return b
}

// replicate keeps a copy of the state in the recovery region.
func (b *Backend) replicate(state *bucket.Bucket) {
	replicaKey := key.New(b.stack, "state_replica_key", key.Props{
		Alias: b.stateAlias() + "-replica", Description: "Copy of the Terraform state in the recovery region",
		Account: b.env.Account, Region: b.env.RecoveryRegion, Through: []string{"s3"}, Protected: true, Provider: b.recovery,
	})
	replica := bucket.New(b.stack, "state_replica", bucket.Props{
		Name: naming.Bucket.Name(b.env.StateBucket() + "-replica"), Key: replicaKey,
		NoncurrentDays: b.env.State.NoncurrentDays, Protected: true, Provider: b.recovery,
	})
	b.stateKeys, b.stateBuckets = append(b.stateKeys, *replicaKey.ARN), append(b.stateBuckets, replica.ARN)
	state.Replicate(bucket.Replica{
		To: replica, Role: b.replicationRole(), Boundary: b.boundary,
		Account: b.env.Account, Region: b.env.Region, ToRegion: b.env.RecoveryRegion,
	})
}

func (b *Backend) replicationRole() string { return b.names.Of(naming.Role, "tfstate-replication") }
