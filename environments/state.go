package environments

import "fmt"

// StateBucket is the name of the bucket that holds the Terraform state of every layer: the one
// of the file, or <project>-<environment>-tfstate-<account>.
func (e *Environment) StateBucket() string {
	if e.State.Bucket != "" {
		return e.State.Bucket
	}
	return fmt.Sprintf("%s-%s-tfstate-%s", e.Project, e.Name, e.Account)
}
