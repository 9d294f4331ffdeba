// Command schema writes environments/schema.json, by which an editor completes and checks the
// environment files, from the Go types, their comments and their tags. It runs in the folder of
// the repository:
//
//	go run ./environments/schema         # write it
//	go run ./environments/schema -check  # only say whether it is up to date
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// path of the schema in the repository.
var path = filepath.Join("environments", "schema.json")

func main() {
	check := flag.Bool("check", false, "write nothing, and fail if the schema is stale")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(check bool) error {
	schema, err := generate()
	if err != nil {
		return err
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schema); err != nil {
		return err
	}
	if !check {
		return os.WriteFile(path, want.Bytes(), 0o644)
	}
	is, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(is, want.Bytes()) {
		return fmt.Errorf("%s is stale; run go run ./environments/schema", path)
	}
	return nil
}
