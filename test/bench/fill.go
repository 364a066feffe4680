package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/platenhq/platen"
	"github.com/platenhq/platen/internal/config"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
)

// firstID is the id of the first post that fill makes.
const firstID = 10

var words = strings.Fields("moon river stone garden letter window winter silver harbour copper lantern meadow thunder velvet orchard compass violin marble feather ocean")

// fill makes a site in dir with n posts of about 2 KB.
func fill(ctx context.Context, dir string, n int, c crowd) error {
	cfg := config.Default()
	cfg.Data, cfg.DB, cfg.AdminPassword = dir, "sqlite:"+dir+"/platen.db", adminPassword
	app, err := platen.Open(ctx, cfg, platen.Options{})
	if err != nil {
		return err
	}
	if err := app.Close(); err != nil {
		return err
	}
	db, err := store.Open(ctx, cfg.DB, store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	rng := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := c.fill(ctx, db, n); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *store.Tx) error {
		t, err := tx.Term(ctx, 1, "category")
		if err != nil {
			return err
		}
		for i := range n {
			id := int64(firstID + i)
			at = at.Add(37 * time.Minute)
			date := at.Format(time.DateTime)
			p := wp.Post{
				ID: id, Author: c.author(i), Type: "post", Status: "publish", CommentStatus: "open", PingStatus: "open",
				Date: date, DateGMT: date, Modified: date, ModifiedGMT: date,
				Title: fmt.Sprintf("Post %d about the %s", i, words[rng.IntN(len(words))]), Name: fmt.Sprintf("post-%d", i),
				Content: text(rng), GUID: fmt.Sprintf("http://127.0.0.1:8080/?p=%d", id),
			}
			if _, err := tx.InsertPost(ctx, p); err != nil {
				return err
			}
			if err := tx.AddObjectTerms(ctx, id, []int64{t.TermTaxonomyID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// text is about 2 KB of paragraph blocks.
func text(rng *rand.Rand) string {
	var b strings.Builder
	for b.Len() < 2000 {
		b.WriteString("<!-- wp:paragraph -->\n<p>")
		for range 50 {
			b.WriteString(words[rng.IntN(len(words))] + " ")
		}
		b.WriteString("it's \"done\".</p>\n<!-- /wp:paragraph -->\n\n")
	}
	return b.String()
}
