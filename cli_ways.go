package platen

import (
	"context"
	"fmt"
	"strconv"

	"github.com/platenhq/platen/apppassword"
	"github.com/platenhq/platen/internal/site"
)

var appPasswordTool = tooling("app-password", map[string]verb{
	"create": {"USER --name NAME", []string{"name", "what it is for"}, func(ctx context.Context, t *tool) error {
		return t.onUser(ctx, func(u *site.User) (row, error) {
			item, plain, err := t.app.site.CreateAppPassword(ctx, u.ID, t.get("name"), "")
			return row{"uuid", item.UUID, "name", item.Name, "user", u.Login, "password", apppassword.Chunk(plain)}, err
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
			rows = append(rows, row{"uuid", i.UUID, "name", i.Name, "created", i.Created, "last_used", i.LastUsed, "last_ip", i.LastIP})
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
