package site

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/platenhq/platen/capability"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/password"
	"github.com/platenhq/platen/phpserialize"
)

// DBVersion is the version of the tables and options that Install makes.
const DBVersion = 61833

// Install is what a new site is made with.
type Install struct {
	URL, Title                    string
	User, Email, Password, Locale string
}

// Install fills empty tables as WordPress's own installation does: options,
// roles, an administrator, the category and the starter content, with the ids
// they have there (post 1, page 2, page 3, comment 1, category 1). It mirrors
// wp_install.
func (s *Site) Install(ctx context.Context, in Install) error {
	if format.SanitizeUser(in.User, true) != in.User || in.User == "" {
		return fmt.Errorf("site: %q cannot be a user name", in.User)
	}
	hash, err := password.Hasher{Cost: s.cfg.BcryptCost}.Hash(in.Password)
	if err != nil {
		return err
	}
	defer s.changed(ctx)
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		for _, step := range []func(context.Context, *store.Tx, Install) error{s.installOptions, s.installTerms, s.installPosts} {
			if err := step(ctx, tx, in); err != nil {
				return err
			}
		}
		return s.installUser(ctx, tx, in, hash)
	})
}

// freshOptions are the options of a new site, in WordPress's order: name,
// value, and "off" where it is not loaded with every request.
var freshOptions = [][3]string{
	{"blogdescription", ""}, {"users_can_register", "0"}, {"start_of_week", "1"}, {"use_balanceTags", "0"}, {"use_smilies", "1"},
	{"require_name_email", "1"}, {"comments_notify", "1"}, {"posts_per_rss", "10"}, {"rss_use_excerpt", "0"},
	{"mailserver_url", "mail.example.com"}, {"mailserver_login", "login@example.com"}, {"mailserver_pass", ""}, {"mailserver_port", "110"},
	{"default_category", "1"}, {"default_comment_status", "open"}, {"default_ping_status", "open"}, {"default_pingback_flag", "1"},
	{"posts_per_page", "10"}, {"date_format", "F j, Y"}, {"time_format", "g:i a"}, {"links_updated_date_format", "F j, Y g:i a"},
	{"comment_moderation", "0"}, {"moderation_notify", "1"}, {"permalink_structure", "/%year%/%monthnum%/%day%/%postname%/"},
	{"rewrite_rules", ""}, {"hack_file", "0"}, {"blog_charset", "UTF-8"}, {"moderation_keys", "", "off"}, {"active_plugins", "a:0:{}"},
	{"category_base", ""}, {"ping_sites", "https://rpc.pingomatic.com/"}, {"comment_max_links", "2"}, {"gmt_offset", "0"},
	{"default_email_category", "1"}, {"recently_edited", "", "off"}, {"template", "twentytwentyfive"}, {"stylesheet", "twentytwentyfive"},
	{"comment_registration", "0"}, {"html_type", "text/html"}, {"use_trackback", "0"}, {"default_role", "subscriber"},
	{"db_version", strconv.Itoa(DBVersion)}, {"uploads_use_yearmonth_folders", "1"}, {"upload_path", ""}, {"blog_public", "1"},
	{"default_link_category", "2"}, {"show_on_front", "posts"}, {"tag_base", ""}, {"show_avatars", "1"}, {"avatar_rating", "G"},
	{"upload_url_path", ""}, {"thumbnail_size_w", "150"}, {"thumbnail_size_h", "150"}, {"thumbnail_crop", "1"}, {"medium_size_w", "300"},
	{"medium_size_h", "300"}, {"avatar_default", "mystery"}, {"large_size_w", "1024"}, {"large_size_h", "1024"},
	{"image_default_link_type", "none"}, {"image_default_size", ""}, {"image_default_align", ""}, {"close_comments_for_old_posts", "0"},
	{"close_comments_days_old", "14"}, {"thread_comments", "1"}, {"thread_comments_depth", "5"}, {"page_comments", "0"},
	{"comments_per_page", "50"}, {"default_comments_page", "newest"}, {"comment_order", "asc"}, {"sticky_posts", "a:0:{}"},
	{"widget_categories", "a:0:{}"}, {"widget_text", "a:0:{}"}, {"widget_rss", "a:0:{}"}, {"uninstall_plugins", "a:0:{}", "off"},
	{"timezone_string", ""}, {"page_for_posts", "0"}, {"page_on_front", "0"}, {"default_post_format", "0"}, {"link_manager_enabled", "0"},
	{"finished_splitting_shared_terms", "1"}, {"site_icon", "0"}, {"medium_large_size_w", "768"}, {"medium_large_size_h", "0"},
	{"wp_page_for_privacy_policy", "3"}, {"show_comments_cookies_opt_in", "1"}, {"disallowed_keys", "", "off"},
	{"comment_previously_approved", "1"}, {"auto_plugin_theme_update_emails", "a:0:{}", "off"}, {"auto_update_core_dev", "enabled"},
	{"auto_update_core_minor", "enabled"}, {"auto_update_core_major", "enabled"}, {"wp_force_deactivated_plugins", "a:0:{}"},
	{"wp_attachment_pages_enabled", "0"}, {"wp_notes_notify", "1"}, {"initial_db_version", strconv.Itoa(DBVersion)},
	{"fresh_site", "1", "off"}, {"user_count", "1", "off"},
}

// adminEmailLifespan is after how long WordPress asks whether the address is
// still right.
const adminEmailLifespan = 180 * 24 * time.Hour

