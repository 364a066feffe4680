package site

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/phpserialize"
	"github.com/platenhq/platen/schema"
)

// Setting is an option that the API shows: register_setting.
type Setting struct {
	Option      string // its name in the table
	Name        string // its name in the API; "" is Option
	Type        string // string, boolean, integer, number, array or object
	Label       string
	Description string
	Default     any
	// Schema describes a value where the type alone does not; its keywords are
	// added to those above.
	Schema *schema.Schema
	// Sanitize cleans a value before it is stored.
	Sanitize func(ctx context.Context, v any) any
}

// RESTName is what the API calls the setting.
func (t *Setting) RESTName() string {
	if t.Name != "" {
		return t.Name
	}
	return t.Option
}

// Settings lists the registered settings in order.
func (r *Registry) Settings() []*Setting { return r.settings }

// AddSetting registers a setting.
func (r *Registry) AddSetting(t *Setting) { r.settings = append(r.settings, t) }

// builtinSettings are the settings that WordPress registers itself.
func builtinSettings() []*Setting {
	openClosed := func() *schema.Schema { return schema.New("").Enum("open", "closed") }
	return []*Setting{
		{Option: "blogname", Name: "title", Type: "string", Label: "Title", Description: "What the site is called."},
		{Option: "blogdescription", Name: "description", Type: "string", Label: "Tagline", Description: "What the site is about, in a few words."},
		{Option: "siteurl", Name: "url", Type: "string", Description: "Address of the site.", Schema: schema.New("").Format("uri")},
		{Option: "admin_email", Name: "email", Type: "string", Description: "E-mail address of whoever looks after the site.", Schema: schema.New("").Format("email")},
		{Option: "timezone_string", Name: "timezone", Type: "string", Description: "Name of the time zone, after a city in it."},
		{Option: "date_format", Type: "string", Description: "How dates are written."},
		{Option: "time_format", Type: "string", Description: "How times of day are written."},
		{Option: "start_of_week", Type: "integer", Description: "The day that a week begins with; 0 is Sunday."},
		{Option: "WPLANG", Name: "language", Type: "string", Description: "Locale of the site.", Default: "en_US"},
		{Option: "use_smilies", Type: "boolean", Description: "Whether smilies are shown as pictures.", Default: true},
		{Option: "default_category", Type: "integer", Description: "Category of posts that are given none."},
		{Option: "default_post_format", Type: "string", Description: "Format of posts that are given none."},
		{Option: "posts_per_page", Type: "integer", Label: "Maximum posts per page", Description: "Largest number of posts on a page of the site.", Default: int64(10)},
		{Option: "show_on_front", Type: "string", Label: "Show on front", Description: "What the home page shows: posts or a page."},
		{Option: "page_on_front", Type: "integer", Label: "Page on front", Description: "ID of the page that is the home page."},
		{Option: "page_for_posts", Type: "integer", Description: "ID of the page that shows the latest posts."},
		{Option: "default_ping_status", Type: "string", Description: "Whether new posts can be pinged.", Schema: openClosed()},
		{Option: "default_comment_status", Type: "string", Label: "Allow comments on new posts", Description: "Whether new posts take comments.", Schema: openClosed()},
		{Option: "site_logo", Type: "integer", Label: "Logo", Description: "ID of the image that is the logo."},
		{Option: "site_icon", Type: "integer", Label: "Icon", Description: "ID of the image that is the icon."},
	}
}

// Setting returns the value of a registered setting as PHP has it, and
// whether there is one.
func (s *Site) Setting(ctx context.Context, t *Setting) (any, bool, error) {
	raw, found, err := s.LookupOption(ctx, t.Option)
	if err != nil || !found {
		return t.Default, false, err
	}
	if t.Option == "siteurl" || t.Option == "home" {
		raw = strings.TrimRight(raw, "/")
	}
	return phpserialize.MaybeUnserialize(raw), true, nil
}

