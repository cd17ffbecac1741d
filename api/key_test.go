package api

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestKeyStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	keys := KeyFile(dir)
	if all, err := keys.All(); err != nil || len(all) != 0 {
		t.Fatalf("%v, %v, want no keys", all, err)
	}
	now := time.Date(2026, 11, 25, 9, 30, 15, 999, time.FixedZone("", 3600))
	id, secret, err := keys.Create("Ada", now)
	if err != nil {
		t.Fatal(err)
	}
	other, otherSecret, err := keys.Create("Ben", now)
	if err != nil {
		t.Fatal(err)
	}
	if id == other || secret == otherSecret || !strings.HasPrefix(secret, "pg_") || len(secret) != 67 {
		t.Errorf("%s %s and %s %s", id, secret, other, otherSecret)
	}
	all, err := keys.All()
	if err != nil || len(all) != 2 || all[0].ID != id || all[0].Name != "Ada" || !all[0].Created.Equal(now.Truncate(time.Second)) || all[1].ID != other {
		t.Errorf("%+v, %v", all, err)
	}
	file := filepath.Join(dir, "keys.json")
	if text := readFile(t, file); strings.Contains(text, secret) || strings.Contains(text, secret[3:]) {
		t.Errorf("the file has the secret: %s", text)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want a file for its owner alone", info, err)
	}
	checkKnown(t, keys, map[string]bool{secret: true, otherSecret: true, id: false, "": false, secret + "0": false})
	if err := keys.Revoke(id); err != nil {
		t.Fatal(err)
	}
	checkKnown(t, keys, map[string]bool{secret: false, otherSecret: true})
	if err := keys.Revoke(id); err == nil || !strings.Contains(err.Error(), id) {
		t.Errorf("revoked twice: %v", err)
	}
	checkKnown(t, KeyStore{}, map[string]bool{"": false, secret: false})
}

func checkKnown(t *testing.T, keys KeyStore, want map[string]bool) {
	t.Helper()
	for secret, want := range want {
		if got, err := keys.Knows(secret); got != want || err != nil {
			t.Errorf("%q is known: %v, %v, want %v", secret, got, err, want)
		}
	}
}

func TestBrokenKeyFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "keys.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	keys := KeyFile(dir)
	if _, _, err := keys.Create("Ada", time.Now()); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("create: %v, want an error that names the file", err)
	}
	if got := readFile(t, file); got != "{}" {
		t.Errorf("the file is now %s", got)
	}
	w := post(t, New(fixture(t), Options{Log: quiet(), Keys: keys}), small, map[string]string{"Authorization": "Bearer x"})
	if code := codeOf(t, w); w.Code != http.StatusInternalServerError || code != codeInternal || strings.Contains(w.Body.String(), "keys.json") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A key raises the limit of cost, and a wrong one is told so.
func TestAuthorization(t *testing.T) {
	keys := KeyFile(t.TempDir())
	id, secret, err := keys.Create("Ada", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	h := New(fixture(t), Options{Log: quiet(), Keys: keys})
	costly, costlier := lists(3, 40), lists(3, 100)
	check := func(query, authorization string, status int, code string) {
		t.Helper()
		headers := map[string]string{"Accept": mediaGraphQL}
		if authorization != "" {
			headers["Authorization"] = authorization
		}
		w := post(t, h, query, headers)
		if got := codeOf(t, w); w.Code != status || got != code {
			t.Errorf("%q: %d %q, want %d %q: %.200s", authorization, w.Code, got, status, code, w.Body)
		}
		if challenge := w.Header().Get("WWW-Authenticate"); (challenge == "Bearer") != (status == http.StatusUnauthorized) {
			t.Errorf("%q: WWW-Authenticate: %q", authorization, challenge)
		}
	}
	for _, tt := range []struct {
		query, authorization string
		status               int
		code                 string
	}{
		{small, "", 200, ""},
		{small, "Bearer " + secret, 200, ""},
		{small, "bearer  " + secret, 200, ""},
		{costly, "", 422, codeCost},
		{costly, "Bearer " + secret, 200, ""},
		{costlier, "Bearer " + secret, 422, codeCost},
		{small, "Bearer " + id, 401, codeUnauthorized},
		{small, "Bearer", 401, codeUnauthorized},
		{small, "Bearer " + secret + "x", 401, codeUnauthorized},
		{small, "Basic " + secret, 200, ""},
		{costly, "Basic " + secret, 422, codeCost},
	} {
		check(tt.query, tt.authorization, tt.status, tt.code)
	}
	if err := keys.Revoke(id); err != nil {
		t.Fatal(err)
	}
	check(small, "Bearer "+secret, 401, codeUnauthorized)
}
