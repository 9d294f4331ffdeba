package environments

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// FuzzParse holds that any content gives either an environment or problems that lie within the
// file, and that reading has no memory.
//
//	go test ./environments -run '^$' -fuzz FuzzParse -fuzztime 3m
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	for _, content := range mistakes() {
		if len(content) < 2000 {
			f.Add([]byte(content))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		environment, err := Parse("environments/dev.yaml", data)
		again, errAgain := Parse("environments/dev.yaml", data)
		if !reflect.DeepEqual(environment, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatalf("two readings differ: %v and %v", err, errAgain)
		}
		if err == nil {
			if environment == nil || len(environment.Services) == 0 || environment.Account == "" || !environment.Network.CIDR.IsValid() {
				t.Fatalf("neither a problem nor a whole environment: %+v", environment)
			}
			return
		}
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 || environment != nil {
			t.Fatalf("no list of problems: %#v", err)
		}
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(data), "\xef\xbb\xbf"))
		lines := strings.Split(text, "\n")
		for _, p := range problems {
			if p.Message == "" || p.File != "environments/dev.yaml" {
				t.Errorf("an incomplete problem: %+v", p)
			}
			if p.Line == 0 && p.Column == 0 {
				continue
			}
			if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > len([]rune(lines[p.Line-1]))+1 {
				t.Errorf("a problem outside of the %d lines: %+v", len(lines), p)
			}
			if strings.Count(p.Excerpt, "\n") != min(p.Line, 2) {
				t.Errorf("an excerpt that isn't one line, the one before it and a caret: %q", p.Excerpt)
			}
		}
	})
}
