// Package bootstrap makes an environment's backend layer from an empty account, which has
// no bucket to keep that layer's state in yet, and takes it away again.
//
// It reads the rendered stack and nothing else of the project, lets the real Terraform do
// all the changes, and looks at AWS for the two things that Terraform can't know: what a run
// that was killed had made without writing it down, and whether the state that lies in the
// bucket is whole. Each step looks before it acts, so a run may be killed anywhere and run
// again.
package bootstrap
