package environments

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFileSize is the largest environment file that is read, in bytes. The files of this folder
// have a few kilobytes; what is larger is something else.
const maxFileSize = 64 << 10

// Load reads every environment of a folder: each file *.yaml is one. It returns them sorted by
// name, or an error of the type Problems that lists every mistake in every file. It only reads,
// and nothing outside the folder.
func Load(dir string) ([]*Environment, error) {
	return load(os.DirFS(dir), filepath.ToSlash(dir))
}

// Parse reads one environment from the content of its file. The file's name gives the
// environment its name. The error is of the type Problems and lists every mistake.
func Parse(file string, data []byte) (*Environment, error) {
	d := parse(file, data)
	if len(d.problems) > 0 {
		return nil, d.problems.sorted()
	}
	return &d.env, nil
}

// load is Load on any file system, of which dir is only the name.
func load(fsys fs.FS, dir string) ([]*Environment, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, Problems{{File: dir, Message: "can't be read as the folder of the environments: " + reason(err)}}
	}

	// ReadDir sorts by name, and so does everything made from it.
	var problems Problems
	var documents []*document
	found := false
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		file := strings.TrimSuffix(dir, "/") + "/" + name
		switch ending := filepath.Ext(name); {
		case ending == ".yaml":
			found = true
			data, problem := read(fsys, entry)
			if problem != "" {
				problems = append(problems, Problem{File: file, Message: problem})
				continue
			}
			documents = append(documents, parse(file, data))
		case strings.EqualFold(ending, ".yaml") || strings.EqualFold(ending, ".yml"):
			found = true
			problems = append(problems, Problem{
				File:    file,
				Message: fmt.Sprintf("the ending must be .yaml; rename it to %s.yaml", strings.TrimSuffix(name, ending)),
			})
		}
	}
	if !found {
		return nil, Problems{{File: dir, Message: "holds no environment; add a file such as dev.yaml"}}
	}

	compare(documents)
	var environments []*Environment
	for _, d := range documents {
		problems = append(problems, d.problems...)
		environments = append(environments, &d.env)
	}
	if len(problems) > 0 {
		return nil, problems.sorted()
	}
	return environments, nil
}

// read returns a file's content, or what is wrong with the file. Only a regular file is opened:
// a link may lead out of the repository, and a pipe would block.
func read(fsys fs.FS, entry fs.DirEntry) (data []byte, problem string) {
	switch kind := entry.Type(); {
	case kind&fs.ModeSymlink != 0:
		return nil, "is a symbolic link; put the file itself here, so that the repository alone says what is rendered"
	case kind.IsDir():
		return nil, "is a folder; an environment is a file"
	case !kind.IsRegular():
		return nil, "is no regular file; an environment is a text file"
	}
	file, err := fsys.Open(entry.Name())
	if err != nil {
		return nil, "can't be read: " + reason(err)
	}
	defer file.Close()

	// One byte more than allowed is enough to know that the file is too large.
	data, err = io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if err != nil {
		return nil, "can't be read: " + reason(err)
	}
	return data, ""
}

// reason is the last part of an error of the file system, without the path, which the message
// names already.
func reason(err error) string {
	text := err.Error()
	return text[strings.LastIndex(text, ": ")+1:][min(1, strings.Count(text, ": ")):]
}
