package render

import (
	"github.com/platenhq/platen/format"
	"github.com/platenhq/platen/ordered"
)

func (b *Block) statesSupport(h string) string                 { return h }
func (b *Block) navigationContainer(h string) string           { return h }
func (b *Block) migrateNavigation()                            {}
func (run *Run) embedOwn(url string, a *ordered.Object) string { return "" }

func (run *Run) termDescription(s string) string { return autop(format.ConvertChars(run.texturize(s))) }
