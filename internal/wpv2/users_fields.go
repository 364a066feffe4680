package wpv2

import (
	"context"
	"time"

	"github.com/platenhq/platen/capability"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/ordered"
	"github.com/platenhq/platen/rest"
	"github.com/platenhq/platen/schema"
)

type userField = rest.Field[*site.User, userWrite]

func (c *users) userFields() rest.Fields[*site.User, userWrite] {
	keys := c.metaKeys(wp.UserMeta, "user")
	f := append(c.userNameFields(), c.userAccessFields()...)
	return append(f,
		userField{
			Name: "avatar_urls", Schema: avatarSchema("Addresses of the user's picture.", embedFirst),
			Get: func(s *rest.Scope, u *site.User) any {
				if !c.avatars(s.Ctx) {
					return rest.Omit
				}
				return c.avatarURLs(s.Ctx, u.Email, initialsOf(u))
			},
		},
		userField{
			Name: "meta", Schema: c.metaSchema(wp.UserMeta, "user"),
			Get: func(s *rest.Scope, u *site.User) any { return c.metaValue(s, wp.UserMeta, keys, u.ID) },
		},
	)
}

// line is one line of text.
func line(description string, contexts ...string) *schema.Schema {
	return schema.String(description).In(contexts...).Sanitize(schema.Text(sanitizeText))
}

// give takes a text that a request brings, the empty one too.
func give(field func(*userWrite) **string) func(*rest.Scope, *userWrite, any) error {
	return func(_ *rest.Scope, w *userWrite, v any) error {
		if s, ok := v.(string); ok {
			*field(w) = &s
		}
		return nil
	}
}

// metaText shows a text of the user's meta.
func metaText(key string) func(*rest.Scope, *site.User) any {
	return func(_ *rest.Scope, u *site.User) any { return u.Meta.Get(key) }
}

func (c *users) userNameFields() []userField {
	return []userField{
		{Name: "id", Schema: schema.Integer("ID of the user.").In(embedFirst...).Readonly(), Get: func(_ *rest.Scope, u *site.User) any { return u.ID }},
		{
			Name: "username", Schema: schema.String("The name to log in with.").In(editOnly...).Required().Sanitize(checkUsername),
			Get: func(_ *rest.Scope, u *site.User) any { return u.Login },
			Set: give(func(w *userWrite) **string { return &w.Login }),
		},
		{
			Name: "name", Schema: line("The name that is shown.", embedFirst...),
			Get: func(_ *rest.Scope, u *site.User) any { return u.DisplayName },
			Set: give(func(w *userWrite) **string { return &w.DisplayName }),
		},
		{
			Name: "first_name", Schema: line("First name.", editOnly...), Get: metaText("first_name"),
			Set: give(func(w *userWrite) **string { return &w.FirstName }),
		},
		{
			Name: "last_name", Schema: line("Last name.", editOnly...), Get: metaText("last_name"),
			Set: give(func(w *userWrite) **string { return &w.LastName }),
		},
		{
			Name: "email", Schema: schema.String("E-mail address.").Format("email").In(editOnly...).Required(),
			Get: func(_ *rest.Scope, u *site.User) any { return u.Email },
			Set: give(func(w *userWrite) **string { return &w.Email }),
		},
		{
			Name: "url", Schema: schema.String("Address of the user's own site.").Format("uri").In(embedFirst...),
			Get: func(_ *rest.Scope, u *site.User) any { return u.URL },
			Set: give(func(w *userWrite) **string { return &w.URL }),
		},
		{
			Name: "description", Schema: schema.String("What the user says about themselves.").In(embedFirst...), Get: metaText("description"),
			Set: give(func(w *userWrite) **string { return &w.Description }),
		},
		{
			Name: "link", Schema: schema.String("Address of the list of the user's posts.").Format("uri").In(embedFirst...).Readonly(),
			Get: func(s *rest.Scope, u *site.User) any { return c.site.AuthorLink(s.Ctx, u) },
		},
		{
			Name: "locale", Schema: schema.String("The user's language; empty for the site's.").EnumStrings(c.locales()).In(editOnly...),
			Get: func(s *rest.Scope, u *site.User) any { return c.site.Locale(s.Ctx, u) },
			Set: give(func(w *userWrite) **string { return &w.Locale }),
		},
		{
			Name: "nickname", Schema: line("Nickname.", editOnly...), Get: metaText("nickname"),
			Set: give(func(w *userWrite) **string { return &w.Nickname }),
		},
		{
			Name: "slug", Schema: schema.String("The user's part of their address.").In(embedFirst...).Sanitize(sanitizeSlug),
			Get: func(_ *rest.Scope, u *site.User) any { return u.Nicename },
			Set: give(func(w *userWrite) **string { return &w.Nicename }),
		},
	}
}

