package api

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"policygraph/graph"
	"policygraph/graph/sqlite"
	"policygraph/policy"
)

// A sentence is a piece of a policy written for a test, with what it states.
type sentence struct {
	words  string
	party  string // as the sentence writes it, or ""
	under  string // words of its heading, or ""
	states []policy.Statement
}

// A text is a version of a policy written for a test.
type text struct {
	at        string // when it was captured
	sentences []sentence
}

// A site is a policy of a fictional company with its texts.
type site struct {
	company  policy.Organization
	path     string
	kind     policy.Kind
	language string
	texts    []text
	unread   bool // in a language without rules
}

func says(words string, states ...policy.Statement) sentence {
	return sentence{words: words, states: states}
}

func names(party, words string, states ...policy.Statement) sentence {
	return sentence{words: words, party: party, states: states}
}

// shares returns what a plain sentence about sharing states.
func shares(recipient string, dataTypes ...string) policy.Statement {
	return policy.Statement{Action: policy.Share, Stance: policy.Stated, Recipient: policy.Recipient{Organization: recipient}, DataTypes: dataTypes}
}

func keeps(limit string, dataTypes ...string) policy.Statement {
	return policy.Statement{Action: policy.Retain, Stance: policy.Stated, DataTypes: dataTypes, Retention: &policy.Retention{Max: must(policy.ParsePeriod(limit))}}
}

