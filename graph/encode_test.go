package graph

import (
	"reflect"
	"strings"
	"testing"

	"policygraph/policy"
)

const about = "Acme SAS, Brest. Write to dpo@acme.example. You may see your data."

// aboutAcme returns a version of which everything is told.
func aboutAcme(t testing.TB) Version {
	t.Helper()
	e, err := policy.NewEvidence(about, policy.Finding{Spans: []policy.Span{{Start: 0, End: 8}, {Start: 10, End: 15}},
		Party: "Acme", Method: policy.ByModel, Rule: "a model", Confidence: 0.125})
	if err != nil {
		t.Fatal(err)
	}
	return Version{
		Effective:  "2024-08",
		Controller: &policy.Controller{Name: "Acme SAS", Country: "FR", Evidence: e},
		Contacts:   []policy.Contact{{Email: "dpo@acme.example", Evidence: evidence(t, about, policy.Span{Start: 26, End: 42}, "")}},
		Rights:     []policy.Right{{ID: "eu-gdpr:A15", Evidence: evidence(t, about, policy.Span{Start: 44, End: 65}, "")}},
	}
}

func TestAbout(t *testing.T) {
	for name, v := range map[string]Version{"everything": aboutAcme(t), "nothing": {}, "only a date": {Effective: "2024"}} {
		text, err := EncodeAbout(v)
		if err != nil {
			t.Fatal(err)
		}
		got := Version{Effective: "1999", Controller: &policy.Controller{}, Contacts: make([]policy.Contact, 3), Rights: make([]policy.Right, 3)}
		if err := DecodeAbout(&got, text); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, v) {
			t.Errorf("%s: %s came back as %+v, was %+v", name, text, got, v)
		}
	}
}

func TestDecodeAboutRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":           `{`,
		"no evidence":       `{"rights":[{"id":"eu-gdpr:A15"}]}`,
		"quote of a length": `{"controller":{"name":"A","evidence":{"places":[{"start":0,"end":3,"quote":"ab"}],"method":"rule","rule":"r","confidence":1}}}`,
		"unknown method":    `{"contacts":[{"email":"a@b","evidence":{"places":[{"start":0,"end":2,"quote":"ab"}],"method":"guess","rule":"r","confidence":1}}]}`,
	} {
		err := DecodeAbout(&Version{Version: policy.Version{ID: "v-1"}}, text)
		if err == nil || !strings.Contains(err.Error(), `"v-1"`) {
			t.Errorf("%s: error %v, want one that names the version", name, err)
		}
	}
}

func TestLayout(t *testing.T) {
	d := &policy.Document{
		Text: "Über uns\n\nA | B <c> & d", Language: "de",
		Blocks: []policy.Block{
			{Kind: policy.Heading, Span: policy.Span{Start: 0, End: 9}, Level: 2, LeadIn: -1},
			{Kind: policy.TableRow, Span: policy.Span{Start: 11, End: 24}, Path: []int{0}, LeadIn: 0, Language: "en",
				Cells: []policy.Span{{Start: 11, End: 12}, {Start: 15, End: 24}}, Header: []policy.Span{{Start: 0, End: 9}, {}}},
		},
		Links: []policy.Link{{Span: policy.Span{Start: 11, End: 12}, URL: "https://acme.example/?a=1&b=<2>"}},
	}
	for name, d := range map[string]*policy.Document{"everything": d, "nothing": {}} {
		layout, err := EncodeLayout(d)
		if err != nil {
			t.Fatal(err)
		}
		if d.Text != "" && strings.Contains(layout, "uns") {
			t.Errorf("the layout repeats the text: %s", layout)
		}
		got, err := DecodeLayout(d.Text, layout)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, d) {
			t.Errorf("%s came back as %+v, was %+v", name, got, d)
		}
	}
	if _, err := DecodeLayout("text", "{"); err == nil {
		t.Error("a layout that is no JSON is none")
	}
}

func FuzzDecodeAbout(f *testing.F) {
	seed, err := EncodeAbout(aboutAcme(f))
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{seed, `{}`, `null`, `{"rights":[{"id":"a"}]}`, `{"controller":{"name":"A","evidence":{"places":[]}}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var v, again Version
		if DecodeAbout(&v, text) != nil {
			return
		}
		kept, err := EncodeAbout(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := DecodeAbout(&again, kept); err != nil || !reflect.DeepEqual(again, v) {
			t.Errorf("%s came back as %+v, %v; was %+v", kept, again, err, v)
		}
	})
}
