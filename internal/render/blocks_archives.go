package render

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
)

func renderArchives(b *Block, _ string) string {
	run := b.Run
	counts := truthy(b.attr("showPostCounts"))
	kind := orString(b.attr("type"), "monthly")
	dropdown := truthy(b.attr("displayAsDropdown"))
	id := ""
	if dropdown {
		id = run.uniqueID("wp-block-archives-")
	}
	var list strings.Builder
	for _, a := range run.archives(kind) {
		text := run.texturize(a.text)
		after := ""
		if counts && a.posts > 0 {
			after = "&nbsp;(" + strconv.Itoa(a.posts) + ")"
		}
		if dropdown {
			list.WriteString("\t<option value='" + escURL(a.url) + "'> " + text + " " + after + "</option>\n")
		} else {
			list.WriteString("\t<li><a href='" + escURL(a.url) + "'>" + text + "</a>" + after + "</li>\n")
		}
	}
	if !dropdown {
		if list.Len() == 0 {
			return "<div " + b.wrapper("class", "wp-block-archives-list") + ">No archives to show.</div>"
		}
		return "<ul " + b.wrapper("class", "wp-block-archives-list") + ">" + list.String() + "</ul>"
	}
	label := map[string]string{"yearly": "Year", "monthly": "Month", "daily": "Day", "weekly": "Week"}[kind]
	if label == "" {
		label = "Post"
	}
	hidden := " screen-reader-text"
	if truthy(b.attr("showLabel")) {
		hidden = ""
	}
	return "<div " + b.wrapper("class", "wp-block-archives-dropdown") + `><label for="` + id + `" class="wp-block-archives__label` + hidden + `">Archives</label>` +
		"\n\t\t<select id=\"" + escAttr(id) + "\" name=\"archive-dropdown\">\n\t\t<option value=\"\">Select " + label + "</option>" + list.String() + "</select>" +
		dropdownScript(id, run.cfg.HomeURL) + "</div>"
}

type archive struct {
	url, text string
	posts     int
}

// archives lists what an archive list shows.
func (run *Run) archives(kind string) []archive {
	run.note("query")
	var out []archive
	switch kind {
	case "yearly", "monthly":
		for _, m := range run.Source.Archives(kind == "yearly") {
			text := strconv.Itoa(m.Year)
			if m.Month > 0 {
				text = time.Month(m.Month).String() + " " + text
			}
			out = append(out, archive{run.DateLink(m.Year, m.Month, 0), text, m.Posts})
		}
	case "daily", "weekly":
		posts, _ := run.queryPosts(PostQuery{Limit: -1, NoTotal: true})
		for _, p := range posts {
			t := run.postTime(p.Date)
			a := archive{run.DateLink(t.Year(), int(t.Month()), t.Day()), format.FormatDate(t, run.option("date_format")), 1}
			if kind == "weekly" {
				start := t.AddDate(0, 0, -((int(t.Weekday()) - int(integer(run.option("start_of_week"))) + 7) % 7))
				week := mysqlWeek(t, int(integer(run.option("start_of_week"))))
				layout := run.option("date_format")
				a.url = addQueryArg(addQueryArg(run.cfg.HomeURL+"/", "m", strconv.Itoa(t.Year())), "w", strconv.Itoa(week))
				a.text = format.FormatDate(start, layout) + "&#8211;" + format.FormatDate(start.AddDate(0, 0, 6), layout)
			}
			if n := len(out); n > 0 && out[n-1].text == a.text {
				out[n-1].posts++
			} else {
				out = append(out, a)
			}
		}
	default:
		q := PostQuery{Limit: -1, NoTotal: true}
		if kind == "alpha" {
			q.OrderBy, q.Order = "title", "ASC"
		}
		posts, _ := run.queryPosts(q)
		for _, p := range posts {
			text := stripTags(run.prefixedTitle(p))
			if text == "" {
				text = itoa(p.ID)
			}
			out = append(out, archive{run.Permalink(p), text, 0})
		}
	}
	return out
}

// mysqlWeek is the number of a week as archives have it: weeks that begin on
// Monday count when most of their days are in the year, others from their
// first day on.
func mysqlWeek(t time.Time, begins int) int {
	if begins == 1 {
		switch year, week := t.ISOWeek(); {
		case year < t.Year():
			return 0
		case year > t.Year():
			return 53
		default:
			return week
		}
	}
	if begins > 1 {
		t = t.AddDate(0, 0, -begins)
	}
	return (t.YearDay() + 6 - int(t.Weekday())) / 7
}

