package document

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"regexp"
	"strings"

	"policygraph/policy"
)

// noise is what a page renders anew without a change of wording: addresses of
// links and images, web and e-mail addresses and what hides them, and HTML in
// Markdown.
var noise = regexp.MustCompile(`\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+"[^"\n]*")?\)` +
	`|(?i:https?://|www\.|mailto:)[^\s<>()\[\]"]+` +
	`|[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+` +
	`|\\?\[email(?:\s|&#160;)?protected\\?\]` +
	`|</?[a-zA-Z][^<>\n]{0,200}>` +
	`|[\x{00ad}\x{200b}-\x{200f}\x{2060}\x{feff}]`)

// Fingerprint identifies the wording of a text: texts of one fingerprint have
// the same words and figures in the same order. Layout, emphasis, punctuation,
// case, accents, Unicode form, addresses, and the date of the last update do
// not count. Figures do: "30 days" is not "90 days".
func Fingerprint(text string) string {
	h := sha256.New()
	words := policy.Words(withoutNoise(text))
	for i := 0; i < len(words); {
		if end := updateDate(words, i); end > i {
			i = end
			continue
		}
		h.Write([]byte(words[i]))
		h.Write([]byte{' '})
		i++
	}
	return hex.EncodeToString(h.Sum(nil))
}

// withoutNoise returns text without the noise in its lines. Most lines have
// none, and looking for what every noise has in it is much faster than matching.
func withoutNoise(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for line := range strings.Lines(text) {
		if strings.ContainsFunc(line, noisy) || strings.Contains(line, "ww.") || strings.Contains(line, "WW.") {
			line = noise.ReplaceAllStringFunc(line, replacement)
		}
		b.WriteString(line)
	}
	return b.String()
}

func noisy(r rune) bool {
	switch r {
	case '[', ']', '<', '@', '/', '\u00ad', '\u2060', '\ufeff':
		return true
	}
	return '\u200b' <= r && r <= '\u200f'
}

// replacement parts the words around noise, unless it has no shape itself.
func replacement(noise string) string {
	if r := []rune(noise); len(r) == 1 {
		return ""
	}
	return " "
}

//go:embed data/months.txt
var monthNames string

// months are the folded names of months, in every language.
var months = wordSet(monthNames)

// updateWords announce the date of a version, in every language, folded.
var updateWords = wordSet(`updated update revised revision modified modification effective amended changed published version date
	jour modifiee modifie revisee vigueur publiee publie
	stand aktualisiert aktualisierung geandert anderung gultig
	actualizacion actualizado modificacion vigor aggiornamento aggiornata modifica
	bijgewerkt gewijzigd wijziging versie atualizacao atualizada uppdaterad uppdaterades senast opdateret aktualizacja aktualizacji`)

// dated reports whether text has the date of its last update.
func dated(text string) bool {
	words := policy.Words(text)
	for i := range words {
		if updateDate(words, i) > i {
			return true
		}
	}
	return false
}

// updateDate returns where the date that begins at words[i] ends if an update
// word announces it, else i.
func updateDate(words []string, i int) int {
	const window = 6
	end := dateEnd(words, i)
	if end == i {
		return i
	}
	for _, w := range words[max(0, i-window):i] {
		if updateWords[w] {
			return end
		}
	}
	return i
}

// dateEnd returns where the date that begins at words[i] ends, or i if none
// does. A date has a year and a month, or three figures, in any order.
func dateEnd(words []string, i int) int {
	const longest = 5 // words, as in "9 de março de 2023"
	figures, year, month := 0, false, false
	end := i
	for j := i; j < len(words) && j < i+longest; j++ {
		w := words[j]
		digits := len(w) - len(strings.TrimLeft(w, "0123456789"))
		switch {
		case months[w] && !month:
			month = true
		case digits == 4 && len(w) == 4 && !year:
			year = true
			figures++
		case digits > 0 && digits <= 2 && len(w) <= digits+2 && figures < 3: // "1", "2nd", "1er"
			figures++
		case j > i && (w == "de" || w == "of" || w == "del"):
			continue
		default:
			j = len(words)
			continue
		}
		end = j + 1
	}
	if month && year || figures == 3 {
		return end
	}
	return i
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
