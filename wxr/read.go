package wxr

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// ErrNotWXR is the error of a document that is no export of WordPress.
var ErrNotWXR = errors.New("this is no export of WordPress: it has no wp:wxr_version")

// Error is what is wrong with a document, and where.
type Error struct {
	Line int
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// Reader reads a document piece by piece.
type Reader struct {
	d    *xml.Decoder
	head Head
	open bool // inside the channel
	done bool
}

// NewReader returns a Reader of a document.
func NewReader(r io.Reader) *Reader {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the encoding is %s; only UTF-8 can be read", charset)
	}
	return &Reader{d: d}
}

// Head returns what was read of the site so far. It is complete after the first
// piece.
func (r *Reader) Head() Head { return r.head }

// Next returns the next piece: *Author, *Term or *Item; io.EOF at the end. An
// error of the document is an *Error.
func (r *Reader) Next() (any, error) {
	for {
		piece, err := r.next()
		switch {
		case err == io.EOF:
			return nil, io.EOF
		case err != nil:
			return nil, r.wrong(err)
		case piece != nil:
			return piece, nil
		}
	}
}

func (r *Reader) wrong(err error) error {
	var at *Error
	if errors.As(err, &at) {
		return err
	}
	line, _ := r.d.InputPos()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return &Error{syntax.Line, errors.New(syntax.Msg)}
	}
	return &Error{line, err}
}

func (r *Reader) next() (any, error) {
	tok, err := r.d.Token()
	if err == io.EOF {
		if !r.done {
			return nil, ErrNotWXR
		}
		return nil, io.EOF
	}
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case xml.EndElement:
		if t.Name.Local == "channel" {
			if r.open = false; r.head.Version == "" {
				return nil, ErrNotWXR
			}
			r.done = true
		}
	case xml.StartElement:
		if !r.open {
			switch t.Name.Local {
			case "rss":
			case "channel":
				r.open = true
			default:
				return nil, fmt.Errorf("<%s> where <rss> or <channel> is expected", t.Name.Local)
			}
			return nil, nil
		}
		line, _ := r.d.InputPos()
		e, err := r.element(t, 0)
		if err != nil {
			return nil, err
		}
		return r.piece(e, line)
	}
	return nil, nil
}

// element is a parsed element.
type element struct {
	space, name string
	attrs       []xml.Attr
	text        string
	kids        []element
}

// maxDepth is how deep elements of an export may stand.
const maxDepth = 16

// element reads an element with all that is in it.
func (r *Reader) element(start xml.StartElement, depth int) (element, error) {
	if depth > maxDepth {
		return element{}, errors.New("elements stand too deep")
	}
	e := element{space: space(start.Name.Space), name: start.Name.Local, attrs: start.Attr}
	var text strings.Builder
	for {
		tok, err := r.d.Token()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return e, err
		}
		switch t := tok.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			kid, err := r.element(t, depth+1)
			if err != nil {
				return e, err
			}
			e.kids = append(e.kids, kid)
		case xml.EndElement:
			e.text = text.String()
			return e, nil
		}
	}
}

// space is a short name for the namespaces of an export, which carry versions
// and come with http and https.
func space(uri string) string {
	switch {
	case strings.Contains(uri, "wordpress.org/export") && strings.Contains(uri, "excerpt"), uri == "excerpt":
		return "excerpt"
	case strings.Contains(uri, "wordpress.org/export"), uri == "wp":
		return "wp"
	case strings.Contains(uri, "purl.org/rss/1.0/modules/content"), uri == "content":
		return "content"
	case strings.Contains(uri, "purl.org/dc/"), uri == "dc":
		return "dc"
	case uri == "":
		return ""
	}
	return "other"
}

// is reports whether an element is "wp:author" or the like.
func (e *element) is(name string) bool {
	if e.space == "" {
		return e.name == name
	}
	return len(name) == len(e.space)+1+len(e.name) && strings.HasPrefix(name, e.space) && strings.HasSuffix(name, e.name)
}

// kid returns the text of a child, "" for none.
func (e *element) kid(name string) string {
	for i := range e.kids {
		if e.kids[i].is(name) {
			return e.kids[i].text
		}
	}
	return ""
}

// number reads the text of a child as PHP's (int) does, but refuses what is no
// number.
func (e *element) number(name string) (int64, error) {
	text := strings.TrimSpace(e.kid(name))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("<%s> is %.40q, which is no number", name, text)
	}
	return n, nil
}

var versionForm = regexp.MustCompile(`^\d+\.\d+$`)

// piece makes something of a child of the channel; nil is nothing.
func (r *Reader) piece(e element, line int) (any, error) {
	head := map[string]*string{"title": &r.head.Title, "link": &r.head.Link, "description": &r.head.Description, "pubDate": &r.head.PubDate,
		"language": &r.head.Language, "wp:base_site_url": &r.head.BaseSiteURL, "wp:base_blog_url": &r.head.BaseBlogURL}
	for name, dest := range head {
		if e.is(name) {
			*dest = e.text
			return nil, nil
		}
	}
	if e.is("wp:wxr_version") {
		if r.head.Version = strings.TrimSpace(e.text); !versionForm.MatchString(r.head.Version) {
			return nil, &Error{line, ErrNotWXR}
		}
		return nil, nil
	}
	read := map[string]func(element) (any, error){"wp:author": author, "wp:category": category, "wp:tag": tag, "wp:term": term, "item": item}
	for name, f := range read {
		if !e.is(name) {
			continue
		}
		if r.head.Version == "" {
			return nil, &Error{line, ErrNotWXR}
		}
		v, err := f(e)
		if err != nil {
			return nil, &Error{line, err}
		}
		if it, ok := v.(*Item); ok {
			it.Line = line
		}
		return v, nil
	}
	return nil, nil
}

