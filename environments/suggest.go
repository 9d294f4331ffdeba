package environments

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// didYouMean names the candidate that is most like what was written, or nothing if none is.
func didYouMean(written string, candidates []string) string {
	const most = 200 // characters: longer ones are no misspelt word
	if len(written) > most {
		return ""
	}
	best, distance := "", len(written)/3+2
	for _, c := range candidates {
		if d := levenshtein.Distance(strings.ToLower(written), strings.ToLower(c), nil); d < distance && d < len(c) {
			best, distance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
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
