package reach

import (
	"bytes"
	"fmt"
	"html"
	"slices"
)

// Sizes of the picture, in pixels. The fonts differ between machines, so there is room.
const (
	nameWidth, portWidth = 10, 8 // of a letter
	boxHeight            = 34
	gap                  = 26
	rowHeight            = 32
	top                  = 44 // of the boxes
)

// column is an entity in the picture: a box, and a line down from it.
type column struct {
	*Entity
	left, width int
}

func (c column) middle() int { return c.left + c.width/2 }

// line is a row of the picture: whom a caller reaches on a port.
type line struct {
	from, service string
	to            []string
}

type zone struct{ title, fill, ink string }

// zoneOf is the background of an entity.
func zoneOf(e *Entity) zone {
	switch {
	case e.Name == Internet:
		return zone{"outside", "#fef2f2", "#b91c1c"}
	case e.Tier == publicTier:
		return zone{"public subnets", "#fffbeb", "#b45309"}
	case e.Tier == private:
		return zone{"private subnets", "#f0f9ff", "#0369a1"}
	case e.Tier == data:
		return zone{"data subnets", "#f0fdf4", "#15803d"}
	default:
		return zone{"gateway endpoints", "#faf5ff", "#7e22ce"}
	}
}

// picture draws the flows of a network as SVG: the entities side by side, by tier, and below
// them a row for each caller and port with arrows to whom it reaches. So no arrow crosses a
// text, however many there are, and the same flows are the same bytes.
func picture(n *Network) []byte {
	columns, lines := n.columns(), n.lines()
	last := columns[len(columns)-1]
	width := last.left + last.width + gap
	bottom := top + boxHeight + rowHeight*len(lines) + rowHeight/2
	var b bytes.Buffer
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	say(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" role="img" aria-label="Who can reach whom in %s">`,
		width, bottom+gap/2, width, bottom+gap/2, html.EscapeString(n.Name))
	say(`<style>`)
	say(`  .name { font-size: 14px; font-weight: 600; fill: #0f172a; text-anchor: middle }`)
	say(`  .zone { font-size: 12px; text-anchor: middle }`)
	say(`  .port { font-size: 12px; fill: #0f172a }`)
	say(`  .life { stroke: #cbd5e1 }`)
	say(`  .flow { fill: none; stroke-width: 1.5 }`)
	say(`</style>`)
	say(`<rect width="100%%" height="100%%" fill="#ffffff"/>`)
	for start := 0; start < len(columns); {
		z, end := zoneOf(columns[start].Entity), start
		for end < len(columns) && zoneOf(columns[end].Entity) == z {
			end++
		}
		from, to := columns[start].left-gap/2+3, columns[end-1].left+columns[end-1].width+gap/2-3
		say(`<rect x="%d" y="8" width="%d" height="%d" rx="8" fill="%s"/>`, from, to-from, bottom-8, z.fill)
		say(`<text class="zone" x="%d" y="28" fill="%s">%s</text>`, (from+to)/2, z.ink, z.title)
		start = end
	}
	for _, c := range columns {
		say(`<path class="life" d="M%d %d V%d"/>`, c.middle(), top+boxHeight, bottom-8)
		dashes := ""
		if c.ByConvention {
			dashes = ` stroke-dasharray="5 4"`
		}
		say(`<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="#ffffff" stroke="%s" stroke-width="1.5"%s/>`,
			c.left, top, c.width, boxHeight, zoneOf(c.Entity).ink, dashes)
		say(`<text class="name" x="%d" y="%d">%s</text>`, c.middle(), top+boxHeight/2+5, html.EscapeString(c.Name))
	}
	at := func(name string) column {
		return columns[slices.IndexFunc(columns, func(c column) bool { return c.Name == name })]
	}
	for i, l := range lines {
		from, y := at(l.from), top+boxHeight+rowHeight*(i+1)
		ink, x := zoneOf(from.Entity).ink, from.middle()
		left, right := x, x
		head := func(x, y, back int) {
			say(`<path fill="%s" d="M%d %d l%d -4 v8 z"/>`, ink, x, y, back)
		}
		for _, name := range l.to {
			switch to := at(name).middle(); {
			case to > x:
				right = max(right, to-7)
				head(to, y, -8)
			case to < x:
				left = min(left, to+7)
				head(to, y, 8)
			default: // others of its own
				right = max(right, x+1)
				say(`<path class="flow" stroke="%s" d="M%d %d h26 v10 h-19"/>`, ink, x, y)
				head(x, y+10, 8)
			}
		}
		say(`<path class="flow" stroke="%s" d="M%d %d H%d"/>`, ink, left, y, right)
		say(`<circle cx="%d" cy="%d" r="4" fill="%s"/>`, x, y, ink)
		port, anchor := x+9, "start"
		if right == x {
			port, anchor = x-9, "end"
		}
		say(`<text class="port" x="%d" y="%d" text-anchor="%s">%s</text>`, port, y-6, anchor, html.EscapeString(l.service))
	}
	say(`</svg>`)
	return b.Bytes()
}

// columns of the picture, with room between two for the longest text on an arrow.
func (n *Network) columns() (columns []column) {
	room := 0
	for _, f := range n.Flows() {
		room = max(room, portWidth*len(f.Service())+18)
	}
	left := gap
	for _, e := range n.Entities {
		width := max(nameWidth*len(e.Name)+20, room)
		columns = append(columns, column{e, left, width})
		left += width + gap
	}
	return columns
}

func (n *Network) lines() (lines []line) {
	for _, f := range n.Flows() {
		i := slices.IndexFunc(lines, func(l line) bool { return l.from == f.From && l.service == f.Service() })
		if i < 0 {
			i = len(lines)
			lines = append(lines, line{from: f.From, service: f.Service()})
		}
		lines[i].to = append(lines[i].to, f.To)
	}
	return lines
}
