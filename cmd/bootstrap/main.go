// Command bootstrap makes the backend layer of an environment, where Terraform keeps its
// state, from an empty account; with -teardown it takes it away.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"

	"strata/internal/bootstrap"
)

func main() {
	os.Exit(run())
}

func run() int {
	var (
		o        = bootstrap.Options{Say: os.Stdout, Stdout: os.Stdout}
		teardown = flag.Bool("teardown", false, "take the backend layer away instead of making it")
		confirm  = flag.String("confirm", "", "the environment's name once more, which a teardown wants")
	)
	flag.StringVar(&o.Environment, "environment", "", "environment to work on, as dev")
	flag.StringVar(&o.Out, "out", "cdktf.out", "folder that the stacks are rendered into")
	flag.StringVar(&o.Work, "work", ".strata/bootstrap", "folder to work in, to be kept until the run is done")
	flag.StringVar(&o.Unlock, "unlock", "", "id of a lock to break, whose holder is gone")
	flag.BoolVar(&o.Yes, "yes", false, "apply the plan without asking")
	flag.Parse()
	if o.Environment == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "bootstrap: name the environment, as in `make bootstrap ENV=dev`")
		flag.Usage()
		return 2
	}
	if *teardown && *confirm != o.Environment {
		fmt.Fprintf(os.Stderr, "bootstrap: this destroys the state bucket of %[1]s, with every old version of every state in it.\n"+
			"  → if that is what you want, repeat the name: make teardown ENV=%[1]s ARGS='-confirm %[1]s'\n", o.Environment)
		return 2
	}

	// The first signal lets Terraform end what it has begun; the second ends this program,
	// and Terraform still does.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop)

	if o.Color = term.IsTerminal(int(os.Stdout.Fd())); o.Color && term.IsTerminal(int(os.Stdin.Fd())) {
		o.Confirm = func(question string) (bool, error) { return ask(ctx, question) }
	}
	work := bootstrap.Make
	if *teardown {
		work = bootstrap.Retire
	}
	if err := work(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bootstrap:", err)
		switch do := bootstrap.Advice(err); {
		case ctx.Err() != nil:
			fmt.Fprintln(os.Stderr, "  → stopped; run it again to go on")
		case do != "":
			fmt.Fprintln(os.Stderr, "  →", do)
		default:
			fmt.Fprintln(os.Stderr, "  → when that is mended, run it again to go on")
		}
		return 1
	}
	return 0
}

// ask takes only yes for a yes.
func ask(ctx context.Context, question string) (bool, error) {
	fmt.Print(question, " Only \"yes\" is a yes: ")
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		return false, errors.New("stopped")
	case given := <-answer:
		return given == "yes", nil
	}
}
