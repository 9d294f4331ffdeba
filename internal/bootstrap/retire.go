package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

func (r *run) retire(ctx context.Context) error {
	if err := r.unused(ctx); err != nil {
		return err
	}
	if err := r.takeLock(ctx); err != nil {
		return err
	}
	current, err := r.bringHome(ctx)
	if err != nil {
		return err
	}
	if err := r.prepare(ctx, map[string]any{backendFile: localBackend, protectionFile: r.unprotected()}); err != nil {
		return err
	}
	adopted, err := r.adopt(ctx, current)
	if err != nil {
		return err
	}
	if len(current.addresses())+len(adopted) > 0 {
		if err := r.unprotect(ctx, adopted); err != nil {
			return err
		}
		if err := r.destroy(ctx); err != nil {
			return err
		}
	}
	if err := r.gone(ctx); err != nil {
		return err
	}
	r.say.done("%s has no backend any more; its keys are deleted by AWS when their waiting time is over", r.Environment)
	if err := r.lock.release(ctx); err != nil {
		return err
	}
	return r.folder.clear()
}

// unused refuses while anything else needs the bucket or the table.
func (r *run) unused(ctx context.Context) error {
	there, err := r.cloud.hasBucket(ctx, r.Account, r.Region, r.Bucket)
	if err != nil {
		return err
	}
	if there {
		users, err := r.cloud.inUse(ctx, r.Rendering)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return advise(fmt.Errorf("the bucket %s is still needed:\n    %s", r.Bucket, strings.Join(users, "\n    ")),
				"destroy those layers first, from the top down, and take away what is not Terraform's")
		}
	}
	if there, err = r.cloud.hasTable(ctx, r.Region, r.Table); err != nil || !there {
		return err
	}
	locks, err := r.cloud.locks(ctx, r.Rendering, r.lock.state)
	if err != nil {
		return err
	}
	for state, info := range locks {
		return otherLock(info, state)
	}
	r.say.done("nothing else needs the bucket %s", r.Bucket)
	return nil
}

// bringHome copies the state from the bucket, which is about to go, into the work folder.
// From then on that copy is the one that counts, also for a run that goes on.
func (r *run) bringHome(ctx context.Context) (*state, error) {
	text, inBucket, err := r.remoteState(ctx)
	if err != nil {
		return nil, err
	}
	local, err := r.localState()
	if err != nil {
		return nil, err
	}
	if inBucket == nil || local.holds(inBucket) {
		if len(local.addresses()) > 0 {
			r.say.done("going on with the local state of an earlier run: %d resources", len(local.addresses()))
		}
		return local, nil
	}
	if local.Lineage != "" && !inBucket.holds(local) {
		if err := r.putAside("is not the one in the bucket"); err != nil {
			return nil, err
		}
	}
	if err := r.folder.write(stateFile, text); err != nil {
		return nil, err
	}
	r.say.done("copied the state from s3://%s/%s: %d resources", r.Bucket, r.Key, len(inBucket.addresses()))
	return inBucket, nil
}

// unprotected overrides what keeps the layer from being destroyed.
func (r *run) unprotected() object {
	resources := map[string]map[string]object{}
	for _, resource := range r.Named {
		override := object{"lifecycle": object{"prevent_destroy": false}}
		switch resource.Type {
		case "aws_s3_bucket":
			override["force_destroy"] = true
		case "aws_dynamodb_table":
			override["deletion_protection_enabled"] = false
		case "aws_kms_key":
		default:
			continue
		}
		kind, id, _ := strings.Cut(resource.Address, ".")
		if resources[kind] == nil {
			resources[kind] = map[string]object{}
		}
		resources[kind][id] = override
	}
	return object{"resource": resources}
}

// unprotect applies the overrides to what is there, and to nothing else: what an earlier run
// has destroyed already must not be made again, even if a killed Terraform hasn't noted it.
func (r *run) unprotect(ctx context.Context, adopted []string) error {
	var targets []string
	for _, resource := range r.Named {
		there := slices.Contains(adopted, resource.Address)
		if !there && (resource.Type == "aws_s3_bucket" || resource.Type == "aws_dynamodb_table") {
			id, err := r.cloud.find(ctx, r.Account, resource)
			if err != nil {
				return err
			}
			there = id != ""
		}
		if there {
			targets = append(targets, "-target="+resource.Address)
		}
	}
	if len(targets) == 0 {
		return nil
	}
	p, err := r.terraform.plan(ctx, targets...)
	if err != nil || p.empty() {
		return err
	}
	if err := r.terraform.applyQuietly(ctx); err != nil {
		return err
	}
	r.say.done("lifted the protection")
	return r.folder.remove(importsFile)
}

func (r *run) destroy(ctx context.Context) error {
	p, err := r.terraform.plan(ctx, "-destroy")
	if err != nil || p.empty() {
		return err
	}
	r.say.next("destroying:")
	p.show(r.say)
	if err := r.terraform.apply(ctx); err != nil {
		return err
	}
	r.say.done("destroyed: %s", p.summary())
	return nil
}

// gone makes sure that nothing is left to be found.
func (r *run) gone(ctx context.Context) error {
	var left []string
	for _, resource := range r.Named {
		id, err := r.cloud.find(ctx, r.Account, resource)
		if err != nil {
			return err
		}
		if id != "" {
			left = append(left, resource.Address+" ("+id+")")
		}
	}
	if len(left) > 0 {
		return advise(errors.New("still there: "+strings.Join(left, ", ")), "run it again")
	}
	return nil
}
