package environments

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxDepth is how deep collections may lie in each other; an environment needs five.
const maxDepth = 20

// document is one file on its way to an environment: what was read, where it stood, and what is
// wrong with it.
type document struct {
	env      Environment
	lines    []string
	places   map[string]position // by path, where a value or its key stands
	wrong    map[string]bool     // by path, whether a problem was reported
	problems Problems
}

// parse reads a file as far as possible. Mistakes in the text or the syntax end it; all others
// are collected.
func parse(file string, data []byte) *document {
	d := &document{places: map[string]position{}, wrong: map[string]bool{}}
	d.env.File = file
	d.env.Name = strings.TrimSuffix(path.Base(file), ".yaml")
	setDefaults(reflect.ValueOf(&d.env).Elem())

	if f := environmentName(d.env.Name); f != nil {
		d.report("", position{}, f)
	}
	content, f, at := text(data)
	d.lines = strings.Split(content, "\n")
	if f != nil {
		d.report("", at, f)
		return d
	}
	if root := d.syntax(content); root != nil {
		d.mapping("", root, reflect.ValueOf(&d.env).Elem())
		d.contradictions()
	}
	return d
}

// report adds a problem with the value of a path.
func (d *document) report(path string, at position, f *fault) {
	d.wrong[path] = true
	d.add(path, at, f)
}

// add adds a problem. It keeps the place within the file, wherever the parser believes it is.
func (d *document) add(path string, at position, f *fault) {
	if at.line > 0 && len(d.lines) > 0 {
		at.line = min(at.line, len(d.lines))
		at.column = min(max(at.column, 1), len([]rune(d.lines[at.line-1]))+1)
	}
	d.problems = append(d.problems, Problem{
		File: d.env.File, Line: at.line, Column: at.column, Path: path,
		Message: f.message, Hint: f.hint, Excerpt: excerpt(d.lines, at),
	})
}

// syntax returns the one mapping that a file consists of, or nil after reporting why it doesn't.
func (d *document) syntax(content string) *ast.MappingNode {
	if indented := tabs(d.lines); len(indented) > 0 {
		for _, at := range indented {
			d.report("", at, &fault{message: "a tab can't indent in YAML; use spaces"})
		}
		return nil
	}
	if !d.tokens(content) {
		return nil
	}
	file, err := guarded(func() (*ast.File, error) {
		return parser.ParseBytes([]byte(content), 0, parser.AllowDuplicateMapKey())
	})
	if err != nil {
		at, message := position{1, 1}, err.Error()
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			message = syntax.GetMessage()
			if t := syntax.GetToken(); t != nil {
				at = place(t)
			}
		}
		d.report("", at, &fault{"is no valid YAML: " + message, syntaxHints[message]})
		return nil
	}
	var root ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.CommentType:
		case root != nil:
			d.report("", place(cmp.Or(doc.Start, doc.Body.GetToken())), &fault{message: "a second document begins here; an environment is one file with one document"})
			return nil
		default:
			root = doc.Body
		}
	}
	switch root := root.(type) {
	case nil:
		d.report("", position{1, 1}, &fault{message: "is empty; begin with the keys account, region and owner, or copy another environment"})
	case *ast.MappingNode:
		return root
	default:
		d.report("", begin(root), &fault{message: fmt.Sprintf("is %s; an environment consists of keys with values, as owner: platform", kindOf(root))})
	}
	return nil
}

// guarded keeps a panic of the YAML library, should one be left in it, from the user.
func guarded[T any](read func() (T, error)) (result T, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the parser gave up")
		}
	}()
	return read()
}

// syntaxHints says what is mostly behind a message of the parser.
var syntaxHints = map[string]string{
	"mapping value is not allowed in this context": `a text that holds ": " goes in quotes`,
	"value is not allowed in this context":         "is the line indented as the ones around it?",
	"non-map value is specified":                   `is there a ":" after the key?`,
}

// refusedTokens are the parts of YAML that an environment has no use for. Aliases are refused
// since a small file of them unfolds to a huge one.
var refusedTokens = map[token.Type]string{
	token.AnchorType:    "an anchor (&) is not possible here: every file says in full what it means; a text that begins with & goes in quotes",
	token.AliasType:     "an alias (*) is not possible here, since aliases of aliases can fill the memory; a text that begins with * goes in quotes",
	token.MergeKeyType:  "a merge key (<<) is not possible here: every file says in full what it means",
	token.TagType:       "a YAML tag (!) is not possible here; a text that begins with ! goes in quotes",
	token.DirectiveType: "a directive (%) is not possible here; take the line away",
	token.LiteralType:   severalLines,
	token.FoldedType:    severalLines,
}

const severalLines = "a text of several lines is not possible here; write it in one"

// tokens looks for what must not reach the parser, and says whether nothing was found.
func (d *document) tokens(content string) bool {
	found := map[string]bool{} // what was reported; once is enough
	flow := 0                  // open brackets and braces
	var blocks []int           // columns of the collections around
	tokens, err := guarded(func() (token.Tokens, error) { return lexer.Tokenize(content), nil })
	if err != nil {
		d.report("", position{1, 1}, &fault{message: "is no valid YAML: " + err.Error()})
	}
	for _, t := range tokens {
		message := refusedTokens[t.Type]
		if strings.Contains(strings.TrimSpace(t.Origin), "\n") {
			switch t.Type {
			case token.SingleQuoteType, token.DoubleQuoteType:
				// What follows is read with texts and keys exchanged: nothing to report.
				d.report("", place(t), &fault{message: "the text that begins here goes over several lines; is its quote at the end missing?"})
				return false
			case token.StringType:
				message = "the text that begins here goes on in the next line; is that one indented as it should be?"
			}
		}
		if message != "" && !found[message] {
			found[message] = true
			d.report("", place(t), &fault{message: message})
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			column := t.Position.Column
			if t.Type == token.MappingValueType && t.Prev != nil {
				column = t.Prev.Position.Column
			}
			for len(blocks) > 0 && blocks[len(blocks)-1] >= column {
				blocks = blocks[:len(blocks)-1]
			}
			blocks = append(blocks, column)
		}
		if flow+len(blocks) > maxDepth {
			d.report("", place(t), &fault{message: fmt.Sprintf("lists and keys lie more than %d deep in each other", maxDepth)})
			return false
		}
	}
	return err == nil && len(found) == 0
}

// begin is where a node begins; the parser gives a mapping the place of its first colon.
func begin(node ast.Node) position {
	if m, is := node.(*ast.MappingNode); is && !m.IsFlowStyle && len(m.Values) > 0 {
		return place(m.Values[0].Key.GetToken())
	}
	return place(node.GetToken())
}

func place(t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{1, 1}
	}
	return position{t.Position.Line, t.Position.Column}
}
