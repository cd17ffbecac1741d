-- The graph in SQLite. Moments are Unix seconds, half-open ranges end at
-- valid_to, and 253402214400 (9999-12-31) is the end of what still holds.
-- Lists within a row are JSON arrays; absent text is ''.

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- The closed vocabularies, the countries and the directory of organisations.

CREATE TABLE term (
  vocabulary TEXT NOT NULL, id TEXT NOT NULL,
  label TEXT NOT NULL, label_fr TEXT NOT NULL, covers TEXT NOT NULL,
  emitted INTEGER NOT NULL, -- 0: stands above terms that practices carry
  PRIMARY KEY (vocabulary, id)
) WITHOUT ROWID;

CREATE TABLE term_broader (
  vocabulary TEXT NOT NULL, id TEXT NOT NULL, broader TEXT NOT NULL,
  PRIMARY KEY (vocabulary, id, broader)
) WITHOUT ROWID;

CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT NOT NULL, name_fr TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE country_part_of (
  code TEXT NOT NULL, bloc TEXT NOT NULL,
  PRIMARY KEY (code, bloc)
) WITHOUT ROWID;

CREATE TABLE ownership (
  owned TEXT NOT NULL, owner TEXT NOT NULL,
  valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, -- dates as precise as known
  source TEXT NOT NULL, verified INTEGER NOT NULL
);
CREATE INDEX ownership_owned ON ownership (owned);
CREATE INDEX ownership_owner ON ownership (owner);

-- Organisations: those of the directory, companies, and whoever is mentioned.

CREATE TABLE organization (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
  aliases TEXT NOT NULL, domains TEXT NOT NULL,
  country TEXT NOT NULL, sector TEXT NOT NULL, lei TEXT NOT NULL,
  listed INTEGER NOT NULL,
  sort TEXT NOT NULL,        -- sort key of the name
  company_sort TEXT NOT NULL -- sort key and ID
) WITHOUT ROWID;
CREATE INDEX organization_sort ON organization (sort, id);
CREATE UNIQUE INDEX organization_company_sort ON organization (company_sort);
CREATE INDEX organization_lei ON organization (lei);

CREATE TABLE organization_name ( -- folded names and aliases
  name TEXT NOT NULL, organization_id TEXT NOT NULL,
  PRIMARY KEY (name, organization_id)
) WITHOUT ROWID;
CREATE INDEX organization_name_of ON organization_name (organization_id);

CREATE TABLE organization_domain ( -- in lower case
  domain TEXT NOT NULL, organization_id TEXT NOT NULL,
  PRIMARY KEY (domain, organization_id)
) WITHOUT ROWID;
CREATE INDEX organization_domain_of ON organization_domain (organization_id);

-- What captures tell of a company, from which its organisation is derived.
CREATE TABLE company (id TEXT PRIMARY KEY, told TEXT NOT NULL) WITHOUT ROWID;

-- Policies and their texts in time.

