package bootstrap

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const here = "bucket/dev/backend/terraform.tfstate"

func newLock(t *testing.T, table fakeTable) *lock {
	t.Helper()
	f, said := inFolder(t)
	return &lock{items: table, table: "locks", state: here, note: f, say: report{said}}
}

func TestLockIsTakenAndGivenBack(t *testing.T) {
	table := fakeTable{}
	l := newLock(t, table)
	if err := l.take(t.Context(), "1.11.4", ""); err != nil {
		t.Fatal(err)
	}
	info := text(table[here]["Info"])
	for _, want := range []string{`"ID":`, `"Operation":"bootstrap"`, `"Who":`, `"Version":"1.11.4"`, `"Created":"20`, `"Path":"` + here + `"`} {
		if !strings.Contains(info, want) {
			t.Errorf("Terraform would not understand the lock, it lacks %s: %s", want, info)
		}
	}
	if err := l.release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(table) > 0 {
		t.Errorf("the lock is still there: %v", table)
	}
	if noted, _ := l.note.read(lockFile); noted != nil {
		t.Errorf("the lock is still written down: %s", noted)
	}
}

func TestLockOfAKilledRunIsTakenOver(t *testing.T) {
	table := fakeTable{}
	killed := newLock(t, table)
	if err := killed.take(t.Context(), "1.11.4", ""); err != nil {
		t.Fatal(err)
	}
	next := &lock{items: table, table: "locks", state: here, note: killed.note}
	if err := next.take(t.Context(), "1.12.0", ""); err != nil {
		t.Fatal(err)
	}
	if err := next.release(t.Context()); err != nil || len(table) > 0 {
		t.Errorf("released with %v, left %v", err, table)
	}
}

func TestSomebodyElsesLockIsRefused(t *testing.T) {
	const other = `{"ID":"1234","Operation":"OperationTypeApply","Who":"ada@laptop","Created":"2024-05-06T07:08:09Z"}`
	table := fakeTable{here: {"LockID": str(here), "Info": str(other)}}
	l := newLock(t, table)
	err := l.take(t.Context(), "1.11.4", "12")
	if err == nil || !strings.Contains(err.Error(), "ada@laptop") || !strings.Contains(err.Error(), "OperationTypeApply") {
		t.Fatalf("it doesn't say who is at what: %v", err)
	}
	if !strings.Contains(Advice(err), "-unlock 1234") {
		t.Errorf("it doesn't say what to do: %q", Advice(err))
	}
	if err := l.release(t.Context()); err != nil || text(table[here]["Info"]) != other {
		t.Errorf("the other lock was touched: %v, %v", err, table)
	}
	if err := l.take(t.Context(), "1.11.4", "1234"); err != nil {
		t.Errorf("the lock named was not broken: %v", err)
	}
}

func TestLockGoesWithItsTable(t *testing.T) {
	l := newLock(t, fakeTable{})
	if err := l.take(t.Context(), "1.11.4", ""); err != nil {
		t.Fatal(err)
	}
	l.items = fakeTable(nil)
	if err := l.release(t.Context()); err != nil {
		t.Errorf("there is no table to give it back to: %v", err)
	}
}

func TestDigestIsMended(t *testing.T) {
	const ofHello = "5d41402abc4b2a76b9719d911017c592"
	for name, test := range map[string]struct {
		object       []byte
		noted, after string
	}{
		"right":        {[]byte("hello"), ofHello, ofHello},
		"wrong":        {[]byte("hello"), "0123", ofHello},
		"not noted":    {[]byte("hello"), "", ""},
		"no state":     {nil, "0123", ""},
		"nothing here": {nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			table := fakeTable{}
			if test.noted != "" {
				table[here+"-md5"] = map[string]types.AttributeValue{"LockID": str(here + "-md5"), "Digest": str(test.noted)}
			}
			if err := newLock(t, table).mendDigest(t.Context(), test.object); err != nil {
				t.Fatal(err)
			}
			if after := text(table[here+"-md5"]["Digest"]); after != test.after {
				t.Errorf("the digest is %q, want %q", after, test.after)
			}
		})
	}
}
