package bootstrap

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// state is the part of a Terraform state that is looked at.
type state struct {
	Version   int             `json:"version"`
	Serial    int64           `json:"serial"`
	Lineage   string          `json:"lineage"`
	Resources []stateResource `json:"resources"`
	// content is all that it says of resources and outputs.
	content struct{ Resources, Outputs any }
}

type stateResource struct {
	Module    string `json:"module"`
	Mode      string `json:"mode"`
	Type      string `json:"type"`
	Name      string `json:"name"`
	Instances []struct {
		IndexKey any    `json:"index_key"`
		Status   string `json:"status"`
	} `json:"instances"`
}

// readState reads a state. None is an empty one.
func readState(text []byte) (*state, error) {
	s := &state{}
	if len(text) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("not a Terraform state: %w", err)
	}
	if s.Version != 4 || s.Lineage == "" {
		return nil, errors.New("not a Terraform state of version 4")
	}
	if err := json.Unmarshal(text, &s.content); err != nil {
		return nil, fmt.Errorf("not a Terraform state: %w", err)
	}
	return s, nil
}

// addresses of what Terraform manages: a resource that is noted without an instance was
// being created and is not known to exist.
func (s *state) addresses() []string { return s.where("") }

// tainted are the addresses of what was not made to the end.
func (s *state) tainted() []string { return s.where("tainted") }

func (s *state) where(status string) []string {
	var found []string
	for _, r := range s.Resources {
		if r.Mode != "managed" {
			continue
		}
		for _, i := range r.Instances {
			if status == "" || i.Status == status {
				found = append(found, r.address(i.IndexKey))
			}
		}
	}
	return found
}

func (r *stateResource) address(index any) string {
	address := r.Type + "." + r.Name
	if r.Module != "" {
		address = r.Module + "." + address
	}
	switch i := index.(type) {
	case string:
		address += fmt.Sprintf("[%q]", i)
	case float64:
		address += fmt.Sprintf("[%d]", int(i))
	}
	return address
}

func (s *state) has(address string) bool { return slices.Contains(s.addresses(), address) }

// holds says whether a state is what became of another, or says the same. Terraform gives a
// state a new lineage when it moves it to a backend that has none.
func (s *state) holds(older *state) bool {
	return (s.Lineage == older.Lineage && s.Serial >= older.Serial) || s.says(older)
}

func (s *state) says(other *state) bool { return reflect.DeepEqual(s.content, other.content) }
