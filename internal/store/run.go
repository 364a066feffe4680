package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/platenhq/platen/internal/wp"
)

// txState is one running transaction.
type txState struct {
	tx      *sql.Tx
	touched Area
	dead    bool
}

// tries is how often a transaction that lost a race on MySQL is started again.
const tries = 6

// Tx runs f in one transaction: all of it is committed, or nothing. Called on a Tx it joins the running one. After a
// deadlock on MySQL or Galera f runs again, so it must have no effect outside the transaction.
func (q *Queries) Tx(ctx context.Context, f func(*Tx) error) error {
	return q.inTx(ctx, q.s.txOptions, f)
}

func (q *Queries) inTx(ctx context.Context, opt *sql.TxOptions, f func(*Tx) error) error {
	if st := q.running(ctx); st != nil {
		if st.dead {
			return sql.ErrTxDone
		}
		return f(&Tx{Queries{s: q.s, tx: st}})
	}
	var err error
	for try := range tries {
		if err = q.s.once(ctx, opt, f); err == nil || !lostRace(err) {
			return err
		}
		if e := pause(ctx, try); e != nil {
			return e
		}
	}
	return err
}

// txKey finds the transaction of a store in a context.
type txKey struct{ s *Store }

// Within runs f in one transaction that the context carries: every call on this Store with that context, or one made of
// it, is part of the transaction, reads among them. What is said of Tx holds: f may run again, and only one goroutine at
// a time may use the context.
func (s *Store) Within(ctx context.Context, f func(context.Context) error) error {
	return s.Tx(ctx, func(tx *Tx) error { return f(context.WithValue(ctx, txKey{s}, tx.tx)) })
}

// Alone is Within for those who write what they have made of what they read, where no row stands for it all: what f reads
// nobody else changes before the transaction ends, be it there or not. One such transaction runs at a time, whichever
// process began it; others, PHP's among them, wait only for rows that they write. Within a transaction it is part of that.
func (s *Store) Alone(ctx context.Context, f func(context.Context) error) error {
	opt := s.txOptions
	if s.d.forUpdate != "" { // on SQLite no two write at a time
		opt = &sql.TxOptions{Isolation: sql.LevelSerializable}
	}
	return s.inTx(ctx, opt, func(tx *Tx) error {
		ctx := context.WithValue(ctx, txKey{s}, tx.tx)
		if _, err := s.OptionForUpdate(ctx, "siteurl"); err != nil && !errors.Is(err, wp.ErrNotFound) { // a row that every site has
			return err
		}
		return f(ctx)
	})
}

// running is the transaction a call belongs to, nil outside of one.
func (q *Queries) running(ctx context.Context) *txState {
	if q.tx != nil {
		return q.tx
	}
	st, _ := ctx.Value(txKey{q.s}).(*txState)
	return st
}

