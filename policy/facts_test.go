package policy

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

const notice = `Acme SAS, 1 rue du Port, Brest, is responsible. Updated in August 2024.
Write to privacy@acme.example. You may access your data.
We use Google Analytics (Google LLC), an analytics provider in the US, to count visits by IP address.
Google Analytics is bound by standard clauses and gets your device's model.
We never give your name to Facebook.
Facebook gets your IP address.
We never give your e-mail to Snoop.
If you log in with Facebook, Facebook gives us your picture.
Our hosts in France keep your orders for 10 years, as accountants must. Hosts in Spain keep them, too.
We do not collect your location. We do not sell your data, and never show your religion to partners.
We send you news if you agree. No ads.
We take nothing from Globex, keep nothing in China and nothing for a year.`

// stating returns the practice that words of the notice state.
func stating(t testing.TB, words, party string, s Statement) Practice {
	t.Helper()
	f := found(t, notice, words)
	f.Party = party
	e, err := NewEvidence(notice, f)
	if err != nil {
		t.Fatal(err)
	}
	return practice(t, s, e)
}

// reading returns what the notice says.
func reading(t testing.TB) *Reading {
	t.Helper()
	google := Recipient{Organization: "google-analytics", Role: "x:AnalyticsProviders"}
	kept := &Retention{Max: period(t, "P10Y"), Criterion: "x:LegalObligation", Scope: "orders"}
	loud := *kept
	loud.Scope = "ORDERS"
	at := func(words string) Evidence { return evidenceAt(t, notice, words) }
	return &Reading{
		Language: "en", Assessed: true, Effective: "2024-08",
		Controller: &Controller{Name: "Acme SAS", Country: "FR", Evidence: at("Acme SAS, 1 rue du Port, Brest")},
		Contacts:   []Contact{{"privacy@acme.example", at("privacy@acme.example")}, {"privacy@acme.example", at("Write to privacy")}},
		Rights:     []Right{{"eu-gdpr:A15", at("access your data")}, {"eu-gdpr:A15", at("You may access")}},
		Practices: []Practice{
			stating(t, "We use Google Analytics (Google LLC)", "Google Analytics", Statement{Action: Share, Stance: Stated, Recipient: google,
				DataTypes: []string{"pd:IPAddress"}, Purposes: []string{"dpv:ServiceUsageAnalytics"}, Places: []Place{"US"}, PlaceRole: Transfer}),
			stating(t, "We use Google Analytics (Google LLC)", "Google LLC", Statement{Action: Share, Stance: Stated, Recipient: google,
				DataTypes: []string{"pd:IPAddress"}, Purposes: []string{"dpv:ServiceUsageAnalytics"}, Places: []Place{"US"}, PlaceRole: Transfer}),
			stating(t, "Google Analytics is bound by standard clauses", "Google Analytics", Statement{Action: Share, Stance: Stated,
				Recipient: Recipient{Organization: "google-analytics"}, DataTypes: []string{"x:DeviceModel"},
				Places: []Place{"US"}, PlaceRole: Transfer, Safeguards: []string{"eu-gdpr:A46-2-c"}}),
			stating(t, "never give your name to Facebook", "Facebook", Statement{Action: Share, Stance: Denied,
				Recipient: Recipient{Organization: "facebook"}, DataTypes: []string{"pd:Name"}}),
			stating(t, "Facebook gets your IP address", "Facebook", Statement{Action: Share, Stance: Stated,
				Recipient: Recipient{Organization: "facebook"}, DataTypes: []string{"pd:IPAddress"}}),
			stating(t, "never give your e-mail to Snoop", "", Statement{Action: Share, Stance: Denied,
				Recipient: Recipient{Organization: "snoop"}, DataTypes: []string{"pd:EmailAddress"}}),
			stating(t, "Facebook gives us your picture", "Facebook", Statement{Action: Collect, Stance: Stated, Source: "facebook", DataTypes: []string{"pd:Picture"}}),
			stating(t, "Our hosts in France keep your orders for 10 years", "", Statement{Action: Store, Stance: Stated,
				Recipient: Recipient{Category: "x:HostingProviders"}, DataTypes: []string{"x:OrderHistory"}, Places: []Place{"FR"}, PlaceRole: Storage, Retention: kept}),
			stating(t, "Hosts in Spain keep them, too", "", Statement{Action: Store, Stance: Stated,
				Recipient: Recipient{Category: "x:HostingProviders"}, DataTypes: []string{"x:OrderHistory"}, Places: []Place{"ES"}, PlaceRole: Storage, Retention: &loud}),
			stating(t, "We do not collect your location", "", Statement{Action: Collect, Stance: Denied, DataTypes: []string{"pd:Location", "pd:IPAddress"}}),
			stating(t, "We do not sell your data", "", Statement{Action: Sell, Stance: Denied}),
			stating(t, "never show your religion to partners", "", Statement{Action: Share, Stance: Denied,
				Recipient: Recipient{Category: "x:Partners"}, DataTypes: []string{"pd:Religion"}}),
			stating(t, "We send you news if you agree", "", Statement{Action: Use, Stance: Stated, Purposes: []string{"dpv:DirectMarketing"}, LegalBases: []string{"eu-gdpr:A6-1-a"}}),
			stating(t, "No ads.", "", Statement{Action: Use, Stance: Denied, Purposes: []string{"dpv:Advertising"}}),
			stating(t, "We take nothing from Globex", "Globex", Statement{Action: Collect, Stance: Denied, Source: "globex"}),
			stating(t, "keep nothing in China", "", Statement{Action: Store, Stance: Denied, Places: []Place{"CN"}, PlaceRole: Storage}),
			stating(t, "nothing for a year", "", Statement{Action: Retain, Stance: Denied, Retention: &Retention{Max: period(t, "P1Y")}}),
		},
	}
}

