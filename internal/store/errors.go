package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"

	"github.com/platenhq/platen/internal/wp"
)

// SQLite result codes this package tells apart (sqlite.org/rescode.html).
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteReadOnly   = 8
	sqliteConstraint = 19
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// classify gives a driver's error the meaning the rooms above test for, and keeps the driver's own words.
func classify(err error) error {
	if err == nil {
		return nil
	}
	var le *sqlite.Error
	if errors.As(err, &le) {
		switch code := le.Code(); {
		case code == sqlitePrimaryKey || code == sqliteUnique:
			return fmt.Errorf("%w: %w", wp.ErrConflict, err)
		case code&0xff == sqliteReadOnly:
			return fmt.Errorf("%w: %w", wp.ErrReadOnly, err)
		case code&0xff == sqliteBusy || code&0xff == sqliteLocked:
			return fmt.Errorf("%w: %w", wp.ErrBusy, err)
		case code == 1 && strings.Contains(le.Error(), "no such table"):
			return fmt.Errorf("%w: %w", wp.ErrNoSchema, err)
		}
		return err
	}
	var me *mysql.MySQLError
	if errors.As(err, &me) {
		switch me.Number {
		case 1062:
			return fmt.Errorf("%w: %w", wp.ErrConflict, err)
		case 1213, 1205:
			return fmt.Errorf("%w: %w", wp.ErrBusy, err)
		case 1290, 1792, 1836, 1044, 1142, 1143: // also: this user may not write
			return fmt.Errorf("%w: %w", wp.ErrReadOnly, err)
		case 1146:
			return fmt.Errorf("%w: %w", wp.ErrNoSchema, err)
		case 1406:
			return fmt.Errorf("%w: %w", wp.ErrTooLong, err)
		case 1040, 1053, 1152, 1158, 1159, 1160, 1161, 1203, 1927: // too many connections, shutdown, broken connections
			return fmt.Errorf("%w: %w", wp.ErrUnavailable, err)
		}
		return err
	}
	var ne net.Error
	if errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, driver.ErrBadConn) || errors.As(err, &ne) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", wp.ErrUnavailable, err)
	}
	return err
}

// lostRace reports whether MySQL or MariaDB gave this transaction up in favour of another (deadlock, lock wait timeout,
// Galera write conflict) and it may simply be tried again.
func lostRace(err error) bool {
	var me *mysql.MySQLError
	return errors.As(err, &me) && (me.Number == 1213 || me.Number == 1205)
}
