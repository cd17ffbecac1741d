package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// digest returns 32 hexadecimal digits that identify the list of parts. Each
// part is preceded by its length, so that no two lists look alike.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p))))
		h.Write([]byte{':'})
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// HashText returns the hash that tells one text of a policy from another:
// SHA-256 in hexadecimal digits.
func HashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// SlugOf returns words joined by hyphens, folded: the form of every organisation ID.
func SlugOf(s string) string { return strings.Join(Words(s), "-") }

// Slug returns the folded name as an ID: lower-case words joined by hyphens,
// without a legal form at its end ("Google LLC" is "google").
func Slug(name string) string {
	return strings.Join(nameWords(name), "-")
}

// NameKey returns the form in which names of organisations are compared: folded,
// without punctuation and without a legal form at the end.
func NameKey(name string) string {
	return strings.Join(nameWords(name), " ")
}

func nameWords(name string) []string {
	all := Words(name)
	words := all
	for len(words) > 1 {
		n := legalFormLen(words)
		if n == 0 || n == len(words) {
			break
		}
		words = words[:len(words)-n]
	}
	return words
}

// legalForms are the endings of names that do not tell organisations apart,
// folded, in the words that Words makes of them ("S.A.S." is three).
var legalForms = func() map[string]bool {
	m := map[string]bool{}
	for _, f := range strings.Fields(`ab ag aps as asbl bv b_v co company corp corporation eurl gbr gmbh inc
		incorporated kft kg kgaa limited llc llp lp ltd ltda mbh nv n_v oy oyj ou plc pte pty sa s_a sarl s_a_r_l
		sas s_a_s sasu sca scs se sl s_l spa s_p_a sprl srl s_r_l sro s_r_o uab ug a_s l_l_c`) {
		m[strings.ReplaceAll(f, "_", " ")] = true
	}
	return m
}()

// legalFormLen returns how many of the last words make a legal form.
func legalFormLen(words []string) int {
	for n := min(4, len(words)); n > 0; n-- {
		if legalForms[strings.Join(words[len(words)-n:], " ")] {
			return n
		}
	}
	return 0
}
