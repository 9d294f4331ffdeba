package environments

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxLineLength is the longest line, in characters. A health check's path may have 1,024, and
// what is much longer can't be shown in a report.
const maxLineLength = 2000

// text checks that the content of a file is text at all, and returns it with a byte order mark
// taken away and with line feeds as line ends. What an editor on Windows writes is thereby
// fine, as YAML 1.2 has it (https://yaml.org/spec/1.2.2/, sections 5.2 and 5.4).
func text(data []byte) (string, *fault, position) {
	if len(data) > maxFileSize {
		return "", &fault{message: fmt.Sprintf("is larger than %d KiB; an environment takes a few", maxFileSize>>10)}, position{}
	}
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return "", &fault{message: "is in UTF-16; save it as UTF-8"}, position{}
		}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))

	for i, line := range bytes.Split(data, []byte("\n")) {
		if n := utf8.RuneCount(line); n > maxLineLength {
			return string(data), &fault{message: fmt.Sprintf("the line has %d characters; a line takes at most %d", n, maxLineLength)}, position{i + 1, 1}
		}
	}

	at := position{1, 1}
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			return string(data), &fault{message: fmt.Sprintf("the byte 0x%02x is no UTF-8; is this a text file? Save it as UTF-8", rest[0])}, at
		case r == '\n':
			at = position{at.line + 1, 0}
		case r != '\t' && (r < ' ' || r == 0x7f):
			return string(data), &fault{message: fmt.Sprintf("the control character 0x%02x can't stand in a text; is this a text file?", r)}, at
		case r == '\u0085' || r == '\u2028' || r == '\u2029' || r == '\ufeff':
			return string(data), &fault{message: fmt.Sprintf("the invisible character U+%04X can't stand here; take it away", r)}, at
		}
		at.column++
		rest = rest[size:]
	}
	return string(data), nil, position{}
}

// tabs finds the lines that are indented with a tab, which YAML forbids.
func tabs(lines []string) []position {
	var found []position
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if column := strings.IndexByte(indent, '\t'); column >= 0 {
			found = append(found, position{i + 1, column + 1})
		}
	}
	return found
}
