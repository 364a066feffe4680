package render

import "github.com/platenhq/platen/internal/wp"

// Steps that only the tests call from outside.

func (run *Run) PrefixedTitle(p *wp.Post) string { return run.prefixedTitle(p) }
func (run *Run) ExcerptOf(s string) string       { return run.theExcerpt(s) }
func (run *Run) ExcerptBlocks(s string) string   { return run.excerptBlocks(s) }
func (run *Run) TermDescription(s string) string { return run.termDescription(s) }
func ExcerptFootnotes(s string) string           { return excerptFootnotes(s) }