func author(e element) (any, error) {
	id, err := e.number("wp:author_id")
	return &Author{ID: id, Login: e.kid("wp:author_login"), Email: e.kid("wp:author_email"), DisplayName: e.kid("wp:author_display_name"),
		FirstName: e.kid("wp:author_first_name"), LastName: e.kid("wp:author_last_name")}, err
}

func category(e element) (any, error) {
	id, err := e.number("wp:term_id")
	return &Term{ID: id, Taxonomy: "category", Slug: e.kid("wp:category_nicename"), Parent: e.kid("wp:category_parent"),
		Name: e.kid("wp:cat_name"), Description: e.kid("wp:category_description"), Meta: e.meta("wp:termmeta")}, err
}

func tag(e element) (any, error) {
	id, err := e.number("wp:term_id")
	return &Term{ID: id, Taxonomy: "post_tag", Slug: e.kid("wp:tag_slug"), Name: e.kid("wp:tag_name"), Description: e.kid("wp:tag_description"),
		Meta: e.meta("wp:termmeta")}, err
}

func term(e element) (any, error) {
	id, err := e.number("wp:term_id")
	return &Term{ID: id, Taxonomy: e.kid("wp:term_taxonomy"), Slug: e.kid("wp:term_slug"), Parent: e.kid("wp:term_parent"),
		Name: e.kid("wp:term_name"), Description: e.kid("wp:term_description"), Meta: e.meta("wp:termmeta")}, err
}

func (e *element) meta(name string) []Meta {
	var out []Meta
	for i := range e.kids {
		if k := &e.kids[i]; k.is(name) {
			out = append(out, Meta{k.kid("wp:meta_key"), k.kid("wp:meta_value")})
		}
	}
	return out
}

func item(e element) (any, error) {
	it := &Item{Title: e.kid("title"), Link: e.kid("link"), PubDate: e.kid("pubDate"), Creator: e.kid("dc:creator"), GUID: e.kid("guid"),
		Content: e.kid("content:encoded"), Excerpt: e.kid("excerpt:encoded"),
		Date: e.kid("wp:post_date"), DateGMT: e.kid("wp:post_date_gmt"), Modified: e.kid("wp:post_modified"), ModifiedGMT: e.kid("wp:post_modified_gmt"),
		CommentStatus: e.kid("wp:comment_status"), PingStatus: e.kid("wp:ping_status"), Name: e.kid("wp:post_name"), Status: e.kid("wp:status"),
		Type: e.kid("wp:post_type"), Password: e.kid("wp:post_password"), AttachmentURL: e.kid("wp:attachment_url"), Meta: e.meta("wp:postmeta")}
	numbers := []struct {
		name string
		dest *int64
	}{{"wp:post_id", &it.ID}, {"wp:post_parent", &it.Parent}, {"wp:menu_order", &it.MenuOrder}}
	for _, n := range numbers {
		var err error
		if *n.dest, err = e.number(n.name); err != nil {
			return nil, err
		}
	}
	sticky, err := e.number("wp:is_sticky")
	if err != nil {
		return nil, err
	}
	it.Sticky = sticky == 1
	seen := map[[2]string]bool{} // WXR 1.0 names each twice
	for i := range e.kids {
		k := &e.kids[i]
		switch {
		case k.is("category"):
			ref := TermRef{Taxonomy: k.attr("domain"), Slug: k.attr("nicename"), Name: k.text}
			if ref.Taxonomy == "tag" {
				ref.Taxonomy = "post_tag"
			}
			if id := [2]string{ref.Taxonomy, ref.Slug}; ref.Slug != "" && !seen[id] {
				seen[id] = true
				it.Terms = append(it.Terms, ref)
			}
		case k.is("wp:comment"):
			c, err := comment(k)
			if err != nil {
				return nil, err
			}
			it.Comments = append(it.Comments, c)
		}
	}
	return it, nil
}

func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func comment(e *element) (Comment, error) {
	c := Comment{Author: e.kid("wp:comment_author"), Email: e.kid("wp:comment_author_email"), URL: e.kid("wp:comment_author_url"),
		IP: e.kid("wp:comment_author_IP"), Date: e.kid("wp:comment_date"), DateGMT: e.kid("wp:comment_date_gmt"), Content: e.kid("wp:comment_content"),
		Approved: e.kid("wp:comment_approved"), Type: e.kid("wp:comment_type"), Meta: e.meta("wp:commentmeta")}
	var err error
	if c.ID, err = e.number("wp:comment_id"); err != nil {
		return c, err
	}
	if c.Parent, err = e.number("wp:comment_parent"); err != nil {
		return c, err
	}
	c.UserID, err = e.number("wp:comment_user_id")
	return c, err
}
