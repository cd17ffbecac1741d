package document

import "testing"

func TestFingerprint(t *testing.T) {
	const text = "Last updated: 3 May 2024. We keep your e-mail address for 30 days, see [our terms](https://a.example/terms)."
	for _, tt := range []struct {
		name, other string
		same        bool
	}{
		{"layout and emphasis", "Last updated: 3 May 2024.\n\n*   We keep **your e-mail address**\n    for 30 days, see [our terms](https://a.example/terms).", true},
		{"case, accents and quotes", "LAST UPDATED: 3 MAY 2024. We kéep your “e-mail” address for 30 days, see our terms.", true},
		{"address of a link", "Last updated: 3 May 2024. We keep your e-mail address for 30 days, see [our terms](/legal(2)/terms?session=12 \"Terms\").", true},
		{"date of the update", "Last updated: 12/06/2025. We keep your e-mail address for 30 days, see our terms.", true},
		{"hyphens and spaces without a shape", "Last updated: 3 May 2024. We ke\u00adep your\u00a0e-mail add\u200bress for 30 days, see our terms.", true},
		{"HTML in Markdown", "Last updated: 3 May 2024. <a id=\"x\"></a>We keep your e-mail address for 30 days,<br>see our terms.", true},
		{"a figure", "Last updated: 3 May 2024. We keep your e-mail address for 90 days, see our terms.", false},
		{"a word", "Last updated: 3 May 2024. We sell your e-mail address for 30 days, see our terms.", false},
		{"a negation", "Last updated: 3 May 2024. We do not keep your e-mail address for 30 days, see our terms.", false},
		{"the order", "We keep your e-mail address for 30 days, see our terms. Last updated: 3 May 2024.", false},
		{"a date that is no update", "Last updated: 3 May 2024. We keep your e-mail address until 1 June 2024, see our terms.", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if same := Fingerprint(text) == Fingerprint(tt.other); same != tt.same {
				t.Errorf("same wording: %v, want %v, for %q", same, tt.same, tt.other)
			}
		})
	}
}

// The date of an update counts in no form and no language that we meet.
func TestFingerprintDates(t *testing.T) {
	for _, pair := range [][2]string{
		{"Effective date: May 3rd, 2024. We", "Effective date: 2025-01-31. We"},
		{"Version of 06/04/2020. We", "Version of 7.4.21. We"},
		{"Dernière mise à jour le 1er mars 2023. Nous", "Dernière mise à jour le 14 février 2025. Nous"},
		{"En vigueur depuis le 2 août 2022. Nous", "En vigueur depuis le 13.11.2024. Nous"},
		{"Stand: Juni 2021. Wir", "Stand: Dezember 2024. Wir"},
		{"Última actualización: 9 de marzo de 2023. La", "Última actualización: 10 de abril de 2024. La"},
	} {
		if Fingerprint(pair[0]) != Fingerprint(pair[1]) {
			t.Errorf("%q and %q have another wording", pair[0], pair[1])
		}
	}
}

// A page and its Markdown have the same wording.
func TestFingerprintAcrossFormats(t *testing.T) {
	page, err := Parse([]byte("<h1>Privacy</h1><p>We <b>never</b> sell <a href='/d'>data</a>.<ul><li>Not to A<li>Not to B</ul><table><tr><th>Data<th>Kept<tr><td>Name<td>1 year</table>"), HTML)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Parse([]byte("# Privacy\n\nWe **never** sell [data](https://x.example/d).\n\n* Not to A\n* Not to B\n\n| Data | Kept |\n| --- | --- |\n| Name | 1 year |\n"), Markdown)
	if err != nil {
		t.Fatal(err)
	}
	if Fingerprint(page.Text) != Fingerprint(text.Text) {
		t.Errorf("%q and %q have another wording", page.Text, text.Text)
	}
}
