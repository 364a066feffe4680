package store

import (
	"slices"
	"testing"
)

func TestDenied(t *testing.T) {
	for _, c := range []struct {
		name    string
		lines   []string
		missing []string
		known   bool
	}{
		{"all", []string{"GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` IDENTIFIED VIA x WITH GRANT OPTION", "GRANT PROXY ON ''@'%' TO 'root'@'localhost'"}, nil, true},
		{"all of the database", []string{"GRANT USAGE ON *.* TO `w`@`%`", "GRANT ALL PRIVILEGES ON `my\\_site`.* TO `w`@`%`"}, nil, true},
		{"a pattern", []string{"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON `my%`.* TO `w`@`%`"}, nil, true},
		{"reads only", []string{"GRANT SELECT ON `my_site`.* TO `w`@`%`"}, []string{"INSERT", "UPDATE", "DELETE"}, true},
		{"another database", []string{"GRANT ALL PRIVILEGES ON `other`.* TO `w`@`%`"}, needed, true},
		{"an escaped wildcard", []string{"GRANT ALL PRIVILEGES ON `my\\%`.* TO `w`@`%`"}, needed, true},
		{"a role", []string{"GRANT `app` TO `w`@`%`", "GRANT USAGE ON *.* TO `w`@`%`"}, nil, false},
		{"tables", []string{"GRANT SELECT, INSERT, UPDATE, DELETE ON `my_site`.`wp_posts` TO `w`@`%`"}, nil, false},
	} {
		missing, known := denied(c.lines, "my_site")
		if !slices.Equal(missing, c.missing) || known != c.known {
			t.Errorf("%s: %v %v, want %v %v", c.name, missing, known, c.missing, c.known)
		}
	}
}

func TestTableState(t *testing.T) {
	def := tableDef{name: "x", columns: []column{idCol("ID"), refCol("post_author")}, indexes: []index{key("post_author")}}
	s := TableState{}
	s.compare(def, []string{"id", "plugin"}, []string{"PRIMARY"})
	if s.Missing || !slices.Equal(s.MissingColumns, []string{"post_author"}) || !slices.Equal(s.ExtraColumns, []string{"plugin"}) || !slices.Equal(s.MissingIndexes, []string{"post_author"}) {
		t.Errorf("%+v", s)
	}
	s = TableState{}
	if s.compare(def, nil, nil); !s.Missing || s.MissingColumns != nil {
		t.Errorf("%+v", s)
	}
}

func TestVersionBefore(t *testing.T) {
	for _, c := range []struct {
		version      string
		major, minor int
		want         bool
	}{{"10.11.19-MariaDB", 10, 4, false}, {"10.3.1", 10, 4, true}, {"8.0.36", 8, 0, false}, {"5.7", 8, 0, true}, {"odd", 1, 0, true}} {
		d := Diagnosis{Version: c.version}
		if d.Before(c.major, c.minor) != c.want {
			t.Errorf("%s before %d.%d: %v", c.version, c.major, c.minor, !c.want)
		}
	}
}
