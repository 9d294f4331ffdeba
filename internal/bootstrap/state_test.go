package bootstrap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func stateOf(t *testing.T, text string) *state {
	t.Helper()
	s, err := readState([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStateSaysWhatIsManaged(t *testing.T) {
	s := stateOf(t, `{"version":4,"serial":2,"lineage":"l","resources":[
		{"mode":"data","type":"d","name":"d","instances":[{}]},
		{"mode":"managed","type":"aws_kms_key","name":"begun","instances":[]},
		{"mode":"managed","type":"aws_s3_bucket","name":"b","instances":[{"status":"tainted"}]},
		{"mode":"managed","module":"module.m","type":"t","name":"n","instances":[{"index_key":"a"},{"index_key":1}]}]}`)
	if got, want := s.addresses(), []string{"aws_s3_bucket.b", `module.m.t.n["a"]`, "module.m.t.n[1]"}; !slices.Equal(got, want) {
		t.Errorf("managed are %q, want %q", got, want)
	}
	if got, want := s.tainted(), []string{"aws_s3_bucket.b"}; !slices.Equal(got, want) {
		t.Errorf("tainted are %q, want %q", got, want)
	}
}

func TestStateThatWasCutOffIsNone(t *testing.T) {
	for _, text := range []string{"{", `{"version":4,"serial":2`, `{}`, `[]`, "null", `{"version":3,"lineage":"l"}`} {
		if _, err := readState([]byte(text)); err == nil {
			t.Errorf("%s passes for a state", text)
		}
	}
	if s, err := readState(nil); err != nil || len(s.addresses()) > 0 {
		t.Errorf("no file is not an empty state: %v", err)
	}
}

func TestWhichStateIsTheNewer(t *testing.T) {
	const one = `{"version":4,"serial":5,"lineage":"a","outputs":{"o":1},"resources":[{"mode":"managed","type":"t","name":"n","instances":[{}]}]}`
	for name, test := range map[string]struct {
		is   string
		want bool
	}{
		"the same":                {one, true},
		"later":                   {`{"version":4,"serial":6,"lineage":"a"}`, true},
		"earlier":                 {`{"version":4,"serial":4,"lineage":"a"}`, false},
		"another":                 {`{"version":4,"serial":6,"lineage":"b"}`, false},
		"moved to a backend":      {strings.NewReplacer(`"serial":5`, `"serial":1`, `"lineage":"a"`, `"lineage":"b"`).Replace(one), true},
		"moved, and then changed": {strings.NewReplacer(`"lineage":"a"`, `"lineage":"b"`, `"o":1`, `"o":2`).Replace(one), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := stateOf(t, test.is).holds(stateOf(t, one)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestFolderIsForOneRun(t *testing.T) {
	path := t.TempDir()
	first, err := openFolder(t.Context(), path, report{io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	said := &bytes.Buffer{}
	soon, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := openFolder(soon, path, report{said}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second run didn't wait: %v", err)
	}
	if !strings.Contains(said.String(), "waiting for another run") {
		t.Errorf("it doesn't say what it waits for: %q", said)
	}
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	second, err := openFolder(t.Context(), path, report{io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.close(); err != nil {
		t.Error(err)
	}
}

func TestPlanIsRead(t *testing.T) {
	p, err := readPlan([]byte(`{"type":"version"}
{"type":"planned_change","change":{"resource":{"addr":"data.d.d"},"action":"read"}}
{"type":"planned_change","change":{"resource":{"addr":"a.b"},"action":"create"}}
{"type":"planned_change","change":{"resource":{"addr":"a.c"},"action":"update","importing":{"id":"i"}}}
{"type":"outputs","outputs":{"same":{"action":"noop"},"other":{"action":"update"}}}
{"type":"change_summary","changes":{"add":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.changes) != 3 || p.destroys() || p.summary() != "1 adopted, 1 made, 1 changed" {
		t.Errorf("read %+v: %s", p.changes, p.summary())
	}
	p, err = readPlan([]byte(`{"type":"diagnostic","diagnostic":{"severity":"error","summary":"no","detail":"because","address":"a.b"}}`))
	if err == nil || len(p.errors) != 1 || p.errors[0] != "a.b: no\nbecause" {
		t.Errorf("a plan that failed is read as %+v, %v", p, err)
	}
	p, err = readPlan([]byte(`{"type":"planned_change","change":{"resource":{"addr":"a.b"},"action":"replace"}}
{"type":"change_summary"}`))
	if err != nil || !p.destroys() {
		t.Errorf("a replacement is not seen: %+v, %v", p, err)
	}
}