CREATE TABLE policy (
  id TEXT PRIMARY KEY, company_id TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL,
  aliases TEXT NOT NULL, language TEXT NOT NULL, region TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX policy_company ON policy (company_id);

CREATE TABLE version (
  id TEXT PRIMARY KEY, policy_id TEXT NOT NULL, hash TEXT NOT NULL,
  language TEXT NOT NULL, assessed INTEGER NOT NULL, rules TEXT NOT NULL,
  about TEXT NOT NULL,  -- effective date, controller, contacts and rights
  layout TEXT NOT NULL, -- language, blocks and links of the document
  text TEXT NOT NULL
);
CREATE INDEX version_policy ON version (policy_id);

CREATE TABLE capture (
  policy_id TEXT NOT NULL, at INTEGER NOT NULL, version_id TEXT NOT NULL,
  PRIMARY KEY (policy_id, at, version_id)
) WITHOUT ROWID;
CREATE INDEX capture_at ON capture (at);

CREATE TABLE spell (
  policy_id TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, version_id TEXT NOT NULL,
  PRIMARY KEY (policy_id, valid_from)
) WITHOUT ROWID;
CREATE INDEX spell_version ON spell (version_id, valid_from);

-- Practices, when they are valid, and the evidence for them.

CREATE TABLE practice (
  id INTEGER PRIMARY KEY, -- never leaves the store
  key TEXT NOT NULL UNIQUE,
  policy_id TEXT NOT NULL, company_id TEXT NOT NULL,
  action TEXT NOT NULL, stance TEXT NOT NULL,
  recipient TEXT NOT NULL, category TEXT NOT NULL, role TEXT NOT NULL, source TEXT NOT NULL,
  data_types TEXT NOT NULL, purposes TEXT NOT NULL, legal_bases TEXT NOT NULL,
  places TEXT NOT NULL, place_role TEXT NOT NULL, safeguards TEXT NOT NULL, conditions TEXT NOT NULL,
  retention TEXT NOT NULL, -- minimum, maximum, criterion, start and scope; '' without one
  retention_seconds INTEGER NOT NULL, -- by which it is compared: -1 without a period
  retention_criterion TEXT NOT NULL
);
CREATE INDEX practice_policy ON practice (policy_id);
CREATE INDEX practice_company ON practice (company_id, key);
CREATE INDEX practice_recipient ON practice (recipient, company_id, stance, action) WHERE recipient <> '';
CREATE INDEX practice_source ON practice (source) WHERE source <> '';
CREATE INDEX practice_category ON practice (category) WHERE category <> '';
CREATE INDEX practice_role ON practice (role) WHERE role <> '';
CREATE INDEX practice_retention ON practice (retention_seconds) WHERE retention <> '';

-- The lists of practice, by value: filters look here.
CREATE TABLE practice_data_type (term TEXT NOT NULL, practice_id INTEGER NOT NULL, PRIMARY KEY (term, practice_id)) WITHOUT ROWID;
CREATE TABLE practice_purpose (term TEXT NOT NULL, practice_id INTEGER NOT NULL, PRIMARY KEY (term, practice_id)) WITHOUT ROWID;
CREATE TABLE practice_legal_basis (term TEXT NOT NULL, practice_id INTEGER NOT NULL, PRIMARY KEY (term, practice_id)) WITHOUT ROWID;
CREATE TABLE practice_place (term TEXT NOT NULL, practice_id INTEGER NOT NULL, PRIMARY KEY (term, practice_id)) WITHOUT ROWID;
CREATE TABLE practice_safeguard (term TEXT NOT NULL, practice_id INTEGER NOT NULL, PRIMARY KEY (term, practice_id)) WITHOUT ROWID;

CREATE TABLE run (
  practice_id INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL,
  since_first INTEGER NOT NULL,
  PRIMARY KEY (practice_id, valid_from)
) WITHOUT ROWID;

CREATE TABLE evidence (
  id TEXT PRIMARY KEY,
  practice_id INTEGER NOT NULL, version_id TEXT NOT NULL,
  rank INTEGER NOT NULL, -- among that of the practice in the version
  span_start INTEGER NOT NULL, span_end INTEGER NOT NULL, quote TEXT NOT NULL,
  further TEXT NOT NULL, -- spans and quotes of lead-in, heading or table header
  party TEXT NOT NULL, method TEXT NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL
);
CREATE INDEX evidence_practice ON evidence (practice_id, version_id, rank);
CREATE INDEX evidence_version ON evidence (version_id, practice_id);

-- How versions write the names of the parties of their practices.
CREATE TABLE mention (
  version_id TEXT NOT NULL, organization_id TEXT NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (version_id, organization_id, name)
) WITHOUT ROWID;
CREATE INDEX mention_organization ON mention (organization_id, name, kind, count);

-- What can be found by words: the names of organisations, and the quotes of
-- versions that stand. The indexes find candidates; they rank nothing.

CREATE TABLE found_name (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL, -- organisation
  text TEXT NOT NULL, words TEXT NOT NULL,
  sort TEXT NOT NULL -- of a hit, without its class
);
CREATE INDEX found_name_ref ON found_name (ref);

CREATE TABLE found_quote (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL, -- evidence
  policy_id TEXT NOT NULL,
  text TEXT NOT NULL, words TEXT NOT NULL,
  sort TEXT NOT NULL -- of a hit, without its class
);
CREATE INDEX found_quote_policy ON found_quote (policy_id);

CREATE VIRTUAL TABLE name_index USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = 'ascii', detail = 'none', prefix = '1 2 3'
);
CREATE VIRTUAL TABLE quote_index USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = 'ascii', detail = 'none', prefix = '1 2 3'
);
