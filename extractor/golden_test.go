package extractor

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"policygraph/document"
	"policygraph/policy"
)

// A goldenReading is a reading as the golden files show it: what a person who
// checks a case wants to see, and nothing else.
type goldenReading struct {
	Controller string           `json:"controller,omitempty"`
	Country    policy.Place     `json:"country,omitempty"`
	Effective  policy.Date      `json:"effective,omitempty"`
	Contacts   []string         `json:"contacts,omitempty"`
	Rights     []string         `json:"rights,omitempty"`
	Practices  []goldenPractice `json:"practices"`
}

type goldenPractice struct {
	Says       string             `json:"says"` // stance and action
	Recipient  string             `json:"recipient,omitempty"`
	Role       string             `json:"role,omitempty"`
	Source     string             `json:"source,omitempty"`
	Data       []string           `json:"data,omitempty"`
	Purposes   []string           `json:"purposes,omitempty"`
	LegalBases []string           `json:"legalBases,omitempty"`
	Places     []policy.Place     `json:"places,omitempty"`
	PlaceRole  policy.PlaceRole   `json:"placeRole,omitempty"`
	Safeguards []string           `json:"safeguards,omitempty"`
	Conditions []policy.Condition `json:"conditions,omitempty"`
	Retention  *goldenRetention   `json:"retention,omitempty"`
	Quotes     []string           `json:"quotes"`
}

type goldenRetention struct {
	Min       string `json:"min,omitempty"`
	Max       string `json:"max,omitempty"`
	Criterion string `json:"criterion,omitempty"`
	Start     string `json:"start,omitempty"`
	Scope     string `json:"scope,omitempty"`
}

func goldenOf(r *policy.Reading) goldenReading {
	g := goldenReading{Effective: r.Effective, Practices: []goldenPractice{}}
	if r.Controller != nil {
		g.Controller, g.Country = r.Controller.Name, r.Controller.Country
	}
	for _, c := range r.Contacts {
		g.Contacts = append(g.Contacts, c.Email)
	}
	for _, right := range r.Rights {
		g.Rights = append(g.Rights, right.ID)
	}
	for _, p := range r.Practices {
		s := p.Said()
		practice := goldenPractice{Says: string(s.Stance) + " " + string(s.Action), Recipient: s.Recipient.Organization + s.Recipient.Category,
			Role: s.Recipient.Role, Source: s.Source, Data: s.DataTypes, Purposes: s.Purposes, LegalBases: s.LegalBases,
			Places: s.Places, PlaceRole: s.PlaceRole, Safeguards: s.Safeguards, Conditions: s.Conditions}
		if k := s.Retention; k != nil {
			practice.Retention = &goldenRetention{k.Min.String(), k.Max.String(), k.Criterion, k.Start, k.Scope}
		}
		for _, e := range p.Evidence() {
			practice.Quotes = append(practice.Quotes, e.Quote())
		}
		g.Practices = append(g.Practices, practice)
	}
	return g
}

// cases returns the texts of testdata, which we wrote: a folder per language.
func cases(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"testdata/*/*.md", "testdata/*/*.txt"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 40 {
		t.Fatalf("%d cases in testdata", len(files))
	}
	return files
}

// parse reads a file as a document in the language of its folder.
func parse(t testing.TB, file string) *policy.Document {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := document.Parse(data, document.MediaType(file, data))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	doc.Language = filepath.Base(filepath.Dir(file))
	return doc
}

// TestExtract reads every text of testdata and compares what it says with
// NAME.golden.json beside it. UPDATE_GOLDEN=1 rewrites those files: read the
// difference before it is committed.
func TestExtract(t *testing.T) {
	x := newExtractor(t)
	for _, file := range cases(t) {
		t.Run(strings.TrimPrefix(file, "testdata/"), func(t *testing.T) {
			got, err := json.MarshalIndent(goldenOf(x.Extract(parse(t, file), Subject{})), "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".golden.json"
			if os.Getenv("UPDATE_GOLDEN") != "" {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatalf("%v (UPDATE_GOLDEN=1 writes it)", err)
			}
			if string(want) != string(got)+"\n" {
				t.Errorf("%s differs (UPDATE_GOLDEN=1 rewrites it); got\n%s", golden, got)
			}
		})
	}
}