// TestFactsOf compares with testdata/facts.golden.json, which UPDATE_GOLDEN=1 rewrites.
func TestFactsOf(t *testing.T) {
	got, err := json.MarshalIndent(FactsOf("acme", notice, reading(t)), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const file = "testdata/facts.golden.json"
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (UPDATE_GOLDEN=1 writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (UPDATE_GOLDEN=1 rewrites it); got\n%s", file, got)
	}
}

func TestFactsOfNothing(t *testing.T) {
	got, err := json.Marshal(FactsOf("empty", "", &Reading{Language: "fi"}))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"empty","language":"fi","controller":null,"last_updated":null,"contact_emails":[],"sale":"not-mentioned",` +
		`"data_types":[],"recipients":[],"sources":[],"recipient_categories":[],"countries":[],"safeguards":[],` +
		`"retention":[],"purposes":[],"legal_bases":[],"rights":[]}`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestFactsDoNotDependOnOrder(t *testing.T) {
	want := FactsOf("acme", notice, reading(t))
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		shuffled := reading(t)
		all := shuffled.Practices
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := FactsOf("acme", notice, shuffled); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v\nwant %+v", got, want)
		}
	}
}

// Facts derived from what a store kept are those of the extractor.
func TestFactsOfRestoredReading(t *testing.T) {
	r := reading(t)
	want := FactsOf("acme", notice, r)
	restore := func(e Evidence) Evidence {
		restored, err := RestoreEvidence(e.Finding(), e.Quotes())
		if err != nil {
			t.Fatal(err)
		}
		return restored
	}
	for i, p := range r.Practices {
		r.Practices[i] = practice(t, p.Said(), restore(p.Evidence()[0]))
	}
	r.Controller.Evidence = restore(r.Controller.Evidence)
	if got := FactsOf("acme", notice, r); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestStanceOfFacts(t *testing.T) {
	name := []string{"pd:Name"}
	for _, tt := range []struct {
		name       string
		statements []Statement
		want       string // stance of the data type, "" = no fact
		sale       string
	}{
		{"nothing", nil, "", "not-mentioned"},
		{"denied collection", []Statement{{Action: Collect, Stance: Denied, DataTypes: name}}, "denied", "not-mentioned"},
		{"denied use", []Statement{{Action: Use, Stance: Denied, DataTypes: name}}, "denied", "not-mentioned"},
		{"denied storage", []Statement{{Action: Store, Stance: Denied, DataTypes: name}}, "denied", "not-mentioned"},
		{"denied sharing tells nothing of the type", []Statement{{Action: Share, Stance: Denied, DataTypes: name}}, "", "not-mentioned"},
		{"nor denied transfer", []Statement{{Action: Transfers, Stance: Denied, DataTypes: name}}, "", "not-mentioned"},
		{"nor denied retention", []Statement{{Action: Retain, Stance: Denied, DataTypes: name}}, "", "not-mentioned"},
		{"nor denied sale", []Statement{{Action: Sell, Stance: Denied, DataTypes: name}}, "", "denied"},
		{"stated sharing does", []Statement{{Action: Share, Stance: Stated, DataTypes: name}}, "stated", "not-mentioned"},
		{"stated sale does", []Statement{{Action: Sell, Stance: Stated, DataTypes: name}}, "stated", "stated"},
		{"stated wins after denied", []Statement{{Action: Collect, Stance: Denied, DataTypes: name}, {Action: Use, Stance: Stated, DataTypes: name}}, "stated", "not-mentioned"},
		{"stated wins before denied", []Statement{{Action: Use, Stance: Stated, DataTypes: name}, {Action: Collect, Stance: Denied, DataTypes: name}}, "stated", "not-mentioned"},
		{"a sale once stated is not denied", []Statement{{Action: Sell, Stance: Stated}, {Action: Sell, Stance: Denied, DataTypes: name}}, "", "stated"},
		{"whatever the order", []Statement{{Action: Sell, Stance: Denied, DataTypes: name}, {Action: Sell, Stance: Stated}}, "", "stated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Reading{}
			for i, s := range tt.statements {
				r.Practices = append(r.Practices, practice(t, s, evidenceAt(t, notice, strings.Split(notice, "\n")[i])))
			}
			f := FactsOf("x", notice, &r)
			got := ""
			if len(f.DataTypes) > 0 {
				got = string(f.DataTypes[0].Stance)
			}
			if got != tt.want || len(f.DataTypes) > 1 || f.Sale != tt.sale {
				t.Errorf("data types %+v, sale %s; want stance %q, sale %s", f.DataTypes, f.Sale, tt.want, tt.sale)
			}
		})
	}
}

func TestQuoteOfFacts(t *testing.T) {
	long := strings.Repeat("é", 5) + strings.Repeat(" word", 100)
	solid := strings.Repeat("é", 400)
	for _, tt := range []struct{ name, text, words, want string }{
		{"as it is", "We collect your name here.", "your name here", "your name here"},
		{"too short: widened by the same on both sides", "We collect your name here.", "name", "ur name he"},
		{"widened at the beginning of the text", "Name: yours, if you like.", "Name", "Name: your"},
		{"widened by whole characters", "ééééé ad ééééé", "ad", "ééé ad ééé"},
		{"all of a short text", "No ads.", "ads", "No ads."},
		{"cut at a word", long, long, strings.TrimSpace(long[:len("ééééé")+58*len(" word")])},
		{"cut between characters", solid, solid, strings.Repeat("é", 300)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Reading{Rights: []Right{{"eu-gdpr:A15", evidenceAt(t, tt.text, tt.words)}}}
			got := FactsOf("x", tt.text, &r).Rights[0].Quote
			if got != tt.want {
				t.Errorf("quote %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzQuoteOfFacts(f *testing.F) {
	f.Add(notice, 0, 4)
	f.Add(strings.Repeat("é\n", 200), 0, 600)
	f.Add("a é", 2, 4)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		e, err := NewEvidence(text, Finding{Spans: []Span{{start, end}}, Method: ByRule, Rule: "fuzz"})
		if err != nil || !utf8.ValidString(text) {
			return
		}
		q := FactsOf("x", text, &Reading{Rights: []Right{{"eu-gdpr:A15", e}}}).Rights[0].Quote
		n := utf8.RuneCountInString(q)
		if !strings.Contains(text, q) || !utf8.ValidString(q) {
			t.Errorf("%q is not in the text", q)
		}
		short := n < minQuote && utf8.RuneCountInString(e.Quote()) <= maxQuote
		if n > maxQuote || short && n < utf8.RuneCountInString(strings.TrimSpace(text)) {
			t.Errorf("%q has %d characters", q, n)
		}
	})
}

// Facts is the format of the reference answers, field for field.
func TestReferenceAnswers(t *testing.T) {
	shared := os.Getenv("POLICYGRAPH_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	answers, err := filepath.Glob(filepath.Join(shared, "gold", "dev", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(answers) == 0 {
		t.Skipf("NOT TESTED on reference answers: there are none in %s (POLICYGRAPH_SHARED names their folder)", shared)
	}
	for _, file := range answers {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var f Facts
		in := json.NewDecoder(bytes.NewReader(data))
		in.DisallowUnknownFields()
		if err := in.Decode(&f); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		out, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var got, want map[string]any
		for text, into := range map[*[]byte]*map[string]any{&out: &got, &data: &want} {
			if err := json.Unmarshal(*text, into); err != nil {
				t.Fatal(err)
			}
		}
		for name := range want {
			if !reflect.DeepEqual(got[name], want[name]) && name != "sources" { // whose aliases are optional
				t.Errorf("%s: %s came back as %v, was %v", file, name, got[name], want[name])
			}
		}
	}
}
