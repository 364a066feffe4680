module github.com/platenhq/platen

go 1.26
