package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold returns s in lower case without accents: the one form in which this
// module compares, indexes and sorts words ("Société Générale" is
// "societe generale").
func Fold(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = AppendFold(b, r)
	}
	return string(b)
}

// AppendFold appends the folded form of r to b. A combining mark has none.
func AppendFold(b []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(b, byte(r))
	case r < latinEnd && latin[r] != "":
		return append(b, latin[r]...)
	case unicode.Is(unicode.Mn, r):
		return b
	case r == '’' || r == 'ʼ' || r == '‘':
		return append(b, '\'')
	}
	if lower := unicode.ToLower(r); lower != r {
		return AppendFold(b, lower) // such as ẞ and the Ångström sign
	}
	return utf8.AppendRune(b, r)
}

// Words returns the folded words of s: runs of letters and digits.
func Words(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// SortKey returns the ASCII text by which lists of names are ordered in every store.
func SortKey(name string) string {
	key := strings.Join(Words(name), " ")
	if key == "" {
		key = name
	}
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return '~'
		}
		return r
	}, key)
}

const latinEnd = 0x261

// latin maps the letters of Latin-1, Latin Extended-A and -B, and those of the
// next block that are lower case of them, to plain ones.
var latin = func() (t [latinEnd]string) {
	for plain, letters := range map[string]string{
		"a": "àáâãäåāăąǎǟǡǻȁȃȧÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦ", "ae": "æǣǽÆǢǼ", "b": "ƀƃɓɃƁƂ", "c": "çćĉċčƈÇĆĈĊČƇ",
		"d": "ďđðƌɗĎĐÐƊƋ", "e": "èéêëēĕėęěȅȇȩÈÉÊËĒĔĖĘĚȄȆȨ", "f": "ƒƑ", "g": "ĝğġģǥǧǵĜĞĠĢǤǦǴƓɠ",
		"h": "ĥħȟĤĦȞ", "i": "ìíîïĩīĭįıǐȉȋÌÍÎÏĨĪĬĮİǏȈȊ", "ij": "ĳĲ", "j": "ĵǰĴ", "k": "ķĸƙǩĶƘǨ",
		"l": "ĺļľŀłƚĹĻĽĿŁ", "μ": "µ", "n": "ñńņňŉŋǹÑŃŅŇŊǸ", "o": "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱÒÓÔÕÖØŌŎŐƠǑǪǬǾȌȎȪȬȮȰ",
		"oe": "œŒ", "p": "ƥƤ", "r": "ŕŗřȑȓŔŖŘȐȒ", "s": "śŝşšſșŚŜŞŠȘ", "ss": "ß", "t": "ţťŧƫƭțŢŤŦƬȚ",
		"th": "þÞ", "u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖ", "w": "ŵŴ", "y": "ýÿŷƴȳÝŶŸƳȲ", "z": "źżžƶȥŹŻŽƵȤ",
	} {
		for _, r := range letters {
			t[r] = plain
		}
	}
	return t
}()
