package environments

import (
	"fmt"
	"strings"
)

// didYouMean names the candidate that is most like what was written, or nothing if none is.
func didYouMean(written string, candidates []string) string {
	best, distance := "", len(written)/3+2
	for _, c := range candidates {
		if d := edits(strings.ToLower(written), strings.ToLower(c)); d < distance && d < len(c) {
			best, distance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// edits is how many characters must be put in, taken away or replaced to make b of a (the
// Levenshtein distance).
func edits(a, b string) int {
	if len(a) > 200 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// count writes a number of things.
func count(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

// list writes words as a, b and c.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
