-- The archive's index. The bytes and texts themselves are files beside it,
-- written before the rows that name them.

CREATE TABLE company (
	id       TEXT PRIMARY KEY,
	name     TEXT NOT NULL,
	domain   TEXT NOT NULL,
	country  TEXT NOT NULL,
	language TEXT NOT NULL,
	sector   TEXT NOT NULL,
	lei      TEXT NOT NULL,
	listed   INTEGER NOT NULL, -- stands in the list that was crawled last
	position INTEGER NOT NULL  -- its place in that list
) STRICT;

-- A page is an address that was asked for, or will be. With versions it is a
-- policy; the others are home pages, dead ends and second ways to a policy.
CREATE TABLE page (
	id       INTEGER PRIMARY KEY,
	company  TEXT NOT NULL REFERENCES company (id),
	url      TEXT NOT NULL,
	host     TEXT NOT NULL,
	role     TEXT NOT NULL CHECK (role IN ('given', 'home', 'strong', 'weak', 'none', 'import')),
	rank     INTEGER NOT NULL,                 -- the pages of a company are taken in this order
	retired  INTEGER NOT NULL DEFAULT 0,       -- the list of companies does not lead to it
	alias_of INTEGER REFERENCES page (id),     -- the page that has the same document

	-- The queue: what is due, and who is at it until when.
	due_at       INTEGER,
	leased_until INTEGER NOT NULL DEFAULT 0,
	tries        INTEGER NOT NULL DEFAULT 0,

	-- How the last attempt ended.
	attempted_at  INTEGER,
	status        TEXT,
	reason        TEXT NOT NULL DEFAULT '',
	final_url     TEXT NOT NULL DEFAULT '',
	content_type  TEXT NOT NULL DEFAULT '',
	raw_sha256    TEXT NOT NULL DEFAULT '',
	text_sha256   TEXT NOT NULL DEFAULT '',
	held          TEXT NOT NULL DEFAULT '',    -- fingerprint that waits for a second capture

	-- What lets the server say that nothing changed since the last capture.
	validator_url TEXT NOT NULL DEFAULT '',
	etag          TEXT NOT NULL DEFAULT '',
	last_modified TEXT NOT NULL DEFAULT '',
	UNIQUE (company, url)
) STRICT;

CREATE INDEX page_due ON page (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX page_leased ON page (leased_until) WHERE leased_until > 0;

-- A version is one wording of a policy. They are numbered as they came in, which
-- for imported ones need not be the order of their captures.
CREATE TABLE version (
	page           INTEGER NOT NULL REFERENCES page (id),
	number         INTEGER NOT NULL,
	fingerprint    TEXT NOT NULL,
	words          TEXT NOT NULL,              -- fingerprint that leaves out digits
	minor          INTEGER NOT NULL,           -- differs from the one before in digits only
	kind           TEXT NOT NULL,
	language       TEXT NOT NULL,
	region         TEXT NOT NULL,
	effective_date TEXT NOT NULL,
	final_url      TEXT NOT NULL,
	content_type   TEXT NOT NULL,
	raw_sha256     TEXT NOT NULL,
	text_sha256    TEXT NOT NULL,
	text_bytes     INTEGER NOT NULL,
	PRIMARY KEY (page, number),
	UNIQUE (page, fingerprint)
) STRICT, WITHOUT ROWID;

-- A capture is a time at both ends of which a version was seen. A crawl extends
-- the last one; an import adds moments, which may lie anywhere, also within the
-- capture of another version: the time line is made of all of them on reading.
CREATE TABLE capture (
	id           INTEGER PRIMARY KEY,
	page         INTEGER NOT NULL,
	version      INTEGER NOT NULL,
	fetched_at   INTEGER NOT NULL,
	last_seen_at INTEGER NOT NULL,
	UNIQUE (page, version, fetched_at),
	FOREIGN KEY (page, version) REFERENCES version (page, number)
) STRICT;

CREATE INDEX capture_page ON capture (page, last_seen_at);