// must returns what cannot fail, as the policies here are ours.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// sites are the policies that the golden answers are about.
func sites() []site {
	usage := shares("google-analytics", "pd:IPAddress", "pd:BrowsingBehaviour")
	usage.Purposes, usage.Recipient.Role = []string{"dpv:ServiceUsageAnalytics"}, "x:AnalyticsProviders"
	ads := shares("google-ads", "x:AdvertisingIdentifier")
	ads.Purposes, ads.Conditions = []string{"dpv:PersonalisedAdvertising"}, []policy.Condition{policy.WithConsent}
	hosting := shares("google-cloud", "pd:Health")
	hosting.Places, hosting.PlaceRole, hosting.Recipient.Role = []policy.Place{"BE"}, policy.Storage, "x:HostingProviders"
	card := shares("stripe", "pd:PaymentCard")
	card.Purposes, card.LegalBases = []string{"dpv:PaymentManagement"}, []string{"eu-gdpr:A6-1-b"}
	abroad := shares("kingfisher-analytics", "pd:EmailAddress")
	abroad.Places, abroad.PlaceRole, abroad.Safeguards = []policy.Place{"US", "IN"}, policy.Transfer, []string{"eu-gdpr:A46-2-c"}
	invoices := keeps("P10Y", "pd:PaymentCard", "pd:Purchase")
	invoices.Retention.Start, invoices.Retention.Scope, invoices.LegalBases = "x:Transaction", "invoices", []string{"eu-gdpr:A6-1-c"}
	never := policy.Statement{Action: policy.Sell, Stance: policy.Denied}
	notGoogle := shares("google", "pd:Financial")
	notGoogle.Stance = policy.Denied
	outside := policy.Statement{Action: policy.Transfers, Stance: policy.Stated, Places: []policy.Place{policy.NonEEA}, PlaceRole: policy.Transfer,
		Safeguards: []string{"eu-gdpr:A46-2-c", "eu-gdpr:A45-3"}}
	mail := policy.Statement{Action: policy.Use, Stance: policy.Stated, DataTypes: []string{"pd:EmailAddress"}, Purposes: []string{"dpv:DirectMarketing"},
		LegalBases: []string{"eu-gdpr:A6-1-a"}, Conditions: []policy.Condition{policy.WithConsent}}
	sells := policy.Statement{Action: policy.Sell, Stance: policy.Stated, Recipient: policy.Recipient{Category: "x:AdvertisingPartners"}, DataTypes: []string{"pd:Location"}}
	credit := policy.Statement{Action: policy.Collect, Stance: policy.Stated, Source: "experian", DataTypes: []string{"pd:Credit"}}
	account := policy.Statement{Action: policy.Retain, Stance: policy.Stated, DataTypes: []string{"pd:EmailAddress"}, Retention: &policy.Retention{Criterion: "x:AccountLifetime"}}
	return []site{
		{company: company("Acorn Market", "GB", "retail"), path: "privacy", kind: policy.PrivacyPolicy, language: "en", texts: []text{
			{"2024-03-01", []sentence{
				names("Google Analytics", "Google Analytics receives your IP address and the pages you visit.", usage),
				names("Stripe", "Your card number goes to Stripe, which takes the payment.", card),
				says("We never sell personal data.", never),
			}},
			{"2025-06-01", []sentence{
				names("Google Analytics", "The pages you visit and your IP address are measured by Google Analytics.", usage),
				names("Google Ads", "If you agree, we give your advertising identifier to Google Ads.", ads),
				names("Stripe", "Your card number goes to Stripe, which takes the payment.", card),
				says("Invoices, with card and purchase data, are kept for ten years.", invoices),
			}},
		}},
		{company: company("Birch Clinique", "FR", "health"), path: "confidentialite", kind: policy.PrivacyPolicy, language: "fr", texts: []text{
			{"2025-01-15", []sentence{
				names("Google Cloud", "Vos données de santé sont hébergées en Belgique par Google Cloud.", hosting),
				says("Nous ne vendons jamais vos données à caractère personnel.", never),
				says("Vos données peuvent être transférées hors de l’EEE, sous clauses contractuelles types ou décision d’adéquation.", outside),
			}},
		}},
		{company: company("Cedar Games", "SE", "games"), path: "privacy", kind: policy.PrivacyPolicy, language: "en", texts: []text{
			{"2025-02-01", []sentence{
				names("Google Analytics", "We use Google Analytics: it sees your IP address and how you move through the site.", usage),
				{words: "Kingfisher Analytics Ltd | e-mail address | United States, India | standard contractual clauses", party: "Kingfisher Analytics Ltd",
					under: "Recipient | Data | Country | Safeguard", states: []policy.Statement{abroad}},
				says("We sell location data to advertising partners.", sells),
				says("Log-in data is deleted after thirteen months.", keeps("P13M", "pd:AuthenticationHistory")),
				says("With your consent we write to your e-mail address about new games.", mail),
			}},
		}},
		{company: company("Dahlia Bank", "US", "finance"), path: "privacy", kind: policy.PrivacyPolicy, language: "en", texts: []text{
			{"2024-09-01", []sentence{
				names("Google", "We do not share financial data with Google.", notGoogle),
				names("Experian", "We receive your credit score from Experian.", credit),
				says("Card data is kept for seven years.", keeps("P7Y", "pd:PaymentCard")),
				says("Your e-mail address is kept as long as you have an account.", account),
			}},
		}},
		{company: company("Dahlia Bank", "US", "finance"), path: "cookies", kind: policy.CookiePolicy, language: "en", texts: []text{
			{"2024-09-01", []sentence{says("Cookies are kept for thirty days.", keeps("P30D", "x:CookieIdentifier"))}},
		}},
		{company: company("Elm Foorumi", "FI", "media"), path: "tietosuoja", kind: policy.PrivacyPolicy, language: "fi", unread: true, texts: []text{
			{"2025-03-01", []sentence{says("Emme myy tietojasi.")}},
		}},
	}
}

func company(name string, country policy.Place, sector string) policy.Organization {
	domain := strings.ReplaceAll(policy.SlugOf(name), "-", "") + ".example"
	return policy.Organization{ID: policy.SlugOf(name), Name: name, Kind: policy.LegalEntity, Domains: []string{domain}, Country: country, Sector: sector}
}

// captures returns what a crawl of the sites would put.
func captures(all []site) []graph.Capture {
	var out []graph.Capture
	for _, s := range all {
		url := "https://" + s.company.Domains[0] + "/" + s.path
		for _, v := range s.texts {
			document, reading := read(s, v)
			out = append(out, graph.Capture{
				Company:  s.company,
				Policy:   policy.Policy{ID: policy.PolicyID(s.company.ID, url), CompanyID: s.company.ID, Kind: s.kind, URL: url, Language: s.language},
				At:       must(time.Parse(time.DateOnly, v.at)),
				Document: document,
				Reading:  reading,
				Rules:    "test",
			})
		}
	}
	return out
}

