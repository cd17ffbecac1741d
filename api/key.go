package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// A Key lets a client ask more costly questions than an anonymous one. Only the
// hash of its secret is kept.
type Key struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // of who uses it
	Created time.Time `json:"created"`
	Hash    string    `json:"sha256"` // of the secret, in hexadecimal digits
}

// A KeyStore keeps API keys in a file that only its owner can read. The zero
// value knows none.
type KeyStore struct{ path string }

// KeyFile returns the key store of a data folder. It need not exist yet.
func KeyFile(dir string) KeyStore { return KeyStore{filepath.Join(dir, "keys.json")} }

// Create makes a key and returns its ID and its secret, which is kept nowhere.
func (s KeyStore) Create(name string, now time.Time) (id, secret string, err error) {
	keys, err := s.All()
	if err != nil {
		return "", "", err
	}
	random := make([]byte, 32)
	rand.Read(random) // never fails
	secret = "pg_" + hex.EncodeToString(random)
	hash := hashOf(secret)
	id = hash[:12]
	keys = append(keys, Key{ID: id, Name: name, Created: now.UTC().Truncate(time.Second), Hash: hash})
	return id, secret, s.write(keys)
}

// All returns the keys in the order of their creation.
func (s KeyStore) All() ([]Key, error) {
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var keys []Key
	if err := json.Unmarshal(data, &keys); err != nil {
		return nil, fmt.Errorf("%s is not a list of keys: %w", s.path, err)
	}
	return keys, nil
}

// Revoke removes a key.
func (s KeyStore) Revoke(id string) error {
	keys, err := s.All()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(keys, func(k Key) bool { return k.ID == id })
	if i < 0 {
		return fmt.Errorf("no key %q: `policygraph key list` shows them", id)
	}
	return s.write(slices.Delete(keys, i, i+1))
}

// Knows reports whether the secret is that of a key. Secrets are compared by
// their hashes, so that the time it takes tells nothing of them.
func (s KeyStore) Knows(secret string) (bool, error) {
	keys, err := s.All()
	if err != nil {
		return false, err
	}
	hash := hashOf(secret)
	return slices.ContainsFunc(keys, func(k Key) bool { return k.Hash == hash }), nil
}

type hasKeyKey struct{}

// withKey marks what follows as asked with an API key.
func withKey(ctx context.Context) context.Context { return context.WithValue(ctx, hasKeyKey{}, true) }

func hasKey(ctx context.Context) bool { return ctx.Value(hasKeyKey{}) != nil }

// write replaces the file as a whole.
func (s KeyStore) write(keys []Key) error {
	data, err := json.MarshalIndent(keys, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	tmp := s.path + ".part"
	if err := os.WriteFile(tmp, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, s.path)
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