func renderCalendar(b *Block, _ string) string {
	run := b.Run
	run.note("time")
	if posts, _ := run.queryPosts(PostQuery{Limit: 1, NoTotal: true}); len(posts) == 0 {
		return ""
	}
	now := run.Now().In(run.Location())
	year, month := now.Year(), now.Month()
	if b.attr("month") != nil && b.attr("year") != nil {
		if s := run.option("permalink_structure"); strings.Contains(s, "%monthnum%") && strings.Contains(s, "%year%") {
			if m, y := integer(b.attr("month")), integer(b.attr("year")); m != 0 && y != 0 {
				month, year = time.Month(m), int(y)
			}
		}
	}
	color := ordered.Of("text", presetOr(b.Attributes, "textColor", "color", b.attr("style", "color", "text")),
		"background", presetOr(b.Attributes, "backgroundColor", "color", b.attr("style", "color", "background")))
	s := compileStyles(ordered.Of("color", color), true)
	style, classes := "", ""
	if css := s.css(); css != "" {
		style = ` style="` + escAttr(css) + `"`
	}
	if c := s.class(); c != "" {
		classes = " " + escAttr(c)
	}
	if b.linkColor() {
		classes += " has-link-color"
	}
	table := run.calendar(year, month, now)
	table = strings.ReplaceAll(table, "<table", "<table"+style)
	table = strings.ReplaceAll(table, `class="wp-calendar-table`, `class="wp-calendar-table`+classes)
	return "<div " + b.wrapper() + ">" + table + "</div>"
}

// calendar is get_calendar for a month.
func (run *Run) calendar(year int, month time.Month, now time.Time) string {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	days := first.AddDate(0, 1, -1).Day()
	begins := int(integer(run.option("start_of_week")))
	posted := map[int]bool{}
	posts, _ := run.queryPosts(PostQuery{Year: year, Month: int(month), Limit: -1, NoTotal: true})
	for _, p := range posts {
		posted[run.postTime(p.Date).Day()] = true
	}
	var out strings.Builder
	out.WriteString("<table id=\"wp-calendar\" class=\"wp-calendar-table\">\n\t<caption>" + month.String() + " " + strconv.Itoa(year) + "</caption>\n\t<thead>\n\t<tr>")
	for i := range 7 {
		day := time.Weekday((i + begins) % 7).String()
		out.WriteString("\n\t\t<th scope=\"col\" aria-label=\"" + day + "\">" + day[:1] + "</th>")
	}
	out.WriteString("\n\t</tr>\n\t</thead>\n\t<tbody>\n\t<tr>")
	weekday := func(t time.Time) int { return (int(t.Weekday()) - begins + 7) % 7 }
	if pad := weekday(first); pad > 0 {
		out.WriteString("\n\t\t<td colspan=\"" + strconv.Itoa(pad) + "\" class=\"pad\">&nbsp;</td>")
	}
	for day := 1; day <= days; day++ {
		t := first.AddDate(0, 0, day-1)
		if day > 1 && weekday(t) == 0 {
			out.WriteString("\n\t</tr>\n\t<tr>\n\t\t")
		}
		if now.Day() == day && now.Month() == month && now.Year() == year {
			out.WriteString(`<td id="today">`)
		} else {
			out.WriteString("<td>")
		}
		if posted[day] {
			out.WriteString(`<a href="` + run.DateLink(year, int(month), day) + `" aria-label="Posts published on ` + format.FormatDate(t, "F j, Y") + `">` + strconv.Itoa(day) + "</a>")
		} else {
			out.WriteString(strconv.Itoa(day))
		}
		out.WriteString("</td>")
	}
	if pad := 7 - weekday(first.AddDate(0, 0, days)); pad < 7 {
		out.WriteString("\n\t\t<td class=\"pad\" colspan=\"" + strconv.Itoa(pad) + "\">&nbsp;</td>")
	}
	out.WriteString("\n\t</tr>\n\t</tbody>\n\t</table><nav aria-label=\"Previous and next months\" class=\"wp-calendar-nav\">\n\t\t<span class=\"wp-calendar-nav-prev\">")
	prev, next := run.monthsAround(year, int(month))
	if prev != nil {
		out.WriteString(`<a href="` + run.DateLink(prev.Year, prev.Month, 0) + `">&laquo; ` + time.Month(prev.Month).String()[:3] + "</a>")
	} else {
		out.WriteString("&nbsp;")
	}
	out.WriteString("</span>\n\t\t<span class=\"pad\">&nbsp;</span>\n\t\t<span class=\"wp-calendar-nav-next\">")
	if next != nil {
		out.WriteString(`<a href="` + run.DateLink(next.Year, next.Month, 0) + `">` + time.Month(next.Month).String()[:3] + " &raquo;</a>")
	} else {
		out.WriteString("&nbsp;")
	}
	out.WriteString("</span>\n\t</nav>")
	return out.String()
}

// monthsAround are the nearest months with posts before and after a month.
func (run *Run) monthsAround(year, month int) (prev, next *wp.ArchiveMonth) {
	list := run.Source.Archives(false)
	for i := range list {
		switch c := cmp.Or(cmp.Compare(list[i].Year, year), cmp.Compare(list[i].Month, month)); {
		case c > 0:
			next = &list[i]
		case c < 0 && prev == nil:
			prev = &list[i]
		}
	}
	return prev, next
}
