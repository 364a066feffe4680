package platen

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/site"
	"github.com/platenhq/platen/schema"
)

var appPasswordTool = tooling("app-password", map[string]verb{
	"create": {"USER --name NAME [--expires TIME] [--read-only] [--caps LIST] [--ip LIST]", []string{
		"name", "what it is for",
		"expires", "when it ends: a date, a time such as 2027-01-31T12:00:00Z, or from now on as 24h or 90d",
		"read-only?", "good for requests that change nothing",
		"caps", "the capabilities that are left of the user's (comma-separated)",
		"ip", "addresses and networks it may be used from (comma-separated)",
	}, func(ctx context.Context, t *tool) error {
		limits, err := readLimits(t, time.Now())
		if err != nil {
			return err
		}
		return t.onUser(ctx, func(u *site.User) (row, error) {
			item, plain, err := t.app.site.CreateAppPassword(ctx, u.ID, apppassword.New{Name: t.get("name"), Limits: limits})
			out := row{"uuid", item.UUID, "name", item.Name, "user", u.Login, "password", apppassword.Chunk(plain)}
			if limits.Limited() {
				out = append(out, "limits", limitsText(item))
			}
			return out, err
		})
	}},
	"list": {"USER", nil, func(ctx context.Context, t *tool) error {
		if err := t.need(1, "the user's login, e-mail address or id"); err != nil {
			return err
		}
		u, err := t.user(ctx, t.args[0])
		if err != nil {
			return err
		}
		list, err := t.app.site.AppPasswords(ctx, u.ID)
		if err != nil {
			return err
		}
		var rows []row
		for _, i := range list.All() {
			rows = append(rows, row{"uuid", i.UUID, "name", i.Name, "created", i.Created, "last_used", i.LastUsed, "last_ip", i.LastIP, "limits", limitsText(i)})
		}
		return t.list(rows)
	}},
	"revoke": {"USER UUID|all", nil, func(ctx context.Context, t *tool) error {
		if err := t.need(2, "a user, and a UUID or all"); err != nil {
			return err
		}
		u, err := t.user(ctx, t.args[0])
		if err != nil {
			return err
		}
		n := 1
		if t.args[1] == "all" {
			n, err = t.app.site.DeleteAppPasswords(ctx, u.ID)
		} else {
			err = t.app.site.DeleteAppPassword(ctx, u.ID, t.args[1])
		}
		if err != nil {
			return plainError(err)
		}
		return t.show(row{"user", u.Login, "revoked", n})
	}},
})

// readLimits reads the limits of a new application password from the flags.
func readLimits(t *tool, now time.Time) (apppassword.Limits, error) {
	l := apppassword.Limits{ReadOnly: t.get("read-only") == "true"}
	list := func(name string) []string {
		return strings.FieldsFunc(t.get(name), func(r rune) bool { return r == ',' || r == ' ' })
	}
	if text := t.get("expires"); text != "" {
		at, err := parseExpiry(text, now)
		if err != nil {
			return l, err
		}
		l.Expires = at.Unix()
	}
	if t.get("caps") != "" {
		l.Caps = list("caps")
	}
	for _, text := range list("ip") {
		p, err := apppassword.ParseNetwork(text)
		if err != nil {
			return l, fmt.Errorf("ip: %w", err)
		}
		l.Networks = append(l.Networks, p)
	}
	if len(l.Caps) > apppassword.MaxLimits || len(l.Networks) > apppassword.MaxLimits {
		return l, fmt.Errorf("there may be %d capabilities and %d networks", apppassword.MaxLimits, apppassword.MaxLimits)
	}
	return l, nil
}

// parseExpiry reads a time in the future: a date or time in UTC, or a duration
// from now on, whose unit may also be d for days.
func parseExpiry(text string, now time.Time) (time.Time, error) {
	at, ok := schema.ParseDate(text)
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		if n, err := strconv.Atoi(days); err == nil && n < 36500 {
			at, ok = now.AddDate(0, 0, n), true
		}
	} else if d, err := time.ParseDuration(text); err == nil {
		at, ok = now.Add(d), true
	} else if day, err := time.Parse(time.DateOnly, text); err == nil {
		at, ok = day, true
	}
	if !ok || !at.After(now) {
		return at, fmt.Errorf("expires: %q is no time in the future, such as 2027-01-31, 2027-01-31T12:00:00Z, 24h or 90d", text)
	}
	return at, nil
}

// limitsText says in a line what an application password may not do.
func limitsText(i apppassword.Item) string {
	l, err := i.Limits()
	if err != nil {
		return "lost: refused"
	}
	var parts []string
	if l.Expires != 0 {
		parts = append(parts, "expires "+time.Unix(l.Expires, 0).UTC().Format(time.RFC3339))
	}
	if l.ReadOnly {
		parts = append(parts, "read-only")
	}
	if l.Caps != nil {
		parts = append(parts, "caps "+strings.Join(l.Caps, ","))
	}
	if l.Networks != nil {
		var list []string
		for _, p := range l.Networks {
			list = append(list, p.String())
		}
		parts = append(parts, "ip "+strings.Join(list, ","))
	}
	return strings.Join(parts, "; ")
}

var oauthConsumerTool = tooling("oauth-consumer", map[string]verb{
	"create": {"--name NAME --callback URL|oob [--description TEXT]", []string{"name", "name, shown to the users it asks", "callback", "address users are sent back to, or oob", "description", "what it is for"}, func(ctx context.Context, t *tool) error {
		if err := t.need(0, "--name and --callback"); err != nil {
			return err
		}
		c, err := t.app.site.CreateConsumer(ctx, site.Consumer{Name: t.get("name"), Description: t.get("description"), Callback: t.get("callback")})
		if err != nil {
			return plainError(err)
		}
		return t.show(row{"id", c.ID, "name", c.Name, "callback", c.Callback, "key", c.Key, "secret", c.Secret})
	}},
	"list": {"", nil, func(ctx context.Context, t *tool) error {
		list, err := t.app.site.Consumers(ctx)
		if err != nil {
			return err
		}
		var rows []row
		for _, c := range list {
			rows = append(rows, row{"id", c.ID, "name", c.Name, "callback", c.Callback, "key", c.Key})
		}
		return t.list(rows)
	}},
	"revoke": {"ID|KEY", nil, func(ctx context.Context, t *tool) error {
		if err := t.need(1, "the id or the key of the consumer"); err != nil {
			return err
		}
		c, err := t.app.site.ConsumerByKey(ctx, t.args[0])
		if id, numErr := strconv.ParseInt(t.args[0], 10, 64); site.NotFound(err) && numErr == nil {
			c, err = t.app.site.Consumer(ctx, id)
		}
		if site.NotFound(err) {
			return fmt.Errorf("there is no consumer %q", t.args[0])
		}
		if err == nil {
			err = t.app.site.DeleteConsumer(ctx, c.ID)
		}
		if err != nil {
			return err
		}
		return t.show(row{"id", c.ID, "key", c.Key, "revoked", true})
	}},
})
