package main

import (
	"context"
	"fmt"
	"os"

	"policygraph/crawler"
)

// importArchive brings an archive of others into the data folder, as if it had
// been crawled.
func (p *program) importArchive(ctx context.Context, args []string) error {
	var l places
	f := p.flags("import")
	p.placeFlags(f, &l, false)
	list := f.String("companies", "", "only what belongs to the companies of this CSV `file`")
	rest, err := p.parse(f, args)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return usagef("say ota REPO|BUNDLE or warc FILE")
	}
	date, err := effectiveDate()
	if err != nil {
		return err
	}
	bar := p.progress("imported", 0)
	o := crawler.ImportOptions{EffectiveDate: date, Progress: bar.share}
	if *list != "" {
		if o.Companies, err = readCompanies(*list); err != nil {
			return err
		}
	}
	var run func(*crawler.Archive, context.Context, string, crawler.ImportOptions) (crawler.ImportSummary, error)
	switch rest[0] {
	case "ota":
		run = (*crawler.Archive).ImportOTA
	case "warc":
		run = (*crawler.Archive).ImportWARC
	default:
		return usagef("%q is no kind of archive: say ota or warc", rest[0])
	}
	if _, err := os.Stat(rest[1]); err != nil {
		return err
	}
	archive, err := crawler.OpenArchive(l.data)
	if err != nil {
		return err
	}
	defer archive.Close()
	summary, err := run(archive, ctx, rest[1], o)
	bar.done()
	p.showImport(summary)
	return err
}

func (p *program) showImport(s crawler.ImportSummary) {
	fmt.Fprintf(p.stderr, "%d texts imported", s.Documents)
	for _, change := range sortedKeys(s.Changes) {
		if change != crawler.NoChange {
			fmt.Fprintf(p.stderr, ", %d %s", s.Changes[change], change)
		}
	}
	for _, status := range sortedKeys(s.PassedOver) {
		fmt.Fprintf(p.stderr, ", %d %s", s.PassedOver[status], status)
	}
	fmt.Fprintf(p.stderr, ", %d of others\n", s.Unwanted)
}
