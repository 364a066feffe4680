// Command gen writes weights.bin from the answers of a MariaDB server to
//
//	SELECT seq, HEX(WEIGHT_STRING(CONVERT(CHAR(seq USING utf32) USING utf8mb4) COLLATE utf8mb4_unicode_520_ci))
//	FROM seq_0_to_1114111 WHERE seq NOT BETWEEN 55296 AND 57343
//
// given tab-separated on standard input (mariadb -N -r). Code points whose weights follow from the rule for implicit
// weights (UCA 5.2.0, section 7.1.3) are left out.
package main

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"github.com/platenhq/platen/internal/store/uca520"
)

func main() {
	var out []byte
	last, n := -1, 0
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		num, hexw, _ := strings.Cut(in.Text(), "\t")
		cp, err := strconv.Atoi(num)
		if err != nil {
			log.Fatal(err)
		}
		w, err := hex.DecodeString(hexw)
		if err != nil || len(w)%2 != 0 {
			log.Fatalf("code point %d: weights %q", cp, hexw)
		}
		hi, lo := uca520.Implicit(rune(cp))
		if len(w) == 4 && binary.BigEndian.Uint16(w) == hi && binary.BigEndian.Uint16(w[2:]) == lo {
			continue
		}
		out = binary.AppendUvarint(out, uint64(cp-last))
		out = append(out, byte(len(w)/2))
		out = append(out, w...)
		last, n = cp, n+1
	}
	if err := in.Err(); err != nil {
		log.Fatal(err)
	}
	var buf bytes.Buffer
	z, _ := flate.NewWriter(&buf, flate.BestCompression)
	if _, err := z.Write(out); err != nil {
		log.Fatal(err)
	}
	if err := z.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("weights.bin", buf.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Println(n, "code points,", buf.Len(), "bytes")
}
