package abuse

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// token logs in for a JSON Web Token; the case is skipped where there are none.
func (a *target) token(t *testing.T) (string, reply) {
	t.Helper()
	r := a.send(t, "POST", route("/jwt-auth/v1/token"), fmt.Sprintf(`{"username":%q,"password":%q}`, a.prey.login, a.prey.pass))
	if r.status == 404 {
		t.Skip("the server has no JSON Web Tokens")
	}
	token, _ := r.json("token").(string)
	if token == "" {
		t.Fatal(r)
	}
	if good := a.send(t, "GET", me, "", "Authorization", "Bearer "+token); good.status != 200 {
		t.Fatal("a good token: ", good)
	}
	return token, r
}

func b64(v any) string {
	raw, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(raw)
}

func claims(t *testing.T, token string) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	c := map[string]any{}
	if err != nil || json.Unmarshal(raw, &c) != nil {
		t.Fatal(token)
	}
	return c
}

// hs256 makes a token with a key of one's own.
func hs256(header, claims any, key []byte) string {
	text := b64(header) + "." + b64(claims)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (a *target) tokenRefused(t *testing.T, what, token string) {
	t.Helper()
	refused(t, what, a.send(t, "GET", me, "", "Authorization", "Bearer "+token))
	refused(t, what+", validate", a.send(t, "POST", route("/jwt-auth/v1/token/validate"), "", "Authorization", "Bearer "+token))
}

var plainHeader = map[string]any{"typ": "JWT", "alg": "HS256"}

var tokenCases = rows{
	{"JWT/alg none", "takes no token without a signature", func(t *testing.T, a *target) {
		token, _ := a.token(t)
		p := strings.Split(token, ".")
		a.unchanged(t, func() {
			for _, alg := range []any{"none", "None", "NONE", "nOnE", "", nil, 0, []string{"HS256"}, "HS256 "} {
				head := b64(map[string]any{"typ": "JWT", "alg": alg})
				a.tokenRefused(t, fmt.Sprint(alg), head+"."+p[1]+".")
				a.tokenRefused(t, fmt.Sprint(alg)+" with the old signature", head+"."+p[1]+"."+p[2])
			}
			a.tokenRefused(t, "no signature", p[0]+"."+p[1]+".")
			a.tokenRefused(t, "two parts", p[0]+"."+p[1])
			a.tokenRefused(t, "four parts", token+".x")
		})
	}},
	{"JWT/confusion of algorithms", "verifies with one algorithm only", func(t *testing.T, a *target) {
		token, _ := a.token(t)
		c := claims(t, token)
		a.unchanged(t, func() {
			for _, alg := range []string{"HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA"} {
				a.tokenRefused(t, alg, hs256(map[string]any{"alg": alg}, c, []byte("x")))
			}
			keys := a.send(t, "GET", route("/platen/v1/jwks"), "")
			for _, key := range []string{keys.body, fmt.Sprint(keys.json("keys"))} {
				a.tokenRefused(t, "the public key as a secret", hs256(plainHeader, c, []byte(key)))
			}
			if list, _ := keys.json("keys").([]any); len(list) > 0 {
				x, _ := list[0].(map[string]any)["x"].(string)
				raw, _ := base64.RawURLEncoding.DecodeString(x)
				a.tokenRefused(t, "the public key as a secret", hs256(plainHeader, c, raw))
			}
		})
	}},
	{"JWT/key tricks in the header", "lets a token not choose its key", func(t *testing.T, a *target) {
		token, _ := a.token(t)
		c := claims(t, token)
		a.unchanged(t, func() {
			for name, v := range map[string]any{
				"kid": "../../../../dev/null", "kid ": "' UNION SELECT 'x", "jku": evil + "/jwks", "x5u": evil, "x5c": []string{"MII"}, "jwk": map[string]any{"kty": "oct", "k": "eA"}, "crit": []string{"exp"}, "cty": "JWT", "zip": "DEF",
			} {
				for _, key := range []string{"", "\x00", "x"} {
					a.tokenRefused(t, name, hs256(map[string]any{"typ": "JWT", "alg": "HS256", strings.TrimSpace(name): v}, c, []byte(key)))
				}
			}
		})
	}},
	{"JWT/weak keys", "signs with a key that nobody guesses", func(t *testing.T, a *target) {
		token, _ := a.token(t)
		c := claims(t, token)
		a.unchanged(t, func() {
			for _, key := range []string{"", "secret", "your-top-secret-key", "your-top-secrect-key", "put your unique phrase here", "JWT_AUTH_SECRET_KEY", "changeme", "password", a.base, "wordpress"} {
				a.tokenRefused(t, key, hs256(plainHeader, c, []byte(key)))
			}
		})
	}},
	{"JWT/claims", "reads exp as a number, wants it, and wants the user whose token it is", func(t *testing.T, a *target) {
		// With a key of one's own these say nothing on their own; they must not
		// be a 500, and with alg none and the old signature not pass either.
		token, _ := a.token(t)
		old := claims(t, token)
		sig := strings.Split(token, ".")[2]
		a.unchanged(t, func() {
			for what, change := range map[string]func(map[string]any){
				"string exp": func(c map[string]any) { c["exp"] = "9999999999" }, "no exp": func(c map[string]any) { delete(c, "exp") }, "null exp": func(c map[string]any) { c["exp"] = nil },
				"huge exp": func(c map[string]any) { c["exp"] = 1e300 }, "negative exp": func(c map[string]any) { c["exp"] = -1 }, "array exp": func(c map[string]any) { c["exp"] = []int{1} },
				"another user": func(c map[string]any) { c["data"] = map[string]any{"user": map[string]any{"id": a.admin.id}} }, "user text": func(c map[string]any) { c["data"] = "1" },
				"user true": func(c map[string]any) { c["data"] = map[string]any{"user": map[string]any{"id": true}} }, "no data": func(c map[string]any) { delete(c, "data") },
				"another issuer": func(c map[string]any) { c["iss"] = evil }, "deep": func(c map[string]any) {
					c["x"] = json.RawMessage(strings.Repeat("[", 5000) + strings.Repeat("]", 5000))
				},
			} {
				c := maps.Clone(old)
				change(c)
				a.tokenRefused(t, what, b64(plainHeader)+"."+b64(c)+"."+sig)
				a.tokenRefused(t, what+", own key", hs256(plainHeader, c, []byte("own")))
			}
		})
	}},
	{"JWT/token in the address", "looks for tokens in the Authorization header only", func(t *testing.T, a *target) {
		token, _ := a.token(t)
		for _, name := range []string{"token", "jwt", "access_token", "Authorization", "auth", "bearer", "JWT"} {
			refused(t, name, a.send(t, "GET", me+"&"+name+"="+token, ""))
			refused(t, name+" as a cookie", a.send(t, "GET", me, "", "Cookie", name+"="+token))
		}
	}},
	{"JWT/replay", "ends tokens when they are taken back, and refresh tokens when they are used", func(t *testing.T, a *target) {
		token, r := a.token(t)
		refresh, _ := r.json("refresh_token").(string)
		if refresh == "" {
			t.Skip("the server has no refresh tokens")
		}
		use := func(refresh string) reply {
			return a.send(t, "POST", route("/jwt-auth/v1/token/refresh"), `{"refresh_token":"`+refresh+`"}`)
		}
		first := use(refresh)
		if first.status != 200 {
			t.Fatal(first)
		}
		refused(t, "a refresh token used twice", use(refresh))
		next, _ := first.json("refresh_token").(string)
		refused(t, "the refresh token after a reuse", use(next))
		a.tokenRefused(t, "the access token after a reuse", token)
		a.unchanged(t, func() {
			for _, bad := range []string{"", ".", "...", refresh + "x", strings.Replace(refresh, ".", "..", 1), fmt.Sprintf("%d%s", a.admin.id, refresh[strings.IndexByte(refresh, '.'):]), strings.Repeat("x", 10000)} {
				refused(t, fmt.Sprintf("%.30q", bad), use(bad))
			}
		})
		token, _ = a.token(t)
		if r := a.send(t, "POST", route("/jwt-auth/v1/token/revoke"), `{"all":true}`, "Authorization", "Bearer "+token); r.status != 200 {
			t.Fatal(r)
		}
		a.tokenRefused(t, "a token that was taken back", token)
	}},
}

// consumer registers an application; the case is skipped where there is no
// OAuth.
func (a *target) consumer(t *testing.T) (key, secret string) {
	t.Helper()
	r := a.rest(t, a.admin, "POST", "/platen/v1/oauth-consumers", `{"name":"abuse","callback":"https://app.example/cb"}`)
	if r.status == 404 {
		t.Skip("the server has no OAuth 1.0a that consumers could be registered with")
	}
	key, _ = r.json("key").(string)
	secret, _ = r.json("secret").(string)
	if key == "" || secret == "" {
		t.Fatal(r)
	}
	t.Cleanup(func() { a.rest(t, a.admin, "DELETE", fmt.Sprintf("/platen/v1/oauth-consumers/%v", r.json("id")), "") })
	return key, secret
}

func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// signed asks for a request token; change may spoil the parameters before or
// after they are signed.
func (a *target) signed(t *testing.T, key, secret string, before, after func(p map[string]string), extra string) reply {
	t.Helper()
	p := map[string]string{
		"oauth_consumer_key": key, "oauth_nonce": fmt.Sprintf("n%d", time.Now().UnixNano()), "oauth_timestamp": fmt.Sprint(a.clock().Unix()),
		"oauth_signature_method": "HMAC-SHA1", "oauth_version": "1.0", "oauth_callback": "https://app.example/cb",
	}
	if before != nil {
		before(p)
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		pairs = append(pairs, escape(name)+"="+escape(p[name]))
	}
	base := "POST&" + escape(a.base+"/oauth1/request") + "&" + escape(strings.Join(pairs, "&"))
	mac := hmac.New(sha1.New, []byte(escape(secret)+"&"))
	mac.Write([]byte(base))
	p["oauth_signature"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if after != nil {
		after(p)
	}
	v := url.Values{}
	for name, value := range p {
		v.Set(name, value)
	}
	return a.send(t, "POST", "/oauth1/request", v.Encode()+extra)
}

var oauthCases = rows{
	{"OAuth/replay", "takes a nonce once, in the same second too", func(t *testing.T, a *target) {
		key, secret := a.consumer(t)
		same := func(p map[string]string) {
			p["oauth_nonce"], p["oauth_timestamp"] = "same", fmt.Sprint(a.clock().Unix())
		}
		if r := a.signed(t, key, secret, same, nil, ""); r.status != 200 {
			t.Fatal("a good request: ", r)
		}
		a.unseen(t, func() { refused(t, "the same request", a.signed(t, key, secret, same, nil, "")) })
		if r := a.signed(t, key, secret, nil, nil, ""); r.status != 200 {
			t.Error("another nonce of the same second: ", r)
		}
	}},
	{"OAuth/time", "takes no timestamp that is 16 minutes off", func(t *testing.T, a *target) {
		key, secret := a.consumer(t)
		a.unchanged(t, func() {
			for what, stamp := range map[string]string{
				"16 minutes ago": fmt.Sprint(a.clock().Add(-16 * time.Minute).Unix()), "in 16 minutes": fmt.Sprint(a.clock().Add(16 * time.Minute).Unix()),
				"nothing": "", "0": "0", "negative": "-1", "a float": fmt.Sprint(a.clock().Unix()) + ".5", "hex": "0x7fffffff", "huge": strings.Repeat("9", 40), "a tail": fmt.Sprint(a.clock().Unix()) + "x",
			} {
				refused(t, what, a.signed(t, key, secret, func(p map[string]string) { p["oauth_timestamp"] = stamp }, nil, ""))
			}
		})
	}},
	{"OAuth/parameters", "takes each parameter once and as a text", func(t *testing.T, a *target) {
		key, secret := a.consumer(t)
		a.unchanged(t, func() {
			for _, extra := range []string{"&oauth_consumer_key=x", "&oauth_nonce=x", "&oauth_nonce[]=x", "&oauth_timestamp=1", "&oauth_callback=https%3A%2F%2Fevil.example", "&oauth_token[]=x", "&oauth_signature=x", "&oauth_signature_method=PLAINTEXT", "&xoauth=1"} {
				refused(t, extra, a.signed(t, key, secret, nil, nil, extra))
			}
			for _, name := range []string{"oauth_consumer_key", "oauth_nonce", "oauth_timestamp", "oauth_signature_method", "oauth_signature", "oauth_callback"} {
				refused(t, "without "+name, a.signed(t, key, secret, nil, func(p map[string]string) { delete(p, name) }, ""))
				refused(t, name+" as an array", a.signed(t, key, secret, nil, func(p map[string]string) { p[name+"[]"] = p[name]; delete(p, name) }, ""))
			}
			for _, method := range []string{"PLAINTEXT", "RSA-SHA1", "none", "", "hmac-sha1"} {
				refused(t, method, a.signed(t, key, secret, func(p map[string]string) { p["oauth_signature_method"] = method }, func(p map[string]string) {
					if method == "PLAINTEXT" {
						p["oauth_signature"] = secret + "&"
					}
				}, ""))
			}
			refused(t, "an empty secret", a.signed(t, key, "", nil, nil, ""))
			refused(t, "an unknown consumer", a.signed(t, "nobody", "", nil, nil, ""))
		})
	}},
	{"OAuth/callbacks", "sends nobody but to the address that was registered", func(t *testing.T, a *target) {
		key, secret := a.consumer(t)
		a.unseen(t, func() {
			for _, cb := range []string{
				"https://evil.example/", "https://app.example.evil.example/cb", "https://app.example@evil.example/cb", "http://app.example/cb", "https://app.example:444/cb", "https://app.example/cb/../evil", "https://app.example/other",
				"https://app.example/cb?x=1", "https://app.example/cb#x", "javascript:alert(1)", "", "oob", "HTTPS://APP.EXAMPLE/CB", "//app.example/cb", "https://app.example\\@evil.example/cb",
			} {
				refused(t, cb, a.signed(t, key, secret, func(p map[string]string) { p["oauth_callback"] = cb }, nil, ""))
			}
		})
	}},
}
