package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/platenhq/platen/internal/store/uca520"
)

// searchKey is the name of the index CreateSearchIndex makes. Any FULLTEXT index of the three columns serves.
const searchKey = "platen_search"

const matchColumns = "MATCH(p.`post_title`, p.`post_excerpt`, p.`post_content`) AGAINST (? IN BOOLEAN MODE)"

// wordRules say which words InnoDB does not keep: whoever looks for one finds nothing, wherever it is.
type wordRules struct {
	shortest, longest int
	stopwords         []string
	ascii             bool // the connection hands the server something else than characters
}

// holds reports whether all occurrences of a word are in the index; begins asks for all words that begin with it.
func (r *wordRules) holds(word string, begins bool) bool {
	n := utf8.RuneCountInString(word)
	if n < r.shortest || n > r.longest || r.ascii && len(word) > n {
		return false
	}
	pattern := uca520.EscapeLike(word, '!')
	if begins {
		pattern += "%"
	}
	p := uca520.NewPattern(pattern, '!')
	for _, stop := range r.stopwords {
		if p.Match(stop) {
			return false
		}
	}
	return true
}

func (s *Store) useMySQLSearch(ctx context.Context, mode SearchMode) error {
	s.index.Store(nil)
	if mode == SearchTrigram {
		return errNoTrigrams
	}
	if mode == SearchLike {
		return nil
	}
	st, err := s.mysqlSearchState(ctx)
	if err != nil {
		return err
	}
	if st.Mode == SearchLike {
		s.log.Warn("there is no FULLTEXT index of the posts, so that searches go by LIKE. platen search-index create makes one; PHP works on with it", "table", s.t.prefix+"posts")
		return nil
	}
	rules, err := s.wordRules(ctx)
	if err != nil {
		s.log.Warn("what the FULLTEXT index holds cannot be told, so that searches go by LIKE", "err", err)
		return nil
	}
	s.index.Store(&searchIndex{mode: mode, rules: rules})
	return nil
}

var errNoTrigrams = fmt.Errorf("store: search %s is for SQLite; MySQL and MariaDB have %s", SearchTrigram, SearchFulltext)

// mysqlSearchState looks for a FULLTEXT index of just the three columns.
func (s *Store) mysqlSearchState(ctx context.Context) (SearchState, error) {
	keys, err := s.searchKeys(ctx)
	if err != nil || len(keys) == 0 {
		return SearchState{Mode: SearchLike}, err
	}
	return SearchState{Mode: SearchFulltext, Complete: true}, nil
}

func (s *Store) searchKeys(ctx context.Context) ([]string, error) {
	names, err := s.texts(ctx, "SELECT INDEX_NAME FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ?"+
		" AND index_type = 'FULLTEXT' GROUP BY INDEX_NAME HAVING COUNT(*) = 3 AND SUM(COLUMN_NAME IN ('post_title', 'post_excerpt', 'post_content')) = 3", s.t.prefix+"posts")
	if err != nil {
		return nil, fmt.Errorf("store: %w", classify(err))
	}
	return names, nil
}

// innodbStopwords are the server's default stop words. Its table of them is for users with the privilege PROCESS.
var innodbStopwords = strings.Fields("a about an are as at be by com de en for from how i in is it la of on or that the this to was what when where who will with und www")

// wordRules asks the server. Its default stop words count even where others are set, or none: they may have been in force
// when the index was made.
func (s *Store) wordRules(ctx context.Context) (*wordRules, error) {
	r := &wordRules{shortest: 3, longest: 84, ascii: s.charset == "latin1", stopwords: innodbStopwords}
	rows, err := s.read.QueryContext(ctx, "SHOW VARIABLES WHERE Variable_name IN"+
		" ('innodb_ft_min_token_size', 'innodb_ft_max_token_size', 'innodb_ft_server_stopword_table', 'innodb_ft_user_stopword_table')")
	if err != nil {
		return nil, fmt.Errorf("store: %w", classify(err))
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		var value sql.NullString
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		switch n, _ := strconv.Atoi(value.String); name {
		case "innodb_ft_min_token_size":
			r.shortest = n
		case "innodb_ft_max_token_size":
			r.longest = n
		case "innodb_ft_server_stopword_table", "innodb_ft_user_stopword_table":
			if value.String != "" {
				tables = append(tables, value.String)
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: %w", classify(err))
	}
	for _, t := range tables {
		database, table, _ := strings.Cut(t, "/")
		list, err := s.texts(ctx, "SELECT `value` FROM "+quoteName(database)+"."+quoteName(table))
		if err != nil {
			return nil, fmt.Errorf("store: the stop words of the server's %s cannot be read: %w", t, classify(err))
		}
		r.stopwords = slices.Concat(r.stopwords, list)
	}
	return r, nil
}

// createMySQLSearch adds the FULLTEXT index, where there is none. The server copies the table for the first one, and
// writers wait meanwhile.
func (s *Store) createMySQLSearch(ctx context.Context, mode SearchMode) error {
	if mode == SearchTrigram {
		return errNoTrigrams
	}
	if keys, err := s.searchKeys(ctx); err != nil || len(keys) > 0 {
		return err
	}
	engines, err := s.texts(ctx, "SELECT ENGINE FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?", s.t.prefix+"posts")
	if err != nil {
		return fmt.Errorf("store: %w", classify(err))
	}
	if len(engines) != 1 || !strings.EqualFold(engines[0], "InnoDB") {
		return fmt.Errorf("store: the search by words is made for InnoDB; %sposts is a table of %s", s.t.prefix, strings.Join(engines, ", "))
	}
	_, err = s.exec(ctx, AreaOther, "ALTER TABLE "+s.t.posts+" ADD FULLTEXT KEY `"+searchKey+"` (`post_title`, `post_excerpt`, `post_content`)")
	return err
}

// dropMySQLSearch removes the index that createMySQLSearch made; one of another name is somebody else's.
func (s *Store) dropMySQLSearch(ctx context.Context) error {
	keys, err := s.searchKeys(ctx)
	if err != nil {
		return err
	}
	if !contained(keys, searchKey) {
		return nil
	}
	_, err = s.exec(ctx, AreaOther, "ALTER TABLE "+s.t.posts+" DROP KEY `"+searchKey+"`")
	return err
}
