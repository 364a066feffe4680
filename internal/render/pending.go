package render

import (
	"github.com/platenhq/platen/format"
)

func (b *Block) statesSupport(h string) string { return h }

func (run *Run) termDescription(s string) string {
	return run.shortcodeUnautop(autop(format.ConvertChars(run.texturize(s))))
}
