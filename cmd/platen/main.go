// Command platen serves a WordPress site's REST API, its login and a small
// dashboard, from one binary.
package main

import "github.com/platenhq/platen"

func main() { platen.Main() }
