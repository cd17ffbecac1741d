package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"policygraph/graph"
)

// Each docs/queries/X.graphql is a case; testdata/queries/X.json is the answer.
func TestQueries(t *testing.T) {
	files, err := filepath.Glob("../docs/queries/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries in docs/queries (err %v)", err)
	}
	s := fixture(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".graphql")
		t.Run(name, func(t *testing.T) {
			query, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			answer := execute(t, s, string(query), nil)
			if again := execute(t, s, string(query), nil); !bytes.Equal(answer, again) {
				t.Error("the same query has another answer")
			}
			golden(t, filepath.Join("testdata", "queries", name+".json"), indent(t, answer))
			if res := post(t, New(s, Options{Log: quiet()}), string(query), nil); res.Code != http.StatusOK || bytes.Contains(res.Body.Bytes(), []byte(`"errors"`)) {
				t.Errorf("over the network: %d %s", res.Code, res.Body)
			}
		})
	}
	answers, err := filepath.Glob("testdata/queries/*.json")
	if err != nil || len(answers) != len(files) {
		t.Errorf("%d answers in testdata/queries for %d queries (err %v)", len(answers), len(files), err)
	}
}

// The queries that GraphiQL shows at first have answers, too.
func TestGraphiQLExamples(t *testing.T) {
	script, err := graphiql.ReadFile("graphiql/start.js")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)const examples = `(.*?)`;").FindSubmatch(script)
	if examples == nil {
		t.Fatal("start.js has no examples")
	}
	s := fixture(t)
	operations := regexp.MustCompile(`(?m)^query (\w+)`).FindAllSubmatch(examples[1], -1)
	if len(operations) < 3 {
		t.Fatalf("%d operations in the examples", len(operations))
	}
	for _, op := range operations {
		answer, err := Execute(context.Background(), s, string(examples[1]), string(op[1]), nil)
		if err != nil || !bytes.Contains(answer, []byte(`"quote":`)) {
			t.Errorf("%s: %v, and the answer is %s", op[1], err, answer)
		}
	}
}

// execute answers a query that must have an answer.
func execute(t testing.TB, s graph.Store, query string, variables map[string]any) []byte {
	t.Helper()
	answer, err := Execute(context.Background(), s, query, "", variables)
	if err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	return answer
}

// ask answers a query that must have an answer and decodes its data.
func ask[T any](t testing.TB, s graph.Store, query string, variables map[string]any) (data T) {
	t.Helper()
	response := struct{ Data *T }{&data}
	if err := json.Unmarshal(execute(t, s, query, variables), &response); err != nil {
		t.Fatal(err)
	}
	return data
}

// refused returns the code and the message of the error of a query that must have one.
func refused(t testing.TB, s graph.Store, query string, variables map[string]any) (code, message string) {
	t.Helper()
	answer, err := Execute(context.Background(), s, query, "", variables)
	if err == nil {
		t.Fatalf("%s has the answer %s, want an error", query, answer)
	}
	return firstError(t, answer)
}

func firstError(t testing.TB, answer []byte) (code, message string) {
	t.Helper()
	var response struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(answer, &response); err != nil || len(response.Errors) == 0 {
		t.Fatalf("no errors in %s (err %v)", answer, err)
	}
	return response.Errors[0].Extensions.Code, response.Errors[0].Message
}

func indent(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		t.Fatal(err)
	}
	return append(out.Bytes(), '\n')
}

// golden compares got with a file, or writes the file if UPDATE_GOLDEN is set.
func golden(t testing.TB, file string, got []byte) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (UPDATE_GOLDEN=1 writes it anew); got\n%s", file, got)
	}
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
