package site

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"sync"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/internal/store"
	"github.com/platenhq/platen/internal/wp"
	"github.com/platenhq/platen/oauth1"
	"github.com/platenhq/platen/password"
	"github.com/platenhq/platen/phpserialize"
)

// consumerType is the post type in which the plugin keeps OAuth consumers.
const consumerType = "json_consumer"

// Lengths of keys and secrets, as the plugin's.
const (
	consumerKeyLength = 12
	tokenKeyLength    = 24
	oauthSecretLength = 48
	requestTokenLife  = 86400 // seconds
)

// Consumer is a registered OAuth 1.0a client: a post with meta, where the
// WordPress plugin keeps it. Its secret is kept in the clear, since signatures
// are checked with it.
type Consumer struct {
	ID                int64
	Name, Description string
	Key, Secret       string
	Callback          string // a URL or "oob"
	Created           string // local time
}

func consumerOf(p *wp.Post, m Meta) Consumer {
	return Consumer{ID: p.ID, Name: p.Title, Description: p.Content, Key: m.Get("key"), Secret: m.Get("secret"), Callback: m.Get("callback"), Created: p.Date}
}

// Consumers lists the OAuth consumers.
func (s *Site) Consumers(ctx context.Context) ([]Consumer, error) {
	posts, _, err := s.QueryPosts(ctx, store.PostQuery{Types: []string{consumerType}, OrderBy: []store.PostOrder{{By: store.ByID, Order: store.Asc}}, NoCount: true})
	if err != nil {
		return nil, err
	}
	var out []Consumer
	for _, p := range posts {
		m, err := s.Meta(ctx, wp.PostMeta, p.ID)
		if err != nil {
			return nil, err
		}
		if m.Get("type") == "oauth1" && p.Status != "trash" {
			out = append(out, consumerOf(p, m))
		}
	}
	return out, nil
}

// Consumer returns a consumer by id, wp.ErrNotFound when there is none.
func (s *Site) Consumer(ctx context.Context, id int64) (Consumer, error) {
	p, err := s.Post(ctx, id)
	if err != nil {
		return Consumer{}, err
	}
	m, err := s.Meta(ctx, wp.PostMeta, id)
	if err != nil {
		return Consumer{}, err
	}
	if p.Type != consumerType || p.Status == "trash" || m.Get("type") != "oauth1" || m.Get("key") == "" || m.Get("secret") == "" {
		return Consumer{}, wp.ErrNotFound
	}
	return consumerOf(p, m), nil
}

// ConsumerByKey returns a consumer by its key, wp.ErrNotFound when there is none.
func (s *Site) ConsumerByKey(ctx context.Context, key string) (Consumer, error) {
	if key == "" || len(key) > 64 {
		return Consumer{}, wp.ErrNotFound
	}
	rows, err := s.store.FindMeta(ctx, wp.PostMeta, "key", key)
	if err != nil {
		return Consumer{}, err
	}
	for _, row := range rows {
		c, err := s.Consumer(ctx, row.ObjectID)
		if err == nil && c.Key == key {
			return c, nil
		}
		if err != nil && !isNotFound(err) {
			return Consumer{}, err
		}
	}
	return Consumer{}, wp.ErrNotFound
}

