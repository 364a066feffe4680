package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// replica is a read-only copy of a MySQL or MariaDB database that runs behind it by a moment.
type replica struct {
	db *sql.DB
	// caught is the own generation up to which the copy is known to have this process's writes.
	caught atomic.Uint64
	poke   chan struct{} // a write happened
	end    context.CancelFunc
	done   chan struct{}

	position, wait string // SQL: where the primary is, and waiting until the copy is there

	everything []string // tables of which nothing old may be read
}

// followEvery is how long one wait for the copy lasts, in seconds.
const followEvery = 5

// openReplica opens the copy that o.Replica names.
func (s *Store) openReplica(ctx context.Context, o Options) error {
	if o.Replica == "" {
		return nil
	}
	src, err := parseDSN(o.Replica)
	if err != nil {
		return fmt.Errorf("%w (of the replica)", err)
	}
	if src.engine != "mysql" || s.d != mysqlDialect {
		return errors.New("store: only MySQL and MariaDB have replicas")
	}
	r := &replica{poke: make(chan struct{}, 1), done: make(chan struct{}), everything: []string{s.t.users, s.t.usermeta, s.t.options}}
	var version, at string
	if err := s.write.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return fmt.Errorf("store: %w", classify(err))
	}
	r.position, r.wait = "SELECT @@global.gtid_executed", "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)"
	if strings.Contains(version, "MariaDB") {
		r.position, r.wait = "SELECT @@global.gtid_binlog_pos", "SELECT MASTER_GTID_WAIT(?, ?)"
	}
	if err := s.write.QueryRowContext(ctx, r.position).Scan(&at); err != nil || at == "" {
		return fmt.Errorf("store: the replica cannot be used: the primary has no GTID to follow (is its binlog on?): %w", classify(err))
	}
	if r.db, err = openMySQL(src, o); err != nil {
		return err
	}
	if err := r.db.PingContext(ctx); err != nil {
		r.db.Close()
		return fmt.Errorf("store: the replica does not answer: %w", classify(err))
	}
	follow, end := context.WithCancel(context.Background())
	r.end = end
	s.own.Add(1) // what was written before this start may not be there yet
	s.replica = r
	r.poke <- struct{}{}
	go s.follow(follow)
	return nil
}

// follow keeps track of how far the copy is.
func (s *Store) follow(ctx context.Context) {
	r := s.replica
	defer close(r.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.poke:
		}
		for r.caught.Load() != s.own.Load() {
			if err := s.catchUp(ctx); err != nil {
				if ctx.Err() != nil {
					return
				}
				s.log.WarnContext(ctx, "the replica is not followed; everything is read from the primary", "err", err)
				select {
				case <-ctx.Done():
					return
				case <-time.After(time.Second):
				}
			}
		}
	}
}

// catchUp waits until the copy has all that this process had written when it was called.
func (s *Store) catchUp(ctx context.Context) error {
	r := s.replica
	own := s.own.Load()
	var at string
	if err := s.write.QueryRowContext(ctx, r.position).Scan(&at); err != nil {
		return classify(err)
	}
	var late sql.NullInt64
	if err := r.db.QueryRowContext(ctx, r.wait, at, followEvery).Scan(&late); err != nil {
		return classify(err)
	}
	if late.Valid && late.Int64 == 0 {
		r.caught.Store(own)
		return nil
	}
	return errors.New("it is behind")
}

func (r *replica) close() {
	if r == nil {
		return
	}
	r.end()
	<-r.done
	r.db.Close()
}

// wrote tells the follower of a write.
func (r *replica) wrote() {
	if r == nil {
		return
	}
	select {
	case r.poke <- struct{}{}:
	default:
	}
}

type replicaKey struct{ s *Store }

// FromReplica returns a context whose reads may come from the replica, where there is one that has all this process wrote.
// It is for requests that only read: whoever writes decides by what it read. Users, their meta and options, which say who
// may do what, come from the primary anyway.
func (s *Store) FromReplica(ctx context.Context) context.Context {
	if s.replica == nil {
		return ctx
	}
	return context.WithValue(ctx, replicaKey{s}, true)
}

// reader is where a query outside a transaction is to be asked.
func (s *Store) reader(ctx context.Context, query string) *sql.DB {
	r := s.replica
	if r == nil || ctx.Value(replicaKey{s}) == nil || r.caught.Load() != s.own.Load() {
		return s.read
	}
	for _, table := range r.everything {
		if strings.Contains(query, table) {
			return s.read
		}
	}
	return r.db
}

// readQuery asks the replica where that is allowed, and the primary when the replica does not answer.
func (s *Store) readQuery(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	db := s.reader(ctx, query)
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil && db != s.read && ctx.Err() == nil {
		s.log.WarnContext(ctx, "the replica does not answer; the primary is asked", "err", err)
		return s.read.QueryContext(ctx, query, args...)
	}
	return rows, err
}
