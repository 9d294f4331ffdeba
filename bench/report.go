package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"text/template"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

//go:embed report.md.tmpl
var page string

// write writes the report and its picture.
func write(file string, rounds int, results []result, edits []edit) error {
	picture := strings.TrimSuffix(file, ".md") + ".svg"
	if err := draw(picture, results); err != nil {
		return err
	}
	functions := template.FuncMap{
		"names":   func() []string { return contenders },
		"seconds": func(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) },
	}
	t, err := template.New("report").Funcs(functions).Parse(page)
	if err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	return t.Execute(out, map[string]any{
		"Date": time.Now().Format("2 January 2006"), "Machine": machine(), "Rounds": rounds, "Picture": filepath.Base(picture),
		"Rows": rows(results), "Growth": growth(results), "Edits": edits,
	})
}

// machine says what was measured on, without naming it.
func machine() string {
	version := func(name string, args ...string) string {
		said, _ := exec.Command(name, args...).Output()
		return strings.TrimSpace(string(said))
	}
	return fmt.Sprintf("%d cores, %s, Node %s", runtime.NumCPU(), strings.TrimPrefix(version("go", "version"), "go version "), version("node", "--version"))
}

// row is a line of the table.
type row struct {
	Size                        string
	Resources                   int
	Name, Wall, Spread, CPU     string
	Node, Other, Ratio, Quicker string
}

func rows(results []result) (rows []row) {
	for _, r := range results {
		reference := median(r.runs["peer"], wall)
		for _, name := range contenders {
			runs := r.runs[name]
			walls := sorted(runs, wall)
			one := row{
				Size: r.size.String(), Resources: r.resources, Name: name,
				Wall:   fmt.Sprintf("%.2f s", median(runs, wall).Seconds()),
				Spread: fmt.Sprintf("%.2f–%.2f", walls[0].Seconds(), walls[len(walls)-1].Seconds()),
				CPU:    fmt.Sprintf("%.2f s", median(runs, cpu).Seconds()),
				Node:   fmt.Sprintf("%d MB", median(runs, node)>>20),
				Other:  fmt.Sprintf("%d MB", median(runs, other)>>20),
				Ratio:  fmt.Sprintf("%.2f", median(runs, wall).Seconds()/reference.Seconds()),
			}
			if name == "peer" {
				one.Other = "–"
			}
			rows = append(rows, one)
		}
	}
	return rows
}

// growth is what a resource more costs, between the smallest and the largest of each series.
func growth(results []result) (lines []string) {
	for _, series := range []struct {
		what string
		in   func(size) bool
	}{
		{"environments", func(s size) bool { return s.services == 2 }},
		{"services", func(s size) bool { return s.environments == 1 }},
	} {
		var of []result
		for _, r := range results {
			if series.in(r.size) {
				of = append(of, r)
			}
		}
		for i := 1; i < len(of); i++ {
			line := fmt.Sprintf("| %s → %s |", of[i-1].size, of[i].size)
			for _, name := range contenders {
				more := median(of[i].runs[name], wall) - median(of[i-1].runs[name], wall)
				line += fmt.Sprintf(" %.2f ms |", more.Seconds()*1000/float64(of[i].resources-of[i-1].resources))
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// draw plots wall time over the number of resources.
func draw(file string, results []result) error {
	p := plot.New()
	p.Title.Text = "Rendering, by size"
	p.X.Label.Text = "resources and data sources"
	p.Y.Label.Text = "seconds"
	p.Y.Min, p.X.Min = 0, 0
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	var lines []any
	for _, name := range contenders {
		var points plotter.XYs
		for _, r := range results {
			if r.size.services == 2 {
				points = append(points, plotter.XY{X: float64(r.resources), Y: median(r.runs[name], wall).Seconds()})
			}
		}
		lines = append(lines, name, points)
	}
	if err := plotutil.AddLinePoints(p, lines...); err != nil {
		return err
	}
	return p.Save(6*vg.Inch, 4*vg.Inch, file)
}
