package bootstrap

import (
	"context"
	"errors"
	"fmt"
)

func (r *run) make(ctx context.Context) error {
	if err := r.takeLock(ctx); err != nil {
		return err
	}
	current, remote, err := r.locate(ctx)
	if err != nil {
		return err
	}
	overrides := map[string]any{}
	if !remote {
		overrides[backendFile] = localBackend
	}
	if err := r.prepare(ctx, overrides); err != nil {
		return err
	}
	if _, err := r.adopt(ctx, current); err != nil {
		return err
	}
	changed, err := r.converge(ctx)
	if err != nil {
		return err
	}
	if !remote {
		if err := r.moveState(ctx); err != nil {
			return err
		}
	}
	if changed || !remote {
		if err := r.verify(ctx); err != nil {
			return err
		}
	}
	r.say.done("nothing to change: %s is ready", r.Bucket)
	if err := r.lock.release(ctx); err != nil {
		return err
	}
	return r.folder.clear()
}

// locate finds the state: in the bucket, once it has been moved there, and else in the work
// folder, where it may be yet to come.
func (r *run) locate(ctx context.Context) (current *state, remote bool, err error) {
	text, inBucket, err := r.remoteState(ctx)
	if err != nil {
		return nil, false, err
	}
	if r.lock.held != nil {
		if err := r.lock.mendDigest(ctx, text); err != nil {
			return nil, false, err
		}
	}
	local, err := r.localState()
	if err != nil {
		return nil, false, err
	}
	if inBucket == nil {
		if len(local.addresses()) == 0 {
			r.say.done("no state in s3://%s/%s yet: making the backend with a local one", r.Bucket, r.Key)
		} else {
			r.say.done("going on with the local state of an earlier run: %d resources", len(local.addresses()))
		}
		return local, false, nil
	}
	r.say.done("the state is in s3://%s/%s: %d resources", r.Bucket, r.Key, len(inBucket.addresses()))
	switch {
	case local.Lineage == "":
	case inBucket.holds(local):
		r.say.done("an earlier run had moved it there, and only left its local copy")
		err = r.folder.remove(stateFile, stateFile+".backup")
	default:
		err = r.putAside("is not the one in the bucket")
	}
	return inBucket, true, err
}

// converge applies what the plan says, if anything.
func (r *run) converge(ctx context.Context) (changed bool, err error) {
	p, err := r.terraform.plan(ctx)
	if err != nil {
		return false, err
	}
	if p.empty() {
		return false, nil
	}
	r.say.next("Terraform will, in the account %s:", r.Account)
	p.show(r.say)
	if err := r.agree(p); err != nil {
		return false, err
	}
	if err := r.terraform.apply(ctx); err != nil {
		return false, err
	}
	r.say.done("applied: %s", p.summary())
	return true, r.folder.remove(importsFile, planFile)
}

// moveState sends the local state to the bucket, and forgets it once it has arrived. It is
// pushed and not migrated by `terraform init`, so that at each moment one of the two copies
// is whole and nothing but the files says how far it has come.
func (r *run) moveState(ctx context.Context) error {
	if err := r.takeLock(ctx); err != nil {
		return err
	}
	local, err := r.localState()
	if err != nil {
		return err
	}
	text, inBucket, err := r.remoteState(ctx)
	if err != nil {
		return err
	}
	if inBucket != nil {
		return advise(errors.New("somebody else has bootstrapped the environment meanwhile"), "run it again: it will go on with the state in the bucket")
	}
	if err := r.lock.mendDigest(ctx, text); err != nil {
		return err
	}
	if err := r.prepare(ctx, nil); err != nil {
		return err
	}
	if err := r.terraform.push(ctx); err != nil {
		return err
	}
	_, inBucket, err = r.remoteState(ctx)
	if err != nil {
		return err
	}
	if inBucket == nil || !inBucket.says(local) {
		return fmt.Errorf("s3://%s/%s is not the state that was sent there; the local one is kept in %s", r.Bucket, r.Key, r.folder.path)
	}
	r.say.done("moved the state to s3://%s/%s: %d resources", r.Bucket, r.Key, len(inBucket.addresses()))
	return r.folder.remove(stateFile, stateFile+".backup")
}

// verify asks Terraform, with the state in the bucket, whether anything is left to do.
func (r *run) verify(ctx context.Context) error {
	p, err := r.terraform.plan(ctx)
	if err != nil {
		return err
	}
	if !p.empty() {
		p.show(r.say)
		return advise(errors.New("right after the apply Terraform wants to change something again"), "run it again; if it stays, it is a fault of the stack")
	}
	return nil
}
