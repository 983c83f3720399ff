-- What a phone keeps. Ids are UUIDs as 16 bytes, moments milliseconds since 1970, hashes 32 bytes,
-- values of the domain and the wire JSON as they travel.
--
-- A `sealed` column holds what `data_key` encrypted; what lies beside it in the clear is what lists,
-- counts and the way to the hub need when that key is lost. Every table has row numbers, by which a
-- damaged file is salvaged row by row.

-- Keys for data at rest. A key is never deleted: what it sealed may still have to go to the hub.
CREATE TABLE data_keys (
    id       INTEGER PRIMARY KEY,
    made_at  INTEGER NOT NULL,
    by_vault BLOB NOT NULL,
    for_hub  BLOB
) STRICT;

-- Each enrolment of this phone: one signing key, one chain of records.
CREATE TABLE devices (
    id              BLOB NOT NULL PRIMARY KEY,
    enrolled_at     INTEGER NOT NULL,
    member          BLOB NOT NULL,
    station         BLOB NOT NULL,
    hub             TEXT NOT NULL,
    hub_key         TEXT NOT NULL,
    hub_sealing_key TEXT NOT NULL,
    public_key      TEXT NOT NULL,
    data_key        INTEGER NOT NULL REFERENCES data_keys (id),
    sealed_seed     BLOB NOT NULL,
    sealed_token    BLOB NOT NULL,
    revoked         INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
    is_current      INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    chain_seq       INTEGER NOT NULL DEFAULT 0,
    chain_hash      BLOB
) STRICT;
CREATE UNIQUE INDEX devices_current ON devices (is_current) WHERE is_current = 1;

-- An enrolment under way: asked again with the same key until its answer arrives.
CREATE TABLE pending_enrolment (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    data_key INTEGER NOT NULL REFERENCES data_keys (id),
    sealed   BLOB NOT NULL
) STRICT;

-- Inspections being made. `sealed` holds companions, fix, placard and, of a correction, what it keeps.
CREATE TABLE drafts (
    id                BLOB NOT NULL PRIMARY KEY,
    member            BLOB NOT NULL,
    venue             BLOB NOT NULL,
    checklist_code    TEXT NOT NULL,
    checklist_version INTEGER NOT NULL,
    started_at        INTEGER NOT NULL,
    current_item      TEXT,
    corrects          BLOB,
    data_key          INTEGER NOT NULL REFERENCES data_keys (id),
    sealed            BLOB NOT NULL
) STRICT;

CREATE TABLE draft_answers (
    draft    BLOB NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    item     TEXT NOT NULL,
    data_key INTEGER NOT NULL REFERENCES data_keys (id),
    sealed   BLOB NOT NULL,
    PRIMARY KEY (draft, item)
) STRICT;

-- Sealed records: outbox and own history in one. `draft` makes finishing a draft twice harmless.
CREATE TABLE records (
    id             BLOB NOT NULL PRIMARY KEY,
    device         BLOB NOT NULL REFERENCES devices (id),
    seq            INTEGER NOT NULL,
    sha256         BLOB NOT NULL,
    prev           BLOB,
    member         BLOB NOT NULL,
    venue          BLOB NOT NULL,
    kind           TEXT NOT NULL CHECK (kind IN ('inspection', 'check_in')),
    happened_at    INTEGER NOT NULL,
    sealed_at      INTEGER NOT NULL,
    corrects       BLOB,
    draft          BLOB UNIQUE,
    data_key       INTEGER NOT NULL REFERENCES data_keys (id),
    sealed         BLOB NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('waiting', 'received', 'refused')),
    receipt        TEXT,
    receipt_number TEXT,
    received_at    INTEGER,
    refusal        TEXT,
    refusal_detail TEXT,
    UNIQUE (device, seq),
    CHECK ((state = 'received') = (receipt IS NOT NULL)),
    CHECK ((state = 'refused') = (refusal IS NOT NULL))
) STRICT;
CREATE INDEX records_waiting ON records (member) WHERE state = 'waiting';
CREATE INDEX records_by_time ON records (happened_at, id);

-- Photos; their bytes lie sealed in files named by id. A photo belongs to a draft, then to its record.
CREATE TABLE photos (
    id         BLOB NOT NULL PRIMARY KEY,
    draft      BLOB REFERENCES drafts (id) ON DELETE CASCADE,
    record     BLOB REFERENCES records (id),
    item       TEXT,
    sha256     BLOB NOT NULL,
    bytes      INTEGER NOT NULL,
    data_key   INTEGER NOT NULL REFERENCES data_keys (id),
    state      TEXT NOT NULL CHECK (state IN ('draft', 'waiting', 'received', 'refused')),
    upload     TEXT,
    receipt    TEXT,
    refusal    TEXT,
    CHECK ((state = 'draft') = (draft IS NOT NULL)),
    CHECK ((state = 'draft') = (record IS NULL)),
    CHECK ((state = 'received') = (receipt IS NOT NULL))
) STRICT;
CREATE INDEX photos_of_draft ON photos (draft) WHERE draft IS NOT NULL;
CREATE INDEX photos_of_record ON photos (record) WHERE record IS NOT NULL;
CREATE INDEX photos_waiting ON photos (bytes) WHERE state = 'waiting';

-- Single values by name, as JSON: cursor, log head, clock anchor, alerts.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- What the hub tells, the newest state of each thing. Can always be pulled again.
CREATE TABLE stations (
    id   BLOB NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE members (
    id   BLOB NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE venues (
    id      BLOB NOT NULL PRIMARY KEY,
    station BLOB NOT NULL,
    name    TEXT NOT NULL,
    body    TEXT NOT NULL
) STRICT;

CREATE TABLE schools (
    id   BLOB NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE policies (
    from_month TEXT NOT NULL PRIMARY KEY,
    body       TEXT NOT NULL
) STRICT;

-- Visits, those of the hub and those of own records that wait. `moment` is the visit's own.
CREATE TABLE visits (
    record   BLOB NOT NULL PRIMARY KEY,
    venue    BLOB NOT NULL,
    moment   INTEGER NOT NULL,
    corrects BLOB,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX visits_of_venue ON visits (venue, moment);
CREATE INDEX visits_by_moment ON visits (moment);
CREATE INDEX visits_correcting ON visits (corrects) WHERE corrects IS NOT NULL;
