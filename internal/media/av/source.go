package av

import (
	"encoding/binary"
	"io"
)

// source reads a file in blocks and keeps some of them, since readers of
// formats go back and forth in small steps and a file may be far away.
type source struct {
	r      io.ReaderAt
	size   int64
	blocks map[int64][]byte
	order  []int64
	budget int64 // bytes that may still be read
	copies int64 // bytes that at may still put together
}

const (
	blockSize  = 32 << 10
	keepBlocks = 32
	// readBudget is how much of one file is read at most.
	readBudget = 256 << 20
	// largest is how much one call of at returns at most: covers and indexes
	// are larger than anything else.
	largest = 16 << 20
	// formatTest is how much of a file decides its format.
	formatTest = 32774
)

func newSource(r io.ReaderAt, size int64) *source {
	return &source{r: r, size: size, blocks: map[int64][]byte{}, budget: readBudget, copies: 2 * readBudget}
}

// at returns up to n bytes at off: fewer at the end of the file, none outside
// of it. The slice may be kept but not changed.
func (s *source) at(off, n int64) []byte {
	if off < 0 || off >= s.size || n <= 0 {
		return nil
	}
	n = min(n, s.size-off, largest)
	first := off / blockSize
	if (off+n-1)/blockSize == first {
		b := s.block(first)
		from := min(off-first*blockSize, int64(len(b)))
		return b[from:min(from+n, int64(len(b)))]
	}
	if s.copies -= n; s.copies < 0 {
		return nil
	}
	out := make([]byte, 0, min(n, 1<<20))
	for n > 0 {
		b := s.block(off / blockSize)
		from := off % blockSize
		if from >= int64(len(b)) {
			break
		}
		part := b[from:min(from+n, int64(len(b)))]
		out = append(out, part...)
		off += int64(len(part))
		n -= int64(len(part))
	}
	return out
}

func (s *source) block(i int64) []byte {
	if b, ok := s.blocks[i]; ok {
		return b
	}
	n := min(blockSize, s.size-i*blockSize)
	if n <= 0 || s.budget < n {
		return nil
	}
	s.budget -= n
	b := make([]byte, n)
	read, err := s.r.ReadAt(b, i*blockSize)
	if err != nil && err != io.EOF {
		read = 0
	}
	b = b[:read]
	if len(s.order) == keepBlocks {
		delete(s.blocks, s.order[0])
		s.order = s.order[1:]
	}
	s.blocks[i] = b
	s.order = append(s.order, i)
	return b
}

// be and le are the whole number that up to eight bytes make, 0 for none: a
// number that is cut off by the end of the file counts with what is there.
func be(b []byte) int64 {
	var n uint64
	for _, c := range b[:min(len(b), 8)] {
		n = n<<8 | uint64(c)
	}
	return int64(n)
}

func le(b []byte) int64 {
	var full [8]byte
	copy(full[:], b)
	return int64(binary.LittleEndian.Uint64(full[:]))
}

// cut is b[from:from+n] as far as it is there.
func cut(b []byte, from, n int) []byte {
	if from < 0 || from >= len(b) || n <= 0 {
		return nil
	}
	return b[from:min(from+n, len(b))]
}
