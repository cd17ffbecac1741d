// Package demo holds the web sites of fictional companies, so that the whole
// pipeline can be shown and tried without the network. The companies, their
// texts and their domains under .example are made up; the processors that they
// name are real or made up, and nothing here says what a real company does.
//
// sites/DOMAIN holds the files of one site. expected/DOMAIN holds, for each
// policy page of the site, what the page states, read by hand in the reference
// format (recipients, data types, countries, safeguards and retention): a check
// of the extractor against texts that are ours. It is not part of the binary.
package demo