func (s *Site) installOptions(ctx context.Context, tx *store.Tx, in Install) error {
	roles, err := phpserialize.Marshal(rolesArray(capability.DefaultRoles()))
	if err != nil {
		return err
	}
	own := [][3]string{
		{"siteurl", in.URL}, {"home", in.URL}, {"blogname", in.Title}, {"admin_email", in.Email},
		{"admin_email_lifespan", strconv.FormatInt(s.now().Add(adminEmailLifespan).Unix(), 10)},
		{s.store.Prefix() + "user_roles", roles},
	}
	for _, o := range append(own, freshOptions...) {
		autoload := o[2]
		if autoload == "" {
			autoload = "on"
		}
		if _, err := tx.AddOption(ctx, wp.Option{Name: o[0], Value: o[1], Autoload: autoload}); err != nil {
			return err
		}
	}
	return nil
}

// rolesArray is the value of the option {prefix}user_roles.
func rolesArray(roles []capability.Role) *phpserialize.Array {
	out := &phpserialize.Array{}
	for _, r := range roles {
		caps := &phpserialize.Array{}
		for _, c := range r.Caps {
			caps.Put(c.Name, c.Value)
		}
		out.Put(r.Key, (&phpserialize.Array{}).Put("name", r.Name).Put("capabilities", caps))
	}
	return out
}

func (s *Site) installTerms(ctx context.Context, tx *store.Tx, _ Install) error {
	_, _, err := tx.InsertTerm(ctx, wp.Term{ID: 1, Name: "Uncategorized", Slug: "uncategorized", Taxonomy: "category", Count: 1})
	return err
}

const firstPost = `<!-- wp:paragraph -->
<p>This is the first post of your new site. Change it or delete it, and start writing.</p>
<!-- /wp:paragraph -->`

const samplePage = `<!-- wp:paragraph -->
<p>This is a page. Unlike posts, pages have no date and stay where they are: a good place for who you are and how to reach you.</p>
<!-- /wp:paragraph -->

<!-- wp:paragraph -->
<p>Go to <a href="%s/wp-admin/">your dashboard</a> to change or delete it.</p>
<!-- /wp:paragraph -->`

const privacyPage = `<!-- wp:heading -->
<h2 class="wp-block-heading">Who we are</h2>
<!-- /wp:heading -->

<!-- wp:paragraph -->
<p>The address of our website is: %s.</p>
<!-- /wp:paragraph -->

<!-- wp:heading -->
<h2 class="wp-block-heading">What we keep about you</h2>
<!-- /wp:heading -->

<!-- wp:paragraph -->
<p>Say here which data of your visitors you keep, for what, and for how long.</p>
<!-- /wp:paragraph -->`

func (s *Site) installPosts(ctx context.Context, tx *store.Tx, in Install) error {
	now := s.utcNow()
	base := wp.Post{Author: 1, Date: now, DateGMT: now, Modified: now, ModifiedGMT: now, Status: "publish", CommentStatus: "closed", PingStatus: "open"}
	post, page, privacy := base, base, base
	post.ID, post.Type, post.Title, post.Name, post.Content = 1, "post", "Hello world!", "hello-world", firstPost
	post.GUID, post.CommentStatus, post.CommentCount = in.URL+"/?p=1", "open", 1
	page.ID, page.Type, page.Title, page.Name, page.Content = 2, "page", "Sample Page", "sample-page", fmt.Sprintf(samplePage, in.URL)
	page.GUID = in.URL + "/?page_id=2"
	privacy.ID, privacy.Type, privacy.Title, privacy.Name, privacy.Content = 3, "page", "Privacy Policy", "privacy-policy", fmt.Sprintf(privacyPage, in.URL)
	privacy.GUID, privacy.Status, privacy.PingStatus = in.URL+"/?page_id=3", "draft", "open"
	for _, p := range []wp.Post{post, page, privacy} {
		if _, err := tx.InsertPost(ctx, p); err != nil {
			return err
		}
		if p.Type != "page" {
			continue
		}
		if _, err := tx.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: p.ID, Key: "_wp_page_template", Value: "default"}); err != nil {
			return err
		}
	}
	t, err := tx.Term(ctx, 1, "category")
	if err != nil {
		return err
	}
	if err := tx.AddObjectTerms(ctx, 1, []int64{t.TermTaxonomyID}); err != nil {
		return err
	}
	_, err = tx.InsertComment(ctx, wp.Comment{
		ID: 1, PostID: 1, Author: "A commenter", AuthorEmail: "commenter@example.org", Date: now, DateGMT: now,
		Content: "Hello, this is a comment.", Approved: "1", Type: "comment",
	})
	return err
}

func (s *Site) installUser(ctx context.Context, tx *store.Tx, in Install, hash string) error {
	u := wp.User{ID: 1, Login: in.User, Pass: hash, Nicename: format.SanitizeTitle(in.User, ""), Email: in.Email, URL: in.URL, Registered: s.utcNow(), DisplayName: in.User}
	if _, err := tx.InsertUser(ctx, u); err != nil {
		return err
	}
	meta := [][2]string{
		{"nickname", in.User}, {"first_name", ""}, {"last_name", ""}, {"description", ""}, {"rich_editing", "true"},
		{"syntax_highlighting", "true"}, {"infinite_scrolling", "true"}, {"comment_shortcuts", "false"}, {"admin_color", "modern"}, {"use_ssl", "0"},
		{"show_admin_bar_front", "true"}, {"locale", ""},
		{s.userMetaKey("capabilities"), `a:1:{s:13:"administrator";b:1;}`}, {s.userMetaKey("user_level"), "10"},
		{"dismissed_wp_pointers", ""}, {"show_welcome_panel", "1"},
	}
	for _, m := range meta {
		if _, err := tx.AddMeta(ctx, wp.UserMeta, wp.Meta{ObjectID: 1, Key: m[0], Value: m[1]}); err != nil {
			return err
		}
	}
	return nil
}
