// Strata renders an AWS platform for a web product as Terraform JSON: a stack for each layer
// of each environment. `cdktf synth` and `make synth` run it.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/environments"
	"strata/internal/synth"
	"strata/stacks"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	all, err := environments.Load("environments")
	if err != nil {
		jsii.Close() // importing the framework has made files that ending it removes
		return err
	}
	return synth.App(outdir(), func(app cdktf.App) {
		for _, env := range all {
			stacks.Platform(app, env)
		}
	})
}

// outdir is where the cdktf CLI wants the result, else where cdktf.json says that it lies.
func outdir() string {
	if dir := os.Getenv("CDKTF_OUTDIR"); dir != "" {
		return dir
	}
	return "cdktf.out"
}
