package jwtauth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/platenhq/platen/auth"
	"github.com/platenhq/platen/internal/site"
)

// claims are those of an access token: the plugin's, and what ties the token to
// a login (sid), a password (pwd) and an audience.
type claims struct {
	jwt.RegisteredClaims
	Data     userData `json:"data"`
	Login    string   `json:"sid,omitempty"`
	Password string   `json:"pwd,omitempty"`
}

type userData struct {
	User struct {
		ID userID `json:"id"`
	} `json:"user"`
}

// userID is a text in the plugin's tokens; a number is read too.
type userID int64

func (u userID) MarshalJSON() ([]byte, error) { return json.Marshal(strconv.FormatInt(int64(u), 10)) }

func (u *userID) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	*u = userID(n)
	return err
}

// invalid is a refusal with the code of the plugin and a message of its
// library.
func invalid(message, reason string) *auth.Error {
	return &auth.Error{Code: "jwt_auth_invalid_token", Message: message, Status: http.StatusForbidden, Reason: reason}
}

// sign makes an access token.
func (s *Service) sign(ctx context.Context, u *site.User, login string) (string, error) {
	set, err := s.site.Settings(ctx)
	if err != nil {
		return "", err
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return "", err
	}
	now := s.site.Now()
	c := claims{Login: login, Password: s.site.PasswordMark(u)}
	c.Issuer, c.Audience, c.ID = set.Home, jwt.ClaimStrings{set.Home}, hex.EncodeToString(id)
	c.IssuedAt, c.NotBefore, c.ExpiresAt = jwt.NewNumericDate(now), jwt.NewNumericDate(now), jwt.NewNumericDate(now.Add(s.cfg.Life))
	c.Data.User.ID = userID(u.ID)
	return jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(s.key)
}

// known are the algorithms the plugin's library knows; others are no
// algorithms at all, these are the wrong ones.
var known = []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES256K", "ES384", "EdDSA"}

// header looks at the outside of a token, in the order of the plugin's
// library: golang-jwt has the same checks, in other words.
func header(token string) *auth.Error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return invalid("Wrong number of segments", auth.ReasonTokenMalformed)
	}
	var h map[string]any
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	if err != nil || json.Unmarshal(raw, &h) != nil {
		return invalid("Syntax error, malformed JSON", auth.ReasonTokenMalformed)
	}
	alg, _ := h["alg"].(string)
	switch {
	case alg == "":
		return invalid("Empty algorithm", auth.ReasonTokenMalformed)
	case !slices.Contains(known, alg):
		return invalid("Algorithm not supported", auth.ReasonTokenForged)
	case alg != "HS256":
		return invalid("Incorrect key for this algorithm", auth.ReasonTokenForged)
	}
	return nil
}

// CheckToken implements auth.Tokens.
func (s *Service) CheckToken(ctx context.Context, token string) (*auth.Identity, error) {
	if e := header(token); e != nil {
		return nil, e
	}
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return s.key, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithTimeFunc(s.site.Now), jwt.WithLeeway(s.cfg.Leeway), jwt.WithIssuedAt(), jwt.WithExpirationRequired())
	if err != nil {
		return nil, s.parseError(err, &c)
	}
	set, err := s.site.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if c.Issuer != set.Home || !slices.Contains(c.Audience, set.Home) {
		return nil, &auth.Error{Code: "jwt_auth_bad_iss", Message: "The iss do not match with this server", Status: http.StatusForbidden, Reason: auth.ReasonTokenForeign}
	}
	if c.Data.User.ID <= 0 {
		return nil, &auth.Error{Code: "jwt_auth_bad_request", Message: "User ID not found in the token", Status: http.StatusForbidden, Reason: auth.ReasonTokenMalformed}
	}
	u, err := s.site.User(ctx, int64(c.Data.User.ID))
	if site.NotFound(err) {
		return nil, errRevoked
	}
	if err != nil {
		return nil, err
	}
	if !hmac.Equal([]byte(c.Password), []byte(s.site.PasswordMark(u))) {
		return nil, invalid("Token has been revoked", auth.ReasonTokenPassword)
	}
	if !slices.ContainsFunc(s.site.TokenLogins(u), func(t site.TokenLogin) bool { return t.ID == c.Login }) {
		return nil, errRevoked
	}
	return &auth.Identity{UserID: u.ID, Login: u.Login, Method: auth.MethodJWT, Credential: c.Login}, nil
}

var errRevoked = invalid("Token has been revoked", auth.ReasonTokenRevoked)

// parseError words an error of golang-jwt as the plugin's library does.
func (s *Service) parseError(err error, c *claims) error {
	early := func(d *jwt.NumericDate) error {
		return invalid("Cannot handle token prior to "+d.UTC().Format("2006-01-02T15:04:05-0700"), auth.ReasonTokenEarly)
	}
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		return invalid("Syntax error, malformed JSON", auth.ReasonTokenMalformed)
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenUnverifiable):
		return invalid("Signature verification failed", auth.ReasonTokenForged)
	case errors.Is(err, jwt.ErrTokenNotValidYet) && c.NotBefore != nil:
		return early(c.NotBefore)
	case errors.Is(err, jwt.ErrTokenUsedBeforeIssued) && c.IssuedAt != nil:
		return early(c.IssuedAt)
	}
	return invalid("Expired token", auth.ReasonTokenExpired)
}

// refreshToken makes the refresh token of a generation of a login. It is kept
// nowhere: whoever knows the key can make it again to compare. It dies with the
// password.
func (s *Service) refreshToken(u *site.User, login string, generation int) string {
	text := fmt.Sprintf("%d.%s.%d", u.ID, login, generation)
	mac := hmac.New(sha256.New, s.refreshKey)
	mac.Write([]byte(text + "\x00" + s.site.PasswordMark(u)))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// readRefresh finds whose refresh token it is; false when nobody's.
func (s *Service) readRefresh(ctx context.Context, token string) (u *site.User, login string, generation int, err error) {
	none := errNoRefresh
	if len(token) > 512 {
		return nil, "", 0, none
	}
	parts := strings.Split(token, ".")
	if len(parts) != 4 {
		return nil, "", 0, none
	}
	user, err1 := strconv.ParseInt(parts[0], 10, 64)
	generation, err2 := strconv.Atoi(parts[2])
	if err1 != nil || err2 != nil {
		return nil, "", 0, none
	}
	u, err = s.site.User(ctx, user)
	if site.NotFound(err) {
		return nil, "", 0, none
	}
	if err != nil {
		return nil, "", 0, err
	}
	if !hmac.Equal([]byte(token), []byte(s.refreshToken(u, parts[1], generation))) {
		return nil, "", 0, none
	}
	return u, parts[1], generation, nil
}

// newLogin starts a chain of tokens.
func (s *Service) newLogin(ctx context.Context, u *site.User, from site.Client) (site.TokenLogin, error) {
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return site.TokenLogin{}, err
	}
	now := s.site.Now()
	if len(from.UserAgent) > 255 {
		from.UserAgent = strings.ToValidUTF8(from.UserAgent[:255], "")
	}
	t := site.TokenLogin{
		ID: hex.EncodeToString(id), Generation: 1, Created: now.Unix(), Expiration: now.Add(s.loginLife()).Unix(), IP: from.IP, UserAgent: from.UserAgent,
	}
	return t, s.site.ChangeTokenLogins(ctx, u.ID, func(list []site.TokenLogin) []site.TokenLogin { return append(list, t) })
}

// loginLife is how long a login lasts without being refreshed.
func (s *Service) loginLife() time.Duration {
	return max(s.cfg.Life, s.cfg.RefreshLife)
}
