package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Options of a run.
type Options struct {
	// Environment whose backend layer is meant.
	Environment string
	// Out is the folder that the app renders into, and Work the one that Terraform works in,
	// a folder of its own for each environment.
	Out, Work string
	// Unlock is the id of somebody's lock that may be broken.
	Unlock string
	// Confirm asks whether to go on with a plan. Default: nobody can be asked.
	Confirm func(question string) (bool, error)
	// Yes goes on without asking.
	Yes bool
	// Say gets a line for each step, and Stdout what Terraform says of an apply.
	Say    io.Writer
	Stdout *os.File
	// Color lets Terraform use colors.
	Color bool
}

// run is one run over an environment.
type run struct {
	opts Options
	*Rendering
	cloud     *cloud
	terraform *terraform
	version   string
	folder    *folder
	lock      *lock
	say       report
}

// Make makes the backend layer and moves its state into the bucket.
func Make(ctx context.Context, o Options) error { return start(ctx, o, (*run).make) }

// Retire takes the backend layer away.
func Retire(ctx context.Context, o Options) error { return start(ctx, o, (*run).retire) }

// start checks everything that can be checked before anything is touched, and gives the
// lock back however the work ends.
func start(ctx context.Context, o Options, work func(*run, context.Context) error) (failed error) {
	r := &run{opts: o, say: report{o.Say}}
	var err error
	if r.Rendering, err = Read(o.Out, o.Environment); err != nil {
		return err
	}
	if r.terraform, r.version, err = newTerraform(ctx, r.TerraformVersion); err != nil {
		return err
	}
	if r.cloud, err = newCloud(ctx, r.Region); err != nil {
		return err
	}
	if err := r.cloud.checkAccount(ctx, r.Rendering); err != nil {
		return err
	}
	r.say.done("account %s is the one that %s lives in; Terraform %s", r.Account, r.Environment, r.version)

	if r.folder, err = openFolder(ctx, filepath.Join(o.Work, r.Environment), r.say); err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, r.folder.close()) }()
	r.terraform.folder, r.terraform.out, r.terraform.color = r.folder, o.Stdout, o.Color
	r.lock = &lock{
		items: r.cloud.tables(r.Region), table: r.Table, state: r.Bucket + "/" + r.Key, note: r.folder, say: r.say,
	}
	defer func() {
		// Also when the run was told to stop.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		failed = errors.Join(failed, r.lock.release(ctx))
	}()
	return work(r, ctx)
}

// takeLock locks the state as soon as there is a table to lock it in.
func (r *run) takeLock(ctx context.Context) error {
	if r.lock.held != nil {
		return nil
	}
	there, err := r.cloud.hasTable(ctx, r.Region, r.Table)
	if err != nil || !there {
		return err
	}
	if err := r.lock.take(ctx, r.version, r.opts.Unlock); err != nil {
		return err
	}
	r.say.done("locked the state %s", r.lock.state)
	return nil
}

// remoteState reads the state in the bucket; its text is nil when there is none.
func (r *run) remoteState(ctx context.Context) ([]byte, *state, error) {
	there, err := r.cloud.hasBucket(ctx, r.Account, r.Region, r.Bucket)
	if err != nil || !there {
		return nil, nil, err
	}
	text, err := r.cloud.object(ctx, r.Rendering, r.Key)
	if err != nil || text == nil {
		return nil, nil, err
	}
	s, err := readState(text)
	if err != nil {
		return nil, nil, advise(fmt.Errorf("s3://%s/%s: %w", r.Bucket, r.Key, err), "bring back an older version of the object; the bucket keeps them")
	}
	return text, s, nil
}

// localState reads the state in the work folder. One that a killed Terraform has written
// half is put aside: all that it says is found again in AWS.
func (r *run) localState() (*state, error) {
	text, err := r.folder.read(stateFile)
	if err != nil {
		return nil, err
	}
	s, err := readState(text)
	if err != nil {
		return &state{}, r.putAside("is " + err.Error())
	}
	return s, nil
}

func (r *run) putAside(why string) error {
	aside, err := r.folder.setAside(stateFile)
	if err != nil {
		return err
	}
	r.say.note("put the state in the work folder aside, which %s: %s", why, aside)
	return nil
}

// prepare writes the stack into the work folder, with the overrides given, and initialises it.
func (r *run) prepare(ctx context.Context, overrides map[string]any) error {
	if err := r.folder.remove(backendFile, protectionFile, importsFile, planFile); err != nil {
		return err
	}
	if err := r.folder.write(stackFile, r.Text); err != nil {
		return err
	}
	for name, override := range overrides {
		if err := r.folder.writeJSON(name, override); err != nil {
			return err
		}
	}
	return r.terraform.init(ctx)
}

// object is a piece of Terraform in JSON.
type object = map[string]any

// localBackend keeps the state in the work folder.
var localBackend = object{"terraform": object{"backend": object{"local": object{"path": stateFile}}}}

// adopt makes Terraform import what is there under its name and not in the state, and
// returns the addresses of that.
func (r *run) adopt(ctx context.Context, s *state) ([]string, error) {
	// Terraform would destroy and make anew what it was interrupted at, which the protection
	// refuses. All of it can be brought to its end instead.
	for _, address := range s.tainted() {
		if err := r.terraform.untaint(ctx, address); err != nil {
			return nil, err
		}
		r.say.note("%s was not made to its end; going on with it", address)
	}
	var imports []object
	var adopted []string
	for _, resource := range r.Named {
		if s.has(resource.Address) {
			continue
		}
		id, err := r.cloud.find(ctx, r.Account, resource)
		if err != nil {
			return nil, err
		}
		if id != "" {
			imports, adopted = append(imports, object{"to": resource.Address, "id": id}), append(adopted, resource.Address)
			r.say.note("%s is there (%s) and not in the state; adopting it", resource.Address, id)
		}
	}
	if len(imports) == 0 {
		return nil, nil
	}
	return adopted, r.folder.writeJSON(importsFile, object{"import": imports})
}

// agree asks whether to go on with a plan. Where nobody can be asked, what destroys nothing
// goes on.
func (r *run) agree(p *plan) error {
	switch {
	case r.opts.Yes:
		return nil
	case r.opts.Confirm != nil:
		yes, err := r.opts.Confirm(fmt.Sprintf("Do this in the account %s?", r.Account))
		if err == nil && !yes {
			err = errors.New("nothing was changed, as you wished")
		}
		return err
	case p.destroys():
		return advise(errors.New("the plan destroys something, and there is nobody to ask"), "read the plan above, and run it again with -yes")
	}
	return nil
}
