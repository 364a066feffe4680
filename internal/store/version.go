package store

import (
	"context"
	"database/sql"
	"sync"
)

// dataVersion reads SQLite's PRAGMA data_version, which moves with the writes of other processes. Callers that come while
// it is being read share the next reading, so that each gets one that began after it came, and a crowd does not queue.
type dataVersion struct {
	mu   sync.Mutex
	next *versionRead // not begun yet

	turn sync.Mutex // held by who reads
	conn *sql.Conn  // the number is only comparable on one connection
	stmt *sql.Stmt
}

type versionRead struct {
	done chan struct{}
	v    int64
	err  error
}

func (d *dataVersion) get(ctx context.Context, db *sql.DB) (int64, error) {
	d.mu.Lock()
	if r := d.next; r != nil {
		d.mu.Unlock()
		<-r.done
		return r.v, r.err
	}
	r := &versionRead{done: make(chan struct{})}
	d.next = r
	d.mu.Unlock()

	d.turn.Lock()
	d.mu.Lock()
	d.next = nil
	d.mu.Unlock()
	r.v, r.err = d.read(context.WithoutCancel(ctx), db) // for all who wait
	d.turn.Unlock()
	close(r.done)
	return r.v, r.err
}

func (d *dataVersion) read(ctx context.Context, db *sql.DB) (v int64, err error) {
	if d.conn == nil {
		c, err := db.Conn(ctx)
		if err != nil {
			return 0, classify(err)
		}
		st, err := c.PrepareContext(ctx, "PRAGMA data_version")
		if err != nil {
			c.Close()
			return 0, classify(err)
		}
		d.conn, d.stmt = c, st
	}
	if err := d.stmt.QueryRowContext(ctx).Scan(&v); err != nil {
		return 0, classify(err)
	}
	return v, nil
}

func (d *dataVersion) close() {
	d.turn.Lock()
	defer d.turn.Unlock()
	if d.conn != nil {
		d.stmt.Close()
		d.conn.Close()
		d.conn = nil
	}
}
