package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"policygraph/api/generated"
	"policygraph/graph"
)

// found returns the first word of each quote that a filter finds, sorted.
func found(t *testing.T, s graph.Store, filter string) string {
	t.Helper()
	type practices struct {
		Practices struct {
			Nodes []struct{ Evidence []struct{ Quote string } }
		}
	}
	answer := ask[practices](t, s, "{ practices(first: 100, filter: "+filter+") { nodes { evidence { quote } } } }", nil)
	out := []string{}
	for _, p := range answer.Practices.Nodes {
		out = append(out, strings.Join(strings.Fields(p.Evidence[0].Quote)[:2], " "))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestPracticeFilter(t *testing.T) {
	s := fixture(t)
	for _, tt := range []struct{ filter, want string }{
		// Every field, alone.
		{`{company: {name: "Dahlia Bank"}}`, "Card data, Cookies are, We do, We receive, Your e-mail"},
		{`{recipient: {name: "Google Ads"}}`, "If you"},
		{`{recipient: {name: "Google"}}`, "We do"},
		{`{recipient: {name: "Google", includeSubsidiaries: true}}`, "If you, The pages, Vos données, We do, We use"},
		{`{recipient: {name: "Alphabet", includeSubsidiaries: true}, stance: STATED}`, "If you, The pages, Vos données, We use"},
		{`{recipient: {country: "FR", includeSubsidiaries: true}}`, ""},
		{`{source: {name: "Experian"}}`, "We receive"},
		{`{recipientCategory: "x:AdvertisingPartners"}`, "We sell"},
		{`{recipientCategory: ["x:HostingProviders", "x:AnalyticsProviders"]}`, "The pages, Vos données, We use"},
		{`{legalBasis: "eu-gdpr:A6-1-c"}`, "Invoices, with"},
		{`{safeguard: "eu-gdpr:A45-3"}`, "Vos données"},
		{`{action: [SELL, TRANSFER]}`, "Nous ne, Vos données, We sell"},
		{`{stance: DENIED}`, "Nous ne, We do"},
		{`{method: MODEL}`, ""},
		{`{method: RULE, action: SELL}`, "Nous ne, We sell"},

		// Data types and purposes with what is below them.
		{`{dataType: {in: "pd:Financial"}, stance: STATED}`, "Card data, Invoices, with, We receive, Your card"},
		{`{dataType: {in: "pd:Financial", includeNarrower: false}, stance: STATED}`, ""},
		{`{dataType: {in: ["pd:Credit", "pd:Location"]}, stance: STATED}`, "We receive, We sell"},
		{`{purpose: {in: "dpv:Marketing"}, stance: STATED}`, "If you, With your"},
		{`{purpose: {in: "dpv:Marketing", includeNarrower: false}, stance: STATED}`, ""},

		// A denial of a broader term, or of nothing in particular, denies it, too.
		{`{dataType: {in: "pd:PaymentCard"}, stance: DENIED}`, "Nous ne, We do"},
		{`{dataType: {in: "pd:PaymentCard", includeNarrower: false}, stance: DENIED}`, "Nous ne, We do"},
		{`{dataType: {in: "pd:Health"}, stance: DENIED}`, "Nous ne"},
		{`{dataType: {in: "pd:Health"}}`, "Nous ne, Vos données"},
		{`{dataType: {in: "pd:Health"}, NOT: {stance: DENIED}}`, "Vos données"},
		{`{purpose: {in: "dpv:DirectMarketing"}, stance: DENIED}`, "Nous ne, We do"},

		// Places.
		{`{place: {}}`, "Kingfisher Analytics, Vos données, Vos données"},
		{`{place: {role: STORAGE}}`, "Vos données"},
		{`{place: {in: "US"}}`, "Kingfisher Analytics"},
		{`{place: {in: "EEA"}}`, "Vos données"},
		{`{place: {in: "EU", role: TRANSFER}}`, ""},
		{`{place: {in: "NON-EEA"}}`, "Kingfisher Analytics, Vos données"},
		{`{place: {outside: EEA}}`, "Kingfisher Analytics, Vos données"},

		// Retention.
		{`{retention: {}}`, "Card data, Cookies are, Invoices, with, Log-in data, Your e-mail"},
		{`{retention: {maxAtLeast: "P13M"}}`, "Card data, Invoices, with, Log-in data"},
		{`{retention: {maxAtLeast: "P13M", maxAtMost: "P7Y"}}`, "Card data, Log-in data"},
		{`{retention: {maxAtMost: "P1M"}}`, "Cookies are"},
		{`{retention: {criterion: "x:AccountLifetime"}}`, "Your e-mail"},

		// Companies.
		{`{company: {country: "EEA"}, action: SELL}`, "Nous ne, We sell"},
		{`{company: {country: ["FR", "US"]}, action: [SELL, RETAIN]}`, "Card data, Cookies are, Nous ne, Your e-mail"},
		{`{company: {sector: "games"}, action: SELL}`, "We sell"},
		{`{company: {domain: "cedargames.example"}, action: SELL}`, "We sell"},
		{`{company: {OR: [{sector: "games"}, {sector: "health"}], NOT: {country: "FR"}}, action: SELL}`, "We sell"},
		{`{company: {AND: [{sector: "games"}, {country: "FR"}]}}`, ""},
		{`{company: {lei: "529900T8BM49AURSDO55"}}`, ""},
		{`{company: {kind: BRAND}}`, ""},
		{`{company: {id: "` + nodeID(organizationKind, "cedar-games") + `"}, action: SELL}`, "We sell"},

		// Logic.
		{`{}`, found(t, s, "null")},
		{`{AND: [{action: SELL}, {stance: STATED}]}`, "We sell"},
		{`{OR: [{action: SELL}, {action: TRANSFER}]}`, "Nous ne, Vos données, We sell"},
		{`{action: SELL, NOT: {dataType: {in: "pd:Location"}, stance: STATED}}`, "Nous ne"},
		{`{NOT: {NOT: {action: SELL}}}`, "Nous ne, We sell"},
	} {
		if got := found(t, s, tt.filter); got != tt.want {
			t.Errorf("%s finds %q, want %q", tt.filter, got, tt.want)
		}
	}
}

func TestRefusedFilters(t *testing.T) {
	s := fixture(t)
	long := `["` + strings.Repeat(`x", "`, maxValues) + `x"]`
	deep := strings.Repeat("{NOT: ", maxFilterDepth) + "{}" + strings.Repeat("}", maxFilterDepth)
	wide := "{OR: [" + strings.Repeat("{action: SELL} ", maxFilters) + "]}"
	for _, tt := range []struct{ filter, message string }{
		{`{dataType: {in: "pd:Emial"}}`, `dataType: no term "pd:Emial"`},
		{`{dataType: {in: "Email address"}}`, `did you mean "pd:EmailAddress"?`},
		{`{dataType: {in: "dpv:emailaddress"}}`, `did you mean "pd:EmailAddress"?`},
		{`{dataType: {in: []}}`, `dataType is an empty list`},
		{`{purpose: {in: "pd:EmailAddress"}}`, `purpose: no term`},
		{`{recipientCategory: "x:Nobody"}`, `recipientCategory: no term`},
		{`{legalBasis: "x:Nobody"}`, `legalBasis: no term`},
		{`{safeguard: "x:Nobody"}`, `safeguard: no term`},
		{`{retention: {criterion: "x:Nobody"}}`, `criterion: no term`},
		{`{retention: {maxAtLeast: "a year"}}`, `maxAtLeast: "a year" is not a period in ISO 8601`},
		{`{retention: {maxAtMost: ""}}`, `maxAtMost: "" is not a period`},
		{`{place: {in: "France"}}`, `in: "France" is neither an ISO 3166-1`},
		{`{place: {in: "US", outside: EEA}}`, `in and outside exclude each other`},
		{`{place: {in: []}}`, `in is an empty list`},
		{`{action: []}`, `action is an empty list`},
		{`{AND: []}`, `AND is an empty list`},
		{`{OR: []}`, `OR is an empty list`},
		{`{company: {id: "google"}}`, `"google" is not the ID of an organisation`},
		{`{company: {id: "` + nodeID(policyKind, "x") + `"}}`, `is not the ID of an organisation`},
		{`{company: {country: "XX"}}`, `country: "XX" is neither`},
		{`{company: {name: []}}`, `name is an empty list`},
		{`{company: {OR: []}}`, `OR is an empty list`},
		{`{company: {name: ` + long + `}}`, `name has 501 values, at most 500 are allowed`},
		{deep, `filters nested more than 5 deep`},
		{wide, `more than 50 filters in one argument`},
	} {
		code, message := refused(t, s, "{ practices(filter: "+tt.filter+") { totalCount } }", nil)
		if code != codeBadInput || !strings.Contains(message, tt.message) {
			t.Errorf("%.100s: %s %q, want %q", tt.filter, code, message, tt.message)
		}
	}
}

func TestAsOf(t *testing.T) {
	s := fixture(t)
	type practices struct{ Practices struct{ TotalCount int } }
	for _, tt := range []struct {
		company, asOf string
		want          int
	}{
		{"Acorn Market", "2023", 0}, {"Acorn Market", "2024", 3}, {"Acorn Market", "2024-02-29", 0}, {"Acorn Market", "2024-03-01", 3},
		{"Acorn Market", "2025-05-31", 3}, {"Acorn Market", "2025-06-01", 4}, {"Acorn Market", "2030", 4},
		{"Birch Clinique", "2024-12", 0}, {"Birch Clinique", "2025-01-14", 0}, {"Birch Clinique", "2025-01-15", 3}, {"Birch Clinique", "2025-01", 3},
	} {
		query := fmt.Sprintf(`{ practices(asOf: %q, filter: {company: {name: %q}}) { totalCount } }`, tt.asOf, tt.company)
		if got := ask[practices](t, s, query, nil).Practices.TotalCount; got != tt.want {
			t.Errorf("%s as of %s: %d practices, want %d", tt.company, tt.asOf, got, tt.want)
		}
	}
	for _, asOf := range []string{"", "yesterday", "2024-13", "2024-02-30", "2024-3-1", "20240301"} {
		if code, message := refused(t, s, `{ practices(asOf: "`+asOf+`") { totalCount } }`, nil); code != codeBadInput || !strings.Contains(message, "asOf") {
			t.Errorf("as of %q: %s %q", asOf, code, message)
		}
	}
}

// A filter from outside becomes one of the store or is refused as bad input,
// and nothing else.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		`{}`,
		`{"dataType": {"in": ["pd:Financial"], "includeNarrower": true}, "stance": "denied"}`,
		`{"OR": [{"action": ["sell"]}, {"NOT": {"place": {"in": ["EEA", "US"], "role": "transfer"}}}]}`,
		`{"recipient": {"name": ["Google"], "includeSubsidiaries": true}, "retention": {"maxAtLeast": "P1Y"}}`,
		`{"place": {"outside": "EEA"}, "company": {"country": ["FR"], "AND": [{"id": ["T3JnYW5pemF0aW9uOmdvb2dsZQ"]}]}}`,
	} {
		f.Add(seed)
	}
	s := fixture(f)
	f.Fuzz(func(t *testing.T, text string) {
		var filter generated.PracticeFilter
		if json.Unmarshal([]byte(text), &filter) != nil {
			return
		}
		ctx := withRequest(t.Context(), s, 0)
		translated, err := practiceFilter(ctx, &filter, graph.AsOf{})
		if p := explain(ctx, err); err != nil && (p == nil || p.code != codeBadInput) {
			t.Fatalf("%s: %v", text, err)
		}
		if err != nil {
			return
		}
		if _, err := s.Practices(ctx, translated, graph.AsOf{}, graph.ByCompany, graph.Page{Limit: 1}); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	})
}
