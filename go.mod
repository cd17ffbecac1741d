module policygraph

go 1.26

require (
	code.dny.dev/ssrf v0.3.0
	github.com/99designs/gqlgen v0.17.94
	github.com/PuerkitoBio/goquery v1.13.0
	github.com/jimsmart/grobotstxt v1.0.3
	github.com/neo4j/neo4j-go-driver/v5 v5.28.4
	github.com/sashabaranov/go-openai v1.41.2
	github.com/vektah/gqlparser/v2 v2.5.64
	golang.org/x/net v0.62.0
	modernc.org/sqlite v1.40.0
)

tool (
	github.com/99designs/gqlgen
	honnef.co/go/tools/cmd/staticcheck
)
