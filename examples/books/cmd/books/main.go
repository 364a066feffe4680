// Command books is Platen with the plugin books: every command of platen, and
// books.
package main

import (
	"github.com/platenhq/platen"
	"github.com/platenhq/platen/examples/books"
)

func main() { platen.Main(books.Plugin{}) }