// read returns the document that the sentences make, and what it states.
func read(s site, v text) (*policy.Document, *policy.Reading) {
	document, reading := &policy.Document{Language: s.language}, &policy.Reading{Language: s.language, Assessed: !s.unread}
	var b strings.Builder
	place := func(words string) policy.Span {
		start := b.Len()
		b.WriteString(words + "\n\n")
		return policy.Span{Start: start, End: start + len(words)}
	}
	var findings []policy.Finding
	for _, said := range v.sentences {
		f := policy.Finding{Party: said.party, Method: policy.ByRule, Rule: "test", Confidence: 0.75}
		var heading []policy.Span
		if said.under != "" {
			heading = []policy.Span{place(said.under)}
		}
		f.Spans = append([]policy.Span{place(said.words)}, heading...)
		document.Blocks = append(document.Blocks, policy.Block{Kind: policy.Paragraph, Span: f.Spans[0], LeadIn: -1})
		findings = append(findings, f)
	}
	contact := place("Write to privacy@" + s.company.Domains[0] + ".")
	document.Text = b.String()
	evidence := func(f policy.Finding) policy.Evidence { return must(policy.NewEvidence(document.Text, f)) }
	for i, said := range v.sentences {
		for _, statement := range said.states {
			reading.Practices = append(reading.Practices, must(policy.NewPractice(statement, evidence(findings[i]))))
		}
	}
	if reading.Assessed {
		e := evidence(policy.Finding{Spans: []policy.Span{contact}, Method: policy.ByRule, Rule: "contact", Confidence: 1})
		reading.Contacts = []policy.Contact{{Email: "privacy@" + s.company.Domains[0], Evidence: e}}
		reading.Rights = []policy.Right{{ID: "eu-gdpr:A15", Evidence: e}}
		reading.Controller = &policy.Controller{Name: s.company.Name, Country: s.company.Country, Evidence: e}
	}
	return document, reading
}

// fill returns a store in memory with the captures.
func fill(t testing.TB, captures []graph.Capture) graph.Store {
	t.Helper()
	s, err := open(captures)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func open(captures []graph.Capture) (graph.Store, error) {
	s, err := sqlite.Open(context.Background(), sqlite.Memory, sqlite.Create)
	if err != nil {
		return nil, err
	}
	for _, c := range captures {
		if changed, err := s.Put(context.Background(), c); err != nil || !changed {
			return nil, fmt.Errorf("put %s at %v: changed %v, %w", c.Policy.URL, c.At, changed, err)
		}
	}
	return s, nil
}

// fixture returns a store with the sites, which tests share and only read: to
// open one takes seconds under the race detector.
func fixture(t testing.TB) graph.Store {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var shared = sync.OnceValues(func() (graph.Store, error) { return open(captures(sites())) })

// crowd returns n companies that each share data with two products of Google
// and with a recipient of their own.
func crowd(n int) []site {
	var out []site
	for i := range n {
		c := company(fmt.Sprintf("Crowd Company %03d", i), "FR", "retail")
		own := fmt.Sprintf("Supplier %03d", i)
		out = append(out, site{company: c, path: "privacy", kind: policy.PrivacyPolicy, language: "en", texts: []text{{"2025-01-01", []sentence{
			names("Google Analytics", fmt.Sprintf("%s has your visits measured by Google Analytics.", c.Name), shares("google-analytics", "pd:BrowsingBehaviour")),
			names("Google Ads", fmt.Sprintf("%s gives your advertising identifier to Google Ads.", c.Name), shares("google-ads", "x:AdvertisingIdentifier")),
			names(own, fmt.Sprintf("%s gives your address to %s.", c.Name, own), shares(policy.SlugOf(own), "pd:PhysicalAddress")),
		}}}})
	}
	return out
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
