// Package outputs is how one layer hands values to the layers above it: each value is a
// Terraform output with a name that is kept, and a consumer reads it from the producer's
// remote state. A reference that the framework makes by itself takes its name from the
// constructs, so that a refactoring would break a consumer that is deployed already.
//
// No output carries a secret: Terraform forgets that a value is sensitive when it passes
// through remote state.
package outputs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// Producer publishes the outputs of a stack.
type Producer struct {
	// Layer is the name of the stack's layer; consumers call the remote state by it.
	Layer string
	Stack cdktf.TerraformStack
	// State is where the stack keeps its state.
	State cdktf.DataTerraformRemoteStateS3Config

	// readers of its state, by the scope and by the path of the stack around that; nil in its own.
	readers map[constructs.Construct]cdktf.DataTerraformRemoteStateS3
	byPath  map[string]cdktf.DataTerraformRemoteStateS3
}

// output is one published value.
type output struct {
	producer *Producer
	name     string
}

// The types that an output can have. In gives the value to whatever stands in scope: a
// reference within the producer's own stack, else a read of its remote state.
type (
	// String is an output that is a string.
	String struct {
		output
		own *string
	}
	// List is an output that is a list of strings.
	List struct {
		output
		own *[]*string
	}
	// Map is an output that is a map of strings.
	Map struct {
		output
		own *map[string]*string
	}
)

// String publishes a string.
func (p *Producer) String(name, description string, value *string) String {
	return String{p.publish(name, description, value), value}
}

// List publishes a list of strings.
func (p *Producer) List(name, description string, value *[]*string) List {
	return List{p.publish(name, description, value), value}
}

// Map publishes a map of strings.
func (p *Producer) Map(name, description string, value *map[string]*string) Map {
	return Map{p.publish(name, description, value), value}
}

func (p *Producer) publish(name, description string, value any) output {
	cdktf.NewTerraformOutput(p.Stack, jsii.String(name), &cdktf.TerraformOutputConfig{
		Description: jsii.String(description), Value: value,
	})
	return output{p, name}
}

// In gives the value to what stands in scope.
func (s String) In(scope constructs.Construct) *string {
	if remote := s.remote(scope); remote != nil {
		return remote.GetString(jsii.String(s.name))
	}
	return s.own
}

// In gives the value to what stands in scope.
func (l List) In(scope constructs.Construct) *[]*string {
	if remote := l.remote(scope); remote != nil {
		return cdktf.Token_AsList(remote.Get(jsii.String(l.name)), nil)
	}
	return l.own
}

// In gives the value under a key to what stands in scope.
func (m Map) In(scope constructs.Construct, key string) *string {
	if remote := m.remote(scope); remote != nil {
		return cdktf.Token_AsString(cdktf.Fn_Lookup(remote.Get(jsii.String(m.name)), jsii.String(key), nil), nil)
	}
	return (*m.own)[key]
}

// remote is the producer's state as the stack around scope reads it; nil in the producer's own.
func (o output) remote(scope constructs.Construct) cdktf.DataTerraformRemoteStateS3 {
	p := o.producer
	if reader, known := p.readers[scope]; known {
		return reader // asking the framework takes several calls to another process
	}
	if p.readers == nil {
		p.readers, p.byPath = map[constructs.Construct]cdktf.DataTerraformRemoteStateS3{}, map[string]cdktf.DataTerraformRemoteStateS3{*p.Stack.Node().Path(): nil}
	}
	consumer := cdktf.TerraformStack_Of(scope)
	path := *consumer.Node().Path()
	if _, known := p.byPath[path]; !known {
		consumer.AddDependency(p.Stack)
		p.byPath[path] = cdktf.NewDataTerraformRemoteStateS3(consumer, jsii.String(p.Layer), &p.State)
	}
	p.readers[scope] = p.byPath[path]
	return p.readers[scope]
}
