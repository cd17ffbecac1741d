package document

import (
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	for _, tt := range []struct{ want, text string }{
		{"en", "We collect your name when you create an account and we keep it for as long as you are with us."},
		{"en", "WE DO NOT SELL THE DATA THAT YOU GIVE TO US."},
		{"fr", "Nous collectons votre nom lorsque vous créez un compte et nous le conservons tant que vous êtes avec nous."},
		{"de", "Wir erheben Ihren Namen, wenn Sie ein Konto anlegen, und speichern ihn, solange Sie bei uns sind."},
		{"es", "Recogemos su nombre cuando usted crea una cuenta y lo conservamos mientras esté con nosotros, como dice la ley."},
		{"it", "Raccogliamo il suo nome quando crea un account e lo conserviamo per tutto il tempo in cui è con noi, come dice la legge."},
		{"nl", "Wij verzamelen uw naam wanneer u een account maakt en wij bewaren die zolang u bij ons bent."},
		{"pt", "Recolhemos o seu nome quando cria uma conta e não o vendemos a ninguém, como é dito na lei dos dados pessoais."},
		{"pl", "Zbieramy Twoje imię, gdy zakładasz konto, i nie przekazujemy go nikomu, chyba że jest to wymagane przez prawo lub przez sąd."},
		{"sv", "Vi samlar in ditt namn när du skapar ett konto och vi behåller det så länge som du är kund hos oss."},
		{"", ""},
		{"", "Google Analytics, Facebook Pixel, Hotjar, Stripe, Twilio"},
		{"", "Acme"},
		{"", "個人情報の取り扱いについて、当社は次のとおり定めます。"},
		{"", "We collect the name of the person. Nous collectons le nom de la personne pour les besoins du service."},
	} {
		if got := Language(tt.text); got != tt.want {
			t.Errorf("Language(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// Addresses of links speak no language.
func TestLanguageOfLinks(t *testing.T) {
	text := "[Nous](https://x.example/the/of/and/to/in/is/that) gardons votre nom pour https://x.example/we/you/our/with/are et vous."
	if got := Language(text); got != "fr" {
		t.Errorf("language %q, want fr", got)
	}
}

// Names and figures do not drown the sentences of a document.
func TestLanguageAmongNames(t *testing.T) {
	names := strings.Repeat("| _tcid uuid adsrv | pixel.tallycount.example |\n", 200)
	d, err := Parse([]byte("We use the cookies in this list. You can refuse all of them but the first in your browser, and then our site will work as before, but it will not remember what is in your basket.\n\n"+names), Markdown)
	if err != nil || d.Language != "en" {
		t.Errorf("language %q, %v, want en", d.Language, err)
	}
}