// locales are the languages that a user can choose.
func (c *users) locales() []string {
	out := []string{"", "en_US"}
	if l := c.site.SiteLocale(context.Background()); l != "en_US" {
		out = append(out, l)
	}
	return out
}

func (c *users) userAccessFields() []userField {
	return []userField{
		{
			Name: "roles", Schema: schema.New("The user's roles.", "array").Items(schema.String("")).In(editOnly...),
			Get: func(s *rest.Scope, u *site.User) any {
				if !c.site.Can(s.Ctx, "list_users") && !c.site.Can(s.Ctx, "edit_user", u.ID) {
					return rest.Omit
				}
				return append([]string{}, u.Caps.Roles()...)
			},
			Set: func(s *rest.Scope, w *userWrite, v any) error {
				if _, ok := v.([]any); ok {
					roles := append([]string{}, s.Req.Strings("roles")...)
					w.Roles = &roles
				}
				return nil
			},
		},
		{
			Name: "registered_date", Schema: schema.String("When the user was registered.").Format("date-time").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, u *site.User) any { return utcDate(u.Registered) },
		},
		{
			Name: "capabilities", Schema: schema.Object("What the user may do.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, u *site.User) any { return grantsObject(u.Caps.All()) },
		},
		{
			Name: "extra_capabilities", Schema: schema.Object("The roles and capabilities that are the user's own.").In(editOnly...).Readonly(),
			Get: func(_ *rest.Scope, u *site.User) any { return grantsObject(u.Caps.Own()) },
		},
		{
			Name: "password", Schema: schema.String("The password; never shown.").In([]string{}...).Required().Sanitize(checkUserPassword),
			Set: give(func(w *userWrite) **string { return &w.Pass }),
		},
	}
}

func grantsObject(grants []capability.Grant) *ordered.Object {
	o := ordered.NewObject(len(grants))
	for _, g := range grants {
		o.Set(g.Name, phpObject(g.Value))
	}
	return o
}

// utcDate is a stored moment with its zone, as PHP's gmdate('c') of it.
func utcDate(stored string) string {
	if stored == wp.ZeroDate {
		return "-0001-11-30T00:00:00+00:00"
	}
	t, err := time.Parse(time.DateTime, stored)
	if err != nil {
		return "1970-01-01T00:00:00+00:00"
	}
	return t.Format("2006-01-02T15:04:05+00:00")
}

// checkUsername mirrors check_username.
func checkUsername(_ context.Context, v any, _ string) (any, *schema.Error) {
	name, _ := v.(string)
	if !format.ValidUsername(name) {
		return nil, badUserParam("rest_user_invalid_username", "This username is invalid because it uses illegal characters. Please enter a valid username.")
	}
	return name, nil
}

// checkUserPassword mirrors check_user_password.
func checkUserPassword(_ context.Context, v any, _ string) (any, *schema.Error) {
	password, _ := v.(string)
	if emptyText(password) {
		return nil, badUserParam("rest_user_invalid_password", "Passwords cannot be empty.")
	}
	for i := range len(password) {
		if password[i] == '\\' {
			return nil, badUserParam("rest_user_invalid_password", `Passwords cannot contain the "\" character.`)
		}
	}
	return password, nil
}

func badUserParam(code, message string) *schema.Error {
	return &schema.Error{Code: code, Message: message, Data: ordered.Of("status", 400)}
}
