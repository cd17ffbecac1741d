// Package crawler finds, fetches and keeps the policies that companies publish.
// It asks politely (robots.txt, one request at a time per host, an honest name),
// never reaches a private address unless told to, and keeps what it got in an
// archive that a crash does not harm: the bytes by their hash, the text, and a
// new version only where the wording changed. What others archived (Open Terms
// Archive, WARC files) is imported into the same time lines. It tells what kind
// of document it has, but never what the document states.
package crawler
