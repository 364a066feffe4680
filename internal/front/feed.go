package front

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/wp"
)

// The elements of an RSS 2.0 document, in the order WordPress writes them.
type (
	rss struct {
		XMLName xml.Name `xml:"rss"`
		Version string   `xml:"version,attr"`
		Content string   `xml:"xmlns:content,attr"`
		DC      string   `xml:"xmlns:dc,attr"`
		Atom    string   `xml:"xmlns:atom,attr"`
		Channel channel  `xml:"channel"`
	}
	channel struct {
		Title       string `xml:"title"`
		Self        self   `xml:"atom:link"`
		Link        string `xml:"link"`
		Description string `xml:"description"`
		Built       string `xml:"lastBuildDate,omitempty"`
		Language    string `xml:"language"`
		Generator   string `xml:"generator"`
		Items       []item `xml:"item"`
	}
	self struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
	}
	item struct {
		Title       string  `xml:"title"`
		Link        string  `xml:"link"`
		Creator     cdata   `xml:"dc:creator"`
		Date        string  `xml:"pubDate"`
		Categories  []cdata `xml:"category"`
		GUID        guid    `xml:"guid"`
		Description cdata   `xml:"description"`
		Content     *cdata  `xml:"content:encoded,omitempty"`
	}
	cdata struct {
		Text string `xml:",cdata"`
	}
	guid struct {
		Permalink bool   `xml:"isPermaLink,attr"`
		Value     string `xml:",chardata"`
	}
)

// serveFeed answers with the newest posts as RSS 2.0. Readers that ask again get 304 until a post has changed.
func (f *Front) serveFeed(w http.ResponseWriter, r *request) {
	posts, _, err := f.newest(r, 1, pageSize(r.set, "posts_per_rss"))
	if err != nil {
		f.fail(w, r.Request, err)
		return
	}
	set := r.set
	doc := rss{Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/", Atom: "http://www.w3.org/2005/Atom",
		Channel: channel{Title: xmlText(plain(set.Get("blogname"))), Self: self{feedPlace(r, "feed").url, "self", "application/rss+xml"}, Link: set.Home,
			Description: xmlText(plain(set.Get("blogdescription"))), Language: lang(set), Generator: "Platen"}}
	texts := f.cfg.Render(r.Context(), "")
	var changed time.Time
	for _, p := range posts {
		if t := utc(p.ModifiedGMT); t.After(changed) {
			changed = t
		}
		doc.Channel.Items = append(doc.Channel.Items, f.item(r, texts, p))
	}
	if !changed.IsZero() {
		doc.Channel.Built = changed.Format(time.RFC1123Z)
	}
	var body bytes.Buffer
	body.WriteString(xml.Header)
	enc := xml.NewEncoder(&body)
	enc.Indent("", "\t")
	if err := enc.Encode(doc); err != nil {
		f.fail(w, r.Request, err)
		return
	}
	body.WriteByte('\n')
	w.Header().Set("Content-Type", "application/rss+xml; charset=UTF-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r.Request, "", changed, bytes.NewReader(body.Bytes()))
}

func (f *Front) item(r *request, texts Texts, p *wp.Post) item {
	e := f.entry(r, texts, p)
	it := item{Title: xmlText(plainTitle(string(e.Title))), Link: e.Link, Creator: cdata{xmlText(e.Author)}, Date: utc(p.DateGMT).Format(time.RFC1123Z),
		GUID: guid{Value: xmlText(plain(p.GUID))}, Description: cdata{xmlText(texts.Excerpt(p, format.ExcerptLength))}}
	if terms, err := f.cfg.Site.PostTerms(r.Context(), p.ID, "category"); err == nil {
		for _, t := range terms {
			it.Categories = append(it.Categories, cdata{xmlText(plain(t.Name))})
		}
	}
	if p.Password == "" && !r.set.Bool("rss_use_excerpt") {
		it.Content = &cdata{xmlText(texts.Content(p))}
	}
	return it
}

// utc reads a date of the database; the zero time for one that is not set.
func utc(date string) time.Time {
	t, err := time.Parse(time.DateTime, date)
	if err != nil {
		return time.Time{}
	}
	return t
}

// xmlText leaves out what XML 1.0 cannot say, even in CDATA.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000:
			return r
		}
		return -1
	}, text)
}