// once is one attempt of a transaction. On MySQL each statement sees what is committed when it runs: who has waited for
// a lock decides by what the other left.
func (s *Store) once(ctx context.Context, opt *sql.TxOptions, f func(*Tx) error) (err error) {
	tx, err := s.write.BeginTx(ctx, opt)
	if err != nil {
		return classify(err)
	}
	st := &txState{tx: tx}
	defer func() {
		st.dead = true
		if p := recover(); p != nil {
			_ = tx.Rollback()
			panic(p)
		}
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	if err = f(&Tx{Queries{s: s, tx: st}}); err != nil {
		return err
	}
	if err = tx.Commit(); err != nil {
		if st.touched != 0 {
			s.wrote(st.touched) // the outcome may be unknown: better a needless miss than a lie
		}
		return fmt.Errorf("store: commit: %w", classify(err))
	}
	if st.touched != 0 {
		s.wrote(st.touched)
	}
	return nil
}

// pause waits a little longer after each lost race.
func pause(ctx context.Context, try int) error {
	t := time.NewTimer(time.Duration(5<<try) * time.Millisecond)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// each runs a query and calls scan for every row.
func (q *Queries) each(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	return q.rows(ctx, query, args, false, scan)
}

// rows is each for a query that may search long: long makes it stop in the middle when ctx ends. SQLite's driver and
// database/sql start a goroutine each for that, which costs more than a read by key.
func (q *Queries) rows(ctx context.Context, query string, args []any, long bool, scan func(*sql.Rows) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if q.s.d == sqliteDialect && !long {
		ctx = context.WithoutCancel(ctx)
	}
	rows, done, err := q.query(ctx, query, args)
	if err != nil {
		return fmt.Errorf("store: %w", classify(err))
	}
	defer done()
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("store: reading a row: %w", classify(err))
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("store: %w", classify(err))
	}
	return nil
}

// query starts a query where it belongs: in the transaction, or on the readers, there with a kept statement on SQLite.
func (q *Queries) query(ctx context.Context, query string, args []any) (*sql.Rows, func(), error) {
	none := func() {}
	q.s.statements.Add(1)
	if tx := q.running(ctx); tx != nil {
		if tx.dead {
			return nil, none, sql.ErrTxDone
		}
		rows, err := tx.tx.QueryContext(ctx, query, args...)
		return rows, none, err
	}
	if q.s.d != sqliteDialect {
		rows, err := q.s.readQuery(ctx, query, args)
		return rows, none, err
	}
	st, done, err := q.s.stmts.get(ctx, q.s.read, query)
	if err != nil {
		return nil, none, err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		done()
		return nil, none, err
	}
	return rows, done, nil
}

// one runs a query for a single row and answers wp.ErrNotFound when there is none.
func (q *Queries) one(ctx context.Context, query string, args []any, dest ...any) error {
	found := false
	err := q.each(ctx, query, args, func(r *sql.Rows) error {
		if found {
			return nil
		}
		found = true
		return r.Scan(dest...)
	})
	if err == nil && !found {
		return wp.ErrNotFound
	}
	return err
}

// count runs a query for a single number.
func (q *Queries) count(ctx context.Context, query string, args []any) (int, error) {
	var n int
	err := q.rows(ctx, query, args, true, func(r *sql.Rows) error { return r.Scan(&n) })
	return n, err
}

// ids runs a query for a column of numbers.
func (q *Queries) ids(ctx context.Context, query string, args []any) ([]int64, error) {
	var out []int64
	err := q.rows(ctx, query, args, true, func(r *sql.Rows) error {
		var id int64
		if err := r.Scan(&id); err != nil {
			return err
		}
		out = append(out, id)
		return nil
	})
	return out, err
}

// exec runs a write. Outside a transaction it is one by itself, and tried again where it lost a race.
func (q *Queries) exec(ctx context.Context, a Area, query string, args ...any) (sql.Result, error) {
	q.s.statements.Add(1)
	if q.s.readOnly {
		return nil, fmt.Errorf("store: opened read-only: %w", wp.ErrReadOnly)
	}
	if tx := q.running(ctx); tx != nil {
		if tx.dead {
			return nil, sql.ErrTxDone
		}
		tx.touched |= a
		res, err := tx.tx.ExecContext(ctx, query, args...)
		if err != nil {
			return nil, fmt.Errorf("store: %w", classify(err))
		}
		return res, nil
	}
	for try := 0; ; try++ {
		res, err := q.s.write.ExecContext(ctx, query, args...)
		if err == nil {
			q.s.wrote(a)
			return res, nil
		}
		if !lostRace(err) || try == tries-1 {
			if !errors.Is(classify(err), wp.ErrConflict) {
				q.s.wrote(a) // a broken connection leaves the outcome open
			}
			return nil, fmt.Errorf("store: %w", classify(err))
		}
		if e := pause(ctx, try); e != nil {
			return nil, e
		}
	}
}

// affected runs a write and answers how many rows it met.
func (q *Queries) affected(ctx context.Context, a Area, query string, args ...any) (int64, error) {
	res, err := q.exec(ctx, a, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// insert runs an INSERT and answers the new row's id.
func (q *Queries) insert(ctx context.Context, a Area, query string, args ...any) (int64, error) {
	res, err := q.exec(ctx, a, query, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// newID is what an INSERT gives an id column: NULL lets the database choose.
func newID(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
