package extractor

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"strings"
	"sync"

	"policygraph/vocab"
)

//go:embed *.go
var sources embed.FS

// Version identifies what a reading was made by: the engine, the rules and the
// vocabularies. A reading of another version may differ and is made again.
var Version = sync.OnceValue(func() string {
	h := sha256.New()
	for _, tree := range []fs.FS{sources, ruleFiles} {
		err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := fs.ReadFile(tree, path)
			h.Write([]byte(path))
			h.Write(data)
			return err
		})
		if err != nil {
			panic(err) // both are embedded
		}
	}
	h.Write([]byte(vocab.Version()))
	return hex.EncodeToString(h.Sum(nil))[:16]
})
