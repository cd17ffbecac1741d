package crawler

import "time"

// A Status tells how an attempt to get a document ended.
type Status string

const (
	OK             Status = "ok"
	Held           Status = "held"            // a sudden half or double of the text, waiting for a second capture
	NotFound       Status = "not-found"       // no such page, or no link to a policy
	RobotsDenied   Status = "robots-denied"   // robots.txt says no, or cannot be had
	Unreachable    Status = "unreachable"     // no connection, no answer, or the server is in trouble
	Challenge      Status = "challenge"       // the server wants proof of a human; it is not given one
	NoText         Status = "no-text"         // nothing to read, or in a format that is not read
	NeedsBrowser   Status = "needs-browser"   // scripts would have to build the page
	NotAPolicy     Status = "not-a-policy"    // a page about something else
	Truncated      Status = "truncated"       // the body ended early
	TooLarge       Status = "too-large"       // over the limit of bytes
	BlockedAddress Status = "blocked-address" // a private address or a port other than 80 and 443
	Failed         Status = "error"           // anything else; the reason says what
)

// A failure is why an attempt got no document.
type failure struct {
	status Status
	reason string
	url    string // at which it happened
	// transient failures may pass: the page is tried again, not before after.
	transient bool
	after     time.Duration
	// unconnected reports that no connection, or no TLS handshake, came about
	// for another reason than the certificate.
	unconnected bool
}

func (f *failure) Error() string { return string(f.status) + ": " + f.reason }

func fail(s Status, reason string) *failure { return &failure{status: s, reason: reason} }
