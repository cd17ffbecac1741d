package policygraph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "policygraph"

// allowed says which packages of ours each package may import, tests aside. A
// package that is not in the table may not exist.
var allowed = map[string][]string{
	"policy":          {},
	"vocab":           {"policy"},
	"document":        {"policy"},
	"document/pdf":    {},
	"crawler":         {"policy", "vocab", "document"},
	"extractor":       {"policy", "vocab"},
	"graph":           {"policy", "vocab"},
	"graph/sqlite":    {"policy", "vocab", "graph"},
	"graph/neo4j":     {"policy", "vocab", "graph"},
	"graph/storetest": {"policy", "vocab", "graph"},
	"api/generated":   {"policy", "graph"},
	"api":             {"policy", "graph", "vocab", "api/generated"},
	"demo":            {"policy"},
	"cmd/policygraph": {"policy", "vocab", "document", "document/pdf", "crawler", "extractor", "graph", "graph/sqlite", "graph/neo4j", "api", "demo"},
}

// owners says which package alone may import a module of others.
var owners = map[string]string{
	"modernc.org/sqlite":                "graph/sqlite crawler",
	"github.com/neo4j/neo4j-go-driver":  "graph/neo4j",
	"github.com/sashabaranov/go-openai": "extractor/openai",
	"github.com/99designs/gqlgen":       "api api/generated",
	"github.com/vektah/gqlparser":       "api api/generated",
	"github.com/jimsmart/grobotstxt":    "crawler",
	"code.dny.dev/ssrf":                 "crawler",
	"github.com/andybalholm/cascadia":   "",
	"golang.org/x/net/html":             "document crawler",
	"github.com/PuerkitoBio/goquery":    "document crawler",
	"github.com/klauspost/compress":     "crawler",
	"github.com/klippa-app/go-pdfium":   "document/pdf",
	"github.com/tetratelabs/wazero":     "document/pdf",
}

// TestImports holds who may import whom, and that no package of the policy
// language depends on anything but the standard library.
func TestImports(t *testing.T) {
	imports := readImports(t)
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		may, ok := allowed[pkg]
		if !ok {
			t.Errorf("package %s is not in the table: find its room there first", pkg)
		}
		for _, imported := range imports[pkg] {
			if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
				if !slices.Contains(may, ours) {
					t.Errorf("%s may not import %s", pkg, ours)
				}
				continue
			}
			if pkg == "policy" && strings.Contains(strings.Split(imported, "/")[0], ".") {
				t.Errorf("policy imports %s: it may import the standard library only", imported)
			}
			for other, owner := range owners {
				if strings.HasPrefix(imported, other) && !slices.Contains(strings.Fields(owner), pkg) {
					t.Errorf("%s imports %s: only %s may", pkg, imported, owner)
				}
			}
		}
	}
	for pkg := range allowed {
		if _, ok := imports[pkg]; !ok {
			t.Errorf("package %s is in the table and not in the tree", pkg)
		}
	}
}

// TestNoInit holds that no package works at start-up behind its callers' backs.
func TestNoInit(t *testing.T) {
	forEachFile(t, func(pkg, file string) {
		if strings.HasPrefix(pkg, "api/generated") {
			return
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", file)
			}
		}
	})
}

// readImports returns the imports of every package's code, tests aside.
func readImports(t *testing.T) map[string][]string {
	imports := map[string][]string{}
	forEachFile(t, func(pkg, file string) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := imports[pkg]; !ok {
			imports[pkg] = nil
		}
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(imports[pkg], name) {
				imports[pkg] = append(imports[pkg], name)
			}
		}
	})
	if len(imports) == 0 {
		t.Fatal("no packages found")
	}
	return imports
}

// forEachFile calls f for every Go file below a package folder, tests aside.
func forEachFile(t *testing.T, f func(pkg, file string)) {
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && file != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		pkg := path.Dir(filepath.ToSlash(file))
		if !d.IsDir() && pkg != "." && strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go") {
			f(pkg, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
