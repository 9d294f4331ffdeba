// Package early tells Node, before anything of the framework is initialised, to load
// preload.js, which makes the jsii kernel start fast.
//
// Go initialises packages in the order of their paths, each after its imports, and the
// framework's packages copy the environment when their turn comes. This one comes first
// because it imports next to nothing: every import more could make it too late, which
// a test of internal/kernel notices.
package early

import (
	"embed"
	"os"
	"syscall"
)

//go:embed js
var scripts embed.FS

// Variables that preload.js reads, and the one that a user sets: STRATA_KERNEL=stock.
const (
	cacheVariable = "STRATA_KERNEL_CACHE"
	noteVariable  = "STRATA_KERNEL_NOTE"
	modeVariable  = "STRATA_KERNEL"
)

var (
	// Off is whether the user turned the fast start off.
	Off bool
	// Failure is why it was not prepared.
	Failure error
	// Note is the file that preload.js leaves.
	Note string

	before []variable
)

type variable struct {
	name, value string
	set         bool
}

// failure is an error without the package errors.
type failure string

func (f failure) Error() string { return string(f) }

func init() {
	// jsii warns at each start with a Node that is past its end of life.
	if _, set := os.LookupEnv(silence); !set {
		_ = os.Setenv(silence, "20")
	}
	if Off = os.Getenv(modeVariable) == "stock"; !Off {
		Failure = prepare()
	}
}

const silence = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"

func prepare() error {
	cache, err := folder()
	if err != nil {
		return err
	}
	run := digits(os.Getpid())
	files, err := scripts.ReadDir("js")
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := put(cache, file.Name(), run); err != nil {
			return err
		}
	}
	options, set := os.LookupEnv("NODE_OPTIONS")
	if !set {
		options = "--max-old-space-size=4096" // as jsii would have it
	}
	Note = cache + "/note-" + run + ".json"
	for _, v := range []variable{
		{name: "NODE_OPTIONS", value: options + " --preserve-symlinks --require " + quoted(cache+"/preload.js")},
		{name: cacheVariable, value: cache},
		{name: noteVariable, value: Note},
	} {
		value, set := os.LookupEnv(v.name)
		before = append(before, variable{v.name, value, set})
		if err := os.Setenv(v.name, v.value); err != nil {
			return err
		}
	}
	return nil
}

// Restore gives the environment back as it was: once the framework has its copy, no other
// program is meant.
func Restore() {
	for _, v := range before {
		if v.set {
			_ = os.Setenv(v.name, v.value)
		} else {
			_ = os.Unsetenv(v.name)
		}
	}
}

// folder is the cache, which nobody else may write to: what lies there is run.
func folder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cache += "/strata"
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	is, err := os.Lstat(cache)
	if err != nil {
		return "", err
	}
	owner, ok := is.Sys().(*syscall.Stat_t)
	if !is.IsDir() || is.Mode().Perm()&0o022 != 0 || ok && int(owner.Uid) != os.Geteuid() {
		return "", failure(cache + " is not a folder that only you can write to")
	}
	return cache, nil
}

// put makes the cache hold the script, whole at any moment, also when two runs do it at once.
func put(cache, name, run string) error {
	script, err := scripts.ReadFile("js/" + name)
	if err != nil {
		return err
	}
	path := cache + "/" + name
	if is, err := os.ReadFile(path); err == nil && string(is) == string(script) { //nolint:gocritic // bytes would be initialised too late
		return nil
	}
	draft := path + ".draft-" + run
	if err = os.WriteFile(draft, script, 0o600); err == nil {
		err = os.Rename(draft, path)
	}
	if err != nil {
		_ = os.Remove(draft)
	}
	return err
}

// quoted is a path as NODE_OPTIONS wants it.
func quoted(path string) string {
	out := []byte{'"'}
	for i := range len(path) {
		if path[i] == '"' || path[i] == '\\' {
			out = append(out, '\\')
		}
		out = append(out, path[i])
	}
	return string(append(out, '"'))
}

func digits(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return digits(n/10) + string(rune('0'+n%10))
}
