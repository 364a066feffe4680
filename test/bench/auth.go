package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const mePath = "/wp-json/wp/v2/users/me"

// authMeasures are the ways in that come with every request.
func (b *bench) authMeasures() ([]measure, error) {
	pass, err := b.call("POST", mePath+"/application-passwords", `{"name":"bench"}`, "password")
	if err != nil {
		return nil, fmt.Errorf("application password: %w", err)
	}
	token, err := b.call("POST", "/wp-json/jwt-auth/v1/token", `{"username":"admin","password":"`+adminPassword+`"}`, "token")
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	return []measure{
		{"users/me, application password", ">= 0.30", func(int) (*http.Request, error) {
			r, err := http.NewRequest("GET", b.base+mePath, nil)
			if err == nil {
				r.SetBasicAuth("admin", pass)
			}
			return r, err
		}},
		{"users/me, JSON Web Token", ">= 0.30", func(int) (*http.Request, error) {
			r, err := http.NewRequest("GET", b.base+mePath, nil)
			if err == nil {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			return r, err
		}},
	}, nil
}

// call makes one request as the administrator and returns a text of the answer.
func (b *bench) call(method, path, body, name string) (string, error) {
	r, err := http.NewRequest(method, b.base+path, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-WP-Nonce", b.nonce)
	resp, err := b.client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	var o map[string]any
	json.Unmarshal(raw, &o)
	text, _ := o[name].(string)
	if text == "" {
		return "", fmt.Errorf("status %d: %.200s", resp.StatusCode, raw)
	}
	return text, nil
}

// logins measures logins with the right password, which cost a bcrypt each, on
// a server without limits; and how requests fare while wrong credentials come
// in at a thousand a second.
func (b *bench) logins(ctx context.Context, program string) error {
	if b.only != "" && !strings.Contains("logins", b.only) {
		return nil
	}
	p, err := start(program, []string{"serve", "--data", filepath.Join(b.dir, "logins"), "--listen", "127.0.0.1:0", "--unlimited-logins"}, []string{"PLATEN_ADMIN_PASSWORD=" + adminPassword, "PLATEN_LOG=error"}, `listening on (\S+)`)
	if err != nil {
		return err
	}
	form := url.Values{"log": {"admin"}, "pwd": {adminPassword}}.Encode()
	post := func(int) (*http.Request, error) {
		r, err := http.NewRequest("POST", "http://"+p.addr+"/wp-json/jwt-auth/v1/token", strings.NewReader(url.Values{"username": {"admin"}, "password": {adminPassword}}.Encode()))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return r, err
	}
	r := load(b.conns, b.length, post)
	p.stop()
	if r.failed > 0 {
		return fmt.Errorf("logins: %d failed, first: %s", r.failed, r.failure)
	}
	fmt.Fprintf(b.out, "\nlogins (bcrypt at WordPress's cost): %.1f/s, p50 %s, p99 %s\n", r.rate(), r.quantile(0.5), r.quantile(0.99))
	return b.refusals(ctx, form)
}

// refusals sends 1,000 wrong credentials a second, half of them to the login
// form and half as Basic, and reads a post meanwhile.
func (b *bench) refusals(ctx context.Context, form string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	statuses, refused := map[int]int{}, result{}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	wrong := func(i int) {
		r, err := http.NewRequestWithContext(ctx, "GET", b.base+mePath, nil)
		if i%2 == 0 {
			r, err = http.NewRequestWithContext(ctx, "POST", b.base+"/wp-login.php", strings.NewReader(strings.Replace(form, "pwd=", fmt.Sprintf("pwd=%d", i), 1)))
		}
		if err != nil {
			return
		}
		if i%2 == 0 {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		} else {
			r.SetBasicAuth("admin", fmt.Sprint("wrong", i))
		}
		at := time.Now()
		resp, err := client.Do(r)
		if err != nil {
			return
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		mu.Lock()
		defer mu.Unlock()
		statuses[resp.StatusCode]++
		refused.times = append(refused.times, time.Since(at))
	}
	var senders sync.WaitGroup
	senders.Go(func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		began := time.Now()
		for i := 0; ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			for ; i < int(time.Since(began)/time.Millisecond); i++ {
				senders.Go(func() { wrong(i) })
			}
		}
	})
	began := time.Now()
	good := load(2, b.length, func(int) (*http.Request, error) {
		return http.NewRequest("GET", fmt.Sprintf("%s/wp-json/wp/v2/posts/%d", b.base, firstID), nil)
	})
	took := time.Since(began)
	cancel()
	senders.Wait()
	mu.Lock()
	defer mu.Unlock()
	fmt.Fprintf(b.out, "wrong credentials: %.0f/s answered (%v), p50 %s, p99 %s; meanwhile posts/ID on 2 connections: %.0f/s, p99 %s, %d failed\n",
		float64(len(refused.times))/took.Seconds(), statuses, refused.quantile(0.5), refused.quantile(0.99), good.rate(), good.quantile(0.99), good.failed)
	return nil
}
