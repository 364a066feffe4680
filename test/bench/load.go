package main

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// result is what one load came to.
type result struct {
	times   []time.Duration
	took    time.Duration
	failed  int
	failure string
	cpu     time.Duration // of the server
}

func (r result) add(more result) result {
	r.times = append(r.times, more.times...)
	r.took += more.took
	r.failed += more.failed
	r.cpu += more.cpu
	if r.failure == "" {
		r.failure = more.failure
	}
	return r
}

func (r result) rate() float64 { return float64(len(r.times)) / r.took.Seconds() }

// each is the server's processor time for one request, in microseconds.
func (r result) each() int64 { return r.cpu.Microseconds() / int64(max(1, len(r.times))) }

func (r result) quantile(q float64) string {
	if len(r.times) == 0 {
		return "-"
	}
	slices.Sort(r.times)
	return r.times[int(q*float64(len(r.times)-1))].Round(10 * time.Microsecond).String()
}

// load is load, and what it costs the server.
func (p *process) load(conns int, length time.Duration, make func(i int) (*http.Request, error)) result {
	before := p.cpu()
	r := load(conns, length, make)
	r.cpu = p.cpu() - before
	return r
}

// load sends requests over conns connections for a while.
func load(conns int, length time.Duration, make func(i int) (*http.Request, error)) result {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: conns, MaxConnsPerHost: conns, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	var mu sync.Mutex
	var total result
	var wg sync.WaitGroup
	began := time.Now()
	end := began.Add(length)
	for range conns {
		wg.Go(func() {
			var own result
			for time.Now().Before(end) {
				at := time.Now()
				if err := once(client, make, int(next.Add(1))); err != nil {
					own.failed++
					own.failure = err.Error()
				}
				own.times = append(own.times, time.Since(at))
			}
			mu.Lock()
			total = total.add(own)
			mu.Unlock()
		})
	}
	wg.Wait()
	total.took = time.Since(began)
	return total
}

func once(client *http.Client, make func(int) (*http.Request, error), i int) error {
	r, err := make(i)
	if err != nil {
		return err
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 && resp.StatusCode != http.StatusNotModified {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}
