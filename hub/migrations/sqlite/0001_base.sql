-- Every table carries station_id first in its key: the key to partition or distribute by.
-- Ids are the 16 bytes of their UUID, hashes 32 bytes, moments milliseconds since 1970 (UTC), months
-- year * 12 + month - 1, days the number of days since 1970-01-01 (Asia/Shanghai). `body` columns hold
-- the thing as it travels (JSON). 0001_base.sql for PostgreSQL is the same in its own types.

CREATE TABLE stations (
    station_id   BLOB PRIMARY KEY,
    code         TEXT UNIQUE,              -- what import files call it
    name         TEXT NOT NULL,
    sub_bureau   TEXT NOT NULL,
    body         TEXT NOT NULL,            -- Station
    change_no    INTEGER NOT NULL,         -- this row's place in the station's feed of changes
    changes      INTEGER NOT NULL,         -- the last number of that feed that was given
    log_frontier BLOB NOT NULL             -- merkle::Frontier of the station's log
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    member_id  BLOB NOT NULL,
    code       TEXT,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    active     INTEGER NOT NULL,
    body       TEXT NOT NULL,              -- Member
    change_no  INTEGER NOT NULL,
    PRIMARY KEY (station_id, member_id),
    UNIQUE (station_id, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_change ON members (station_id, change_no);

CREATE TABLE venues (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    venue_id   BLOB NOT NULL,
    code       TEXT,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    life       TEXT,                       -- VenueLife; NULL for one that is always to be checked
    body       TEXT NOT NULL,              -- Venue
    change_no  INTEGER NOT NULL,
    PRIMARY KEY (station_id, venue_id),
    UNIQUE (station_id, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX venues_by_change ON venues (station_id, change_no);

CREATE TABLE schools (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    school_id  BLOB NOT NULL,
    code       TEXT,
    name       TEXT NOT NULL,
    level      TEXT NOT NULL,
    body       TEXT NOT NULL,              -- School
    change_no  INTEGER NOT NULL,
    PRIMARY KEY (station_id, school_id),
    UNIQUE (station_id, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX schools_by_change ON schools (station_id, change_no);

CREATE TABLE policies (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    from_month INTEGER NOT NULL,
    body       TEXT NOT NULL,              -- PolicyFrom
    change_no  INTEGER NOT NULL,
    PRIMARY KEY (station_id, from_month)
) STRICT, WITHOUT ROWID;

CREATE TABLE enrol_codes (
    station_id  BLOB NOT NULL,
    code_sha256 BLOB NOT NULL,
    member_id   BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    device_id   BLOB,                      -- the device it became
    PRIMARY KEY (station_id, code_sha256),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrol_codes_by_code ON enrol_codes (code_sha256);

CREATE TABLE devices (
    station_id   BLOB NOT NULL,
    device_id    BLOB NOT NULL,
    member_id    BLOB NOT NULL,
    public_key   BLOB NOT NULL,            -- Ed25519, 32 bytes
    platform     TEXT NOT NULL,
    label        TEXT NOT NULL,
    token_sha256 BLOB NOT NULL,
    enrolled_at  INTEGER NOT NULL,
    revoked_at   INTEGER,
    PRIMARY KEY (station_id, device_id),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX devices_by_token ON devices (station_id, token_sha256);

-- The station's log: what was taken, in the order it was taken. Hashes and numbers only, never erased.
CREATE TABLE records (
    station_id  BLOB NOT NULL REFERENCES stations (station_id),
    record_id   BLOB NOT NULL,
    log_index   INTEGER NOT NULL,
    sha256      BLOB NOT NULL,             -- Jws::hash
    received_at INTEGER NOT NULL,
    device_id   BLOB NOT NULL,             -- the device that sealed it
    seq         INTEGER NOT NULL,
    prev        BLOB,
    PRIMARY KEY (station_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX records_by_log ON records (station_id, log_index);
CREATE INDEX records_by_chain ON records (station_id, device_id, seq);

-- The sealed records themselves, apart: erasing one leaves the log whole.
CREATE TABLE payloads (
    station_id BLOB NOT NULL,
    record_id  BLOB NOT NULL,
    jws        TEXT NOT NULL,
    PRIMARY KEY (station_id, record_id),
    FOREIGN KEY (station_id, record_id) REFERENCES records (station_id, record_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE visits (
    station_id  BLOB NOT NULL,
    record_id   BLOB NOT NULL,
    venue_id    BLOB NOT NULL,
    member_id   BLOB NOT NULL,
    kind        TEXT NOT NULL,             -- inspection, check_in
    moment      INTEGER NOT NULL,          -- Visit::moment
    month       INTEGER NOT NULL,          -- the month it counts in: that of the first record of its line
    root_id     BLOB NOT NULL,             -- the first record of its line of corrections
    corrects    BLOB,
    review      TEXT NOT NULL,             -- pending, approved, returned
    reviewed_by BLOB,
    reviewed_at INTEGER,
    severity    TEXT,                      -- the gravest finding
    body        TEXT NOT NULL,             -- Visit
    change_no   INTEGER NOT NULL,
    PRIMARY KEY (station_id, record_id),
    FOREIGN KEY (station_id, record_id) REFERENCES records (station_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_by_venue ON visits (station_id, venue_id, month);
CREATE INDEX visits_by_change ON visits (station_id, change_no);
CREATE INDEX corrections_by_root ON visits (station_id, root_id) WHERE corrects IS NOT NULL;

-- What counts for a venue in a month; only for months with visits. A recount must equal it.
CREATE TABLE tallies (
    station_id   BLOB NOT NULL,
    month        INTEGER NOT NULL,
    venue_id     BLOB NOT NULL,
    required     INTEGER NOT NULL,
    counted      INTEGER NOT NULL,
    last_counted INTEGER,                  -- day
    body         TEXT NOT NULL,            -- Tally
    PRIMARY KEY (station_id, month, venue_id),
    FOREIGN KEY (station_id, venue_id) REFERENCES venues (station_id, venue_id)
) STRICT, WITHOUT ROWID;

-- Well-signed records that were not taken, for the head to see.
CREATE TABLE set_aside (
    station_id  BLOB NOT NULL,
    sha256      BLOB NOT NULL,
    record_id   BLOB NOT NULL,
    device_id   BLOB NOT NULL,             -- the device that sealed it
    member_id   BLOB NOT NULL,
    code        TEXT NOT NULL,             -- RefusalCode
    detail      TEXT,
    received_at INTEGER NOT NULL,
    jws         TEXT NOT NULL,
    PRIMARY KEY (station_id, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX set_aside_by_record ON set_aside (station_id, record_id);

-- What a head must look at: forks and breaks of a device's chain, conflicts, records set aside.
CREATE TABLE alerts (
    station_id BLOB NOT NULL,
    kind       TEXT NOT NULL,              -- fork, broken_chain, conflict, set_aside
    sha256     BLOB NOT NULL,              -- of the record that raised it
    record_id  BLOB NOT NULL,
    other_id   BLOB,                       -- the record it does not go together with
    device_id  BLOB NOT NULL,
    detail     TEXT,
    raised_at  INTEGER NOT NULL,
    seen_at    INTEGER,
    seen_by    BLOB,
    PRIMARY KEY (station_id, kind, sha256)
) STRICT, WITHOUT ROWID;

-- Photos that accepted records name, whether they have come or not.
CREATE TABLE photos (
    station_id  BLOB NOT NULL,
    photo_id    BLOB NOT NULL,
    record_id   BLOB NOT NULL,             -- the first record that names it
    item        TEXT,
    sha256      BLOB NOT NULL,
    bytes       INTEGER NOT NULL,
    received_at INTEGER,                   -- when it was whole and safe; the receipt says the same
    PRIMARY KEY (station_id, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX photos_by_record ON photos (station_id, record_id);

-- Uploads that are not whole yet; any copy of the hub can go on with one.
CREATE TABLE uploads (
    station_id  BLOB NOT NULL,
    photo_id    BLOB NOT NULL,
    length      INTEGER NOT NULL,          -- bytes that will come
    position    INTEGER NOT NULL,          -- bytes that are here
    wrapped_key BLOB,                      -- for a photo still locked as it lay on the phone
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (station_id, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

CREATE TABLE upload_parts (
    station_id BLOB NOT NULL,
    photo_id   BLOB NOT NULL,
    position   INTEGER NOT NULL,           -- of its first byte
    content    BLOB NOT NULL,
    PRIMARY KEY (station_id, photo_id, position),
    FOREIGN KEY (station_id, photo_id) REFERENCES uploads (station_id, photo_id) ON DELETE CASCADE
) STRICT;

CREATE TABLE passwords (
    station_id BLOB NOT NULL,
    member_id  BLOB NOT NULL,
    phc        TEXT NOT NULL,              -- argon2id, PHC string
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (station_id, member_id),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    station_id   BLOB NOT NULL,
    token_sha256 BLOB NOT NULL,
    member_id    BLOB NOT NULL,
    csrf         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (station_id, token_sha256),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Who looked at or changed what; subjects are ids, never names.
CREATE TABLE audit (
    station_id BLOB NOT NULL,
    entry_id   BLOB NOT NULL,              -- UUIDv7, so in the order of time
    at         INTEGER NOT NULL,
    member_id  BLOB,                       -- NULL: the hub's own command line
    action     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    PRIMARY KEY (station_id, entry_id)
) STRICT, WITHOUT ROWID;

-- Which hub this is: a database must not be run with another hub's keys.
CREATE TABLE hub (
    only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
    signing_key BLOB NOT NULL              -- Ed25519, public
) STRICT;

-- Without figures SQLite takes it that ten rows belong to a station, and would read a whole station to
-- find one venue. These are the figures of a city, so that plans are the same everywhere, always.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('members', 'members', '2000 12 1'),
    ('members', 'sqlite_autoindex_members_2', '2000 12 1'),
    ('members', 'members_by_change', '2000 12 1'),
    ('venues', 'venues', '13000 80 1'),
    ('venues', 'sqlite_autoindex_venues_2', '13000 80 1'),
    ('venues', 'venues_by_change', '13000 80 1'),
    ('schools', 'schools', '1500 10 1'),
    ('schools', 'sqlite_autoindex_schools_2', '1500 10 1'),
    ('schools', 'schools_by_change', '1500 10 1'),
    ('devices', 'devices', '2000 12 1'),
    ('devices', 'devices_by_token', '2000 12 1'),
    ('records', 'records', '1000000 6000 1'),
    ('records', 'records_by_log', '1000000 6000 1'),
    ('records', 'records_by_chain', '1000000 6000 300 1'),
    ('payloads', 'payloads', '1000000 6000 1'),
    ('visits', 'visits', '1000000 6000 1'),
    ('visits', 'visits_by_venue', '1000000 6000 75 2'),
    ('visits', 'visits_by_change', '1000000 6000 1'),
    ('visits', 'corrections_by_root', '10000 60 1'),
    ('tallies', 'tallies', '500000 3000 80 1'),
    ('photos', 'photos', '1000000 6000 1'),
    ('photos', 'photos_by_record', '1000000 6000 2'),
    ('set_aside', 'set_aside', '1000 6 1'),
    ('set_aside', 'set_aside_by_record', '1000 6 1');