// CreateConsumer registers a consumer with the name, description and callback
// of c, and gives it a key and a secret. The error is an *Error for what is
// not good.
func (s *Site) CreateConsumer(ctx context.Context, c Consumer) (Consumer, error) {
	c.Name, c.Description = format.SanitizeTextField(c.Name), format.SanitizeTextareaField(c.Description)
	if c.Name == "" {
		return c, &Error{Code: "rest_oauth1_missing_name", Message: "A name is required.", Status: 400}
	}
	if !oauth1.CallbackAllowed(oauth1.RFC5849, c.Callback, c.Callback) {
		return c, &Error{Code: "rest_oauth1_invalid_callback", Message: "The callback must be a URL with a host, or oob.", Status: 400}
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return c, err
	}
	if c.Key, err = s.token(consumerKeyLength); err == nil {
		c.Secret, err = s.token(oauthSecretLength)
	}
	if err != nil {
		return c, err
	}
	defer s.changed(ctx)
	c.Created = s.localNow(ctx)
	row := wp.Post{
		Author: CurrentID(ctx), Date: c.Created, Modified: c.Created, ModifiedGMT: s.utcNow(), Status: "draft", Type: consumerType,
		Title: c.Name, Content: c.Description, CommentStatus: "closed", PingStatus: "closed",
	}
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		r := row
		if r.ID, err = tx.InsertPost(ctx, r); err != nil {
			return err
		}
		c.ID = r.ID
		r.GUID = set.Home + "/?post_type=" + consumerType + "&p=" + strconv.FormatInt(r.ID, 10)
		if err := tx.UpdatePost(ctx, r); err != nil {
			return err
		}
		for _, m := range [][2]string{{"key", c.Key}, {"secret", c.Secret}, {"callback", c.Callback}, {"type", "oauth1"}} {
			if _, err := tx.AddMeta(ctx, wp.PostMeta, wp.Meta{ObjectID: r.ID, Key: m[0], Value: m[1]}); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// RenewConsumerSecret gives a consumer a new secret.
func (s *Site) RenewConsumerSecret(ctx context.Context, id int64) (Consumer, error) {
	c, err := s.Consumer(ctx, id)
	if err != nil {
		return c, err
	}
	if c.Secret, err = s.token(oauthSecretLength); err != nil {
		return c, err
	}
	return c, s.SetMeta(ctx, wp.PostMeta, id, "secret", c.Secret)
}

// DeleteConsumer removes a consumer and every token it was given.
func (s *Site) DeleteConsumer(ctx context.Context, id int64) error {
	if _, err := s.Consumer(ctx, id); err != nil {
		return err
	}
	if err := s.dropTokens(ctx, func(a *phpserialize.Array) bool { return phpInt(a.Lookup("consumer")) == id }); err != nil {
		return err
	}
	_, err := s.DeletePost(ctx, id)
	return err
}

func (s *Site) token(n int) (string, error) { return password.Generate(s.rand, n, password.Letters) }

var _ auth.OAuth1Credentials = (*Site)(nil)

// OAuth1Consumer implements auth.OAuth1Credentials.
func (s *Site) OAuth1Consumer(ctx context.Context, key string) (auth.OAuth1Consumer, error) {
	c, err := s.ConsumerByKey(ctx, key)
	if isNotFound(err) {
		return auth.OAuth1Consumer{}, oauth1.ErrConsumerNotFound
	}
	return auth.OAuth1Consumer{ID: c.ID, Secret: c.Secret}, err
}

// OAuth1Token implements auth.OAuth1Credentials.
func (s *Site) OAuth1Token(ctx context.Context, key string) (auth.OAuth1Token, error) {
	a, _, err := s.readToken(ctx, accessOption, key)
	if isNotFound(err) {
		return auth.OAuth1Token{}, oauth1.ErrTokenNotFound
	}
	if err != nil {
		return auth.OAuth1Token{}, err
	}
	t := accessToken(a)
	u, err := s.User(ctx, t.User)
	if isNotFound(err) {
		return auth.OAuth1Token{}, oauth1.ErrTokenNotFound
	}
	if err != nil {
		return auth.OAuth1Token{}, err
	}
	return auth.OAuth1Token{Consumer: t.Consumer, Secret: t.Secret, UserID: u.ID, Login: u.Login}, nil
}

// oauthState is what OAuth needs beside the rows.
type oauthState struct {
	mu       sync.Mutex
	ready    bool  // the table of nonces is there
	sweepAt  int64 // when request tokens are next looked through
	forgetAt int64 // when nonces are
}

var _ oauth1.Replay = (*Site)(nil)

// Use implements oauth1.Replay. The table it needs is made with the first
// request that is signed well, so a site without OAuth does not get it.
func (s *Site) Use(ctx context.Context, u oauth1.Use) (bool, error) {
	now := s.now().Unix()
	s.oauth.mu.Lock()
	if !s.oauth.ready {
		if err := s.store.CreateOAuthNonces(ctx); err != nil {
			s.oauth.mu.Unlock()
			return false, err
		}
		s.oauth.ready = true
	}
	sweep := now >= s.oauth.forgetAt
	if sweep {
		s.oauth.forgetAt = now + 60
	}
	s.oauth.mu.Unlock()
	if sweep {
		if _, err := s.store.ForgetOAuthNonces(ctx, now); err != nil {
			return false, err
		}
	}
	h := sha256.New()
	for _, part := range []string{u.Consumer, u.Token, strconv.FormatInt(u.Timestamp, 10), u.Nonce} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return s.store.UseOAuthNonce(ctx, hex.EncodeToString(h.Sum(nil)), u.Forget.Unix())
}

// dropTokensOf takes the OAuth tokens of a user who is deleted.
func (s *Site) dropTokensOf(ctx context.Context, u *User, _ *int64) {
	err := s.dropTokens(ctx, func(a *phpserialize.Array) bool { return phpInt(a.Lookup("user")) == u.ID })
	if err != nil {
		s.log.ErrorContext(ctx, "oauth tokens of a deleted user", "user", u.ID, "err", err)
	}
}
