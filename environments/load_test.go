package environments

import "testing"

func TestFiles(t *testing.T) {
	environments, err := Load(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(environments) != 3 {
		t.Errorf("%d environments, want dev, production and staging", len(environments))
	}
}
