package api

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

type described struct {
	Name        string
	Description *string
}

type schemaType struct {
	described
	Kind   string
	Fields []struct {
		described
		Args []described
	}
	InputFields, EnumValues []described
}

// Every type, field, argument and value says what it means, in a sentence.
func TestDescriptions(t *testing.T) {
	var answer struct {
		Data struct {
			Schema struct{ Types []schemaType } `json:"__schema"`
		}
	}
	if err := json.Unmarshal(execute(t, fixture(t), readFile(t, "testdata/introspection.graphql"), nil), &answer); err != nil {
		t.Fatal(err)
	}
	n := 0
	check := func(path string, d described) {
		n++
		if d.Description == nil || *d.Description == "" {
			t.Errorf("%s has no description", path)
			return
		}
		text := strings.TrimSpace(*d.Description)
		if first, _ := utf8.DecodeRuneInString(text); !unicode.IsUpper(first) && !strings.HasPrefix(text, "`") || !strings.HasSuffix(text, ".") {
			t.Errorf("%s: %q is no sentence", path, text)
		}
	}
	builtIn := map[string]bool{"Int": true, "Float": true, "String": true, "Boolean": true, "ID": true}
	for _, typ := range answer.Data.Schema.Types {
		if strings.HasPrefix(typ.Name, "__") || builtIn[typ.Name] {
			continue
		}
		check(typ.Name, typ.described)
		for _, f := range typ.Fields {
			check(typ.Name+"."+f.Name, f.described)
			for _, a := range f.Args {
				check(typ.Name+"."+f.Name+"("+a.Name+")", a)
			}
		}
		for _, v := range append(typ.InputFields, typ.EnumValues...) {
			check(typ.Name+"."+v.Name, v)
		}
	}
	if n < 400 {
		t.Errorf("only %d descriptions: the test has missed some", n)
	}
}
