package environments

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Problem is one mistake in one file.
type Problem struct {
	// File is the path of the file, as the user would open it.
	File string

	// Line and Column say where the mistake is, both counted from 1, the column in characters.
	// They are 0 when it is the file as a whole that is wrong.
	Line, Column int

	// Path is the field, as network.zones[1]; empty for the top of the file.
	Path string

	// Message says what is wrong, and what would be right.
	Message string

	// Hint is a suggestion, as `did you mean "zones"?`; often empty.
	Hint string

	// Excerpt is the offending line, with the line before it and a caret below; plain text.
	Excerpt string
}

// Error prints the problem as file:line:column: path: message; hint, and the excerpt below.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	if p.Excerpt != "" {
		b.WriteString("\n" + p.Excerpt)
	}
	return b.String()
}

// Problems are all mistakes of all files, in the order of file, line and column.
type Problems []Problem

// Error prints every problem, one after the other.
func (ps Problems) Error() string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		texts[i] = p.Error()
	}
	return strings.Join(texts, "\n")
}

// sorted orders the problems as a reader goes through the files.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Path, b.Path),
		)
	})
	return ps
}

// position is a place in a file, counted from 1; the zero value is the file as a whole.
type position struct{ line, column int }

// excerptWidth is how many characters of a long line an excerpt shows.
const excerptWidth = 100

// excerpt prints the line at a position with a caret below, and the line before it.
func excerpt(lines []string, at position) string {
	if at.line < 1 || at.line > len(lines) {
		return ""
	}
	from := 0
	if at.column > excerptWidth*3/4 {
		from = at.column - excerptWidth/2
	}
	width := len(fmt.Sprint(at.line))
	var b strings.Builder
	if at.line > 1 {
		b.WriteString(strings.TrimRight(fmt.Sprintf("  %*d | %s", width, at.line-1, visible(lines[at.line-2], from)), " ") + "\n")
	}
	b.WriteString(strings.TrimRight(fmt.Sprintf("> %*d | %s", width, at.line, visible(lines[at.line-1], from)), " ") + "\n")
	fmt.Fprintf(&b, "  %*s | %s^", width, "", strings.Repeat(" ", at.column-1-from))
	return b.String()
}

// visible is a window of a line in which every character takes one place, so that the caret
// below points at the right one and a terminal isn't steered by the file.
func visible(line string, from int) string {
	runes := []rune(line)
	if from >= len(runes) {
		return ""
	}
	runes = runes[from:min(len(runes), from+excerptWidth)]
	for i, r := range runes {
		switch {
		case r == '\t':
			runes[i] = '→'
		case !unicode.IsPrint(r):
			runes[i] = '·'
		}
	}
	return string(runes)
}
