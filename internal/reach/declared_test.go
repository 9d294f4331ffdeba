package reach_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"strata/internal/reach"
)

func TestDeclaredIsWhatTheProductNeedsAndNoMore(t *testing.T) {
	for _, c := range []struct {
		name    string
		product reach.Product
		want    string
	}{
		{"all", product, `
			internet: load-balancer 80, load-balancer 443
			load-balancer: backend 3001, frontend 80
			frontend: backend 3001, dynamodb 443, endpoints 443, internet 443, load-balancer 443, s3 443
			backend: cache 6379, database 3306, dynamodb 443, endpoints 443, internet 443, load-balancer 443, s3 443
			bastion: cache 6379, database 3306, dynamodb 443, endpoints 443, internet 443, load-balancer 443, s3 443`},
		{"one service", reach.Product{Services: map[string]reach.Service{"web": {Port: 8080, Egress: []int{5432}}}}, `
			internet: load-balancer 80, load-balancer 443
			load-balancer: web 8080
			web: dynamodb 443, internet 5432, s3 443`},
	} {
		reached := map[string][]string{}
		edges := reach.Declared(c.product)
		slices.SortFunc(edges, func(a, b reach.Edge) int { return a.Port - b.Port })
		for _, e := range edges {
			reached[e.From] = append(reached[e.From], fmt.Sprintf("%s %d", e.To, e.Port))
		}
		want := map[string]string{}
		for line := range strings.Lines(strings.TrimSpace(c.want)) {
			from, to, _ := strings.Cut(strings.TrimSpace(line), ": ")
			want[from] = to
		}
		got := map[string]string{}
		for from, to := range reached {
			slices.SortStableFunc(to, func(a, b string) int {
				a, _, _ = strings.Cut(a, " ")
				b, _, _ = strings.Cut(b, " ")
				return strings.Compare(a, b)
			})
			got[from] = strings.Join(to, ", ")
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: declared is\n%v, want\n%v", c.name, got, want)
		}
	}
}