// SaveSetting stores a value of a setting, cleaned as sanitize_option does,
// and returns it; what is not acceptable leaves the setting as it is. Changed
// is whether anything was written.
func (s *Site) SaveSetting(ctx context.Context, t *Setting, v any) (saved any, changed bool, err error) {
	clean, ok := s.sanitizeOption(ctx, t.Option, v)
	if t.Sanitize != nil && ok {
		clean = t.Sanitize(ctx, clean)
	}
	if !ok {
		old, _, err := s.Setting(ctx, t)
		return old, false, err
	}
	text, err := phpserialize.Text(clean)
	if err != nil {
		return nil, false, err
	}
	old, found, err := s.LookupOption(ctx, t.Option)
	if err != nil || found && old == text {
		return clean, false, err
	}
	if err := s.SetOption(ctx, t.Option, text); err != nil {
		return nil, false, err
	}
	if t.Option == "siteurl" || t.Option == "home" {
		clean = strings.TrimRight(text, "/")
	}
	return clean, true, nil
}

// ForgetSetting deletes a setting, so that its default holds: delete_option.
func (s *Site) ForgetSetting(ctx context.Context, t *Setting) error {
	defer s.changed(ctx)
	_, err := s.store.DeleteOption(ctx, t.Option)
	if err == nil && t.Option == "site_logo" {
		err = s.forgetLogo(ctx)
	}
	return err
}

// forgetLogo takes the logo out of the theme's own settings, where it is kept
// a second time.
func (s *Site) forgetLogo(ctx context.Context) error {
	name := "theme_mods_" + s.Theme(ctx)
	raw, err := s.Option(ctx, name)
	if err != nil {
		return err
	}
	mods, ok := phpserialize.MaybeUnserialize(raw).(*phpserialize.Array)
	if !ok || mods.Lookup("custom_logo") == nil {
		return nil
	}
	mods.Delete(phpserialize.StrKey("custom_logo"))
	text, err := phpserialize.Marshal(mods)
	if err != nil {
		return err
	}
	return s.SetOption(ctx, name, text)
}

var httpAddress = regexp.MustCompile(`(?i)https?://.+`)

// sanitizeOption is sanitize_option: the value as it is stored, and false for
// one that is not acceptable.
func (s *Site) sanitizeOption(ctx context.Context, option string, v any) (any, bool) {
	text, _ := v.(string)
	switch option {
	case "admin_email", "new_admin_email":
		text = format.SanitizeEmail(text)
		return text, format.IsEmail(text)
	case "thumbnail_size_w", "thumbnail_size_h", "medium_size_w", "medium_size_h", "medium_large_size_w", "medium_large_size_h", "large_size_w",
		"large_size_h", "comment_max_links", "page_on_front", "page_for_posts", "rss_excerpt_length", "default_category",
		"default_email_category", "default_link_category", "close_comments_days_old", "comments_per_page", "thread_comments_depth",
		"users_can_register", "start_of_week", "site_icon":
		return schema.Absint(v), true
	case "posts_per_page", "posts_per_rss":
		return perPage(phpInt(v)), true
	case "default_ping_status", "default_comment_status":
		if phpEmpty(text) {
			return "closed", true
		}
	case "blogname", "blogdescription":
		return format.EscHTML(text), true
	case "date_format", "time_format":
		return format.NewKses(format.KsesData, "").Filter(format.StripTags(text)), true
	case "siteurl", "home":
		return format.SanitizeURL(text), httpAddress.MatchString(text)
	case "WPLANG":
		return text, phpEmpty(text) || text == s.SiteLocale(ctx)
	case "timezone_string":
		return text, phpEmpty(text) || knownZone(text)
	case "default_role":
		return s.knownRole(ctx, text), true
	}
	return v, true
}

// perPage is a number of posts on a page: -1 is all of them.
func perPage(n int64) int64 {
	switch {
	case n == 0:
		return 1
	case n < -1:
		return -n
	}
	return n
}

func (s *Site) knownRole(ctx context.Context, role string) string {
	set, err := s.Settings(ctx)
	if err != nil {
		return role
	}
	_, known := set.Roles.Get(role)
	if _, fallback := set.Roles.Get("subscriber"); !known && fallback {
		return "subscriber"
	}
	return role
}

// knownZone reports whether text is the name of a time zone as PHP lists them.
func knownZone(text string) bool {
	if text == "Local" || strings.HasPrefix(text, "posix") || strings.HasPrefix(text, "right/") {
		return false
	}
	loc, err := time.LoadLocation(text)
	return err == nil && loc.String() == text
}
