-- Every table carries station_id first in its key: the key to partition or distribute by.
-- Ids are the 16 bytes of their UUID, hashes 32 bytes, moments milliseconds since 1970 (UTC), months
-- year * 12 + month - 1, days the number of days since 1970-01-01 (Asia/Shanghai). `body` columns hold
-- the thing as it travels (JSON). 0001_base.sql for SQLite is the same in its own types.

CREATE TABLE stations (
    station_id   BYTEA PRIMARY KEY,
    code         TEXT UNIQUE,              -- what import files call it
    name         TEXT NOT NULL,
    sub_bureau   TEXT NOT NULL,
    body         TEXT NOT NULL,            -- Station
    change_no    BIGINT NOT NULL,         -- this row's place in the station's feed of changes
    changes      BIGINT NOT NULL,         -- the last number of that feed that was given
    log_frontier BYTEA NOT NULL             -- merkle::Frontier of the station's log
);

CREATE TABLE members (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    member_id  BYTEA NOT NULL,
    code       TEXT,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    active     BIGINT NOT NULL,
    body       TEXT NOT NULL,              -- Member
    change_no  BIGINT NOT NULL,
    PRIMARY KEY (station_id, member_id),
    UNIQUE (station_id, code)
);
CREATE INDEX members_by_change ON members (station_id, change_no);

CREATE TABLE venues (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    venue_id   BYTEA NOT NULL,
    code       TEXT,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    life       TEXT,                       -- VenueLife; NULL for one that is always to be checked
    body       TEXT NOT NULL,              -- Venue
    change_no  BIGINT NOT NULL,
    PRIMARY KEY (station_id, venue_id),
    UNIQUE (station_id, code)
);
CREATE INDEX venues_by_change ON venues (station_id, change_no);

CREATE TABLE schools (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    school_id  BYTEA NOT NULL,
    code       TEXT,
    name       TEXT NOT NULL,
    level      TEXT NOT NULL,
    body       TEXT NOT NULL,              -- School
    change_no  BIGINT NOT NULL,
    PRIMARY KEY (station_id, school_id),
    UNIQUE (station_id, code)
);
CREATE INDEX schools_by_change ON schools (station_id, change_no);

CREATE TABLE policies (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    from_month BIGINT NOT NULL,
    body       TEXT NOT NULL,              -- PolicyFrom
    change_no  BIGINT NOT NULL,
    PRIMARY KEY (station_id, from_month)
);

CREATE TABLE enrol_codes (
    station_id  BYTEA NOT NULL,
    code_sha256 BYTEA NOT NULL,
    member_id   BYTEA NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    device_id   BYTEA,                      -- the device it became
    PRIMARY KEY (station_id, code_sha256),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
);
CREATE INDEX enrol_codes_by_code ON enrol_codes (code_sha256);

CREATE TABLE devices (
    station_id   BYTEA NOT NULL,
    device_id    BYTEA NOT NULL,
    member_id    BYTEA NOT NULL,
    public_key   BYTEA NOT NULL,            -- Ed25519, 32 bytes
    platform     TEXT NOT NULL,
    label        TEXT NOT NULL,
    token_sha256 BYTEA NOT NULL,
    enrolled_at  BIGINT NOT NULL,
    revoked_at   BIGINT,
    PRIMARY KEY (station_id, device_id),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
);
CREATE UNIQUE INDEX devices_by_token ON devices (station_id, token_sha256);

-- The station's log: what was taken, in the order it was taken. Hashes and numbers only, never erased.
CREATE TABLE records (
    station_id  BYTEA NOT NULL REFERENCES stations (station_id),
    record_id   BYTEA NOT NULL,
    log_index   BIGINT NOT NULL,
    sha256      BYTEA NOT NULL,             -- Jws::hash
    received_at BIGINT NOT NULL,
    device_id   BYTEA NOT NULL,             -- the device that sealed it
    seq         BIGINT NOT NULL,
    prev        BYTEA,
    PRIMARY KEY (station_id, record_id)
);
CREATE UNIQUE INDEX records_by_log ON records (station_id, log_index);
CREATE INDEX records_by_chain ON records (station_id, device_id, seq);

-- The sealed records themselves, apart: erasing one leaves the log whole.
CREATE TABLE payloads (
    station_id BYTEA NOT NULL,
    record_id  BYTEA NOT NULL,
    jws        TEXT NOT NULL,
    PRIMARY KEY (station_id, record_id),
    FOREIGN KEY (station_id, record_id) REFERENCES records (station_id, record_id)
);

CREATE TABLE visits (
    station_id  BYTEA NOT NULL,
    record_id   BYTEA NOT NULL,
    venue_id    BYTEA NOT NULL,
    member_id   BYTEA NOT NULL,
    kind        TEXT NOT NULL,             -- inspection, check_in
    moment      BIGINT NOT NULL,          -- Visit::moment
    month       BIGINT NOT NULL,          -- the month it counts in: that of the first record of its line
    root_id     BYTEA NOT NULL,             -- the first record of its line of corrections
    corrects    BYTEA,
    review      TEXT NOT NULL,             -- pending, approved, returned
    reviewed_by BYTEA,
    reviewed_at BIGINT,
    severity    TEXT,                      -- the gravest finding
    body        TEXT NOT NULL,             -- Visit
    change_no   BIGINT NOT NULL,
    PRIMARY KEY (station_id, record_id),
    FOREIGN KEY (station_id, record_id) REFERENCES records (station_id, record_id)
);
CREATE INDEX visits_by_venue ON visits (station_id, venue_id, month);
CREATE INDEX visits_by_change ON visits (station_id, change_no);
CREATE INDEX corrections_by_root ON visits (station_id, root_id) WHERE corrects IS NOT NULL;
CREATE INDEX visits_to_review ON visits (station_id, kind) WHERE review = 'pending';

-- What counts for a venue in a month; only for months with visits. A recount must equal it.
CREATE TABLE tallies (
    station_id   BYTEA NOT NULL,
    month        BIGINT NOT NULL,
    venue_id     BYTEA NOT NULL,
    required     BIGINT NOT NULL,
    counted      BIGINT NOT NULL,
    last_counted BIGINT,                  -- day
    body         TEXT NOT NULL,            -- Tally
    PRIMARY KEY (station_id, month, venue_id),
    FOREIGN KEY (station_id, venue_id) REFERENCES venues (station_id, venue_id)
);

-- Well-signed records that were not taken, for the head to see.
CREATE TABLE set_aside (
    station_id  BYTEA NOT NULL,
    sha256      BYTEA NOT NULL,
    record_id   BYTEA NOT NULL,
    device_id   BYTEA NOT NULL,             -- the device that sealed it
    member_id   BYTEA NOT NULL,
    code        TEXT NOT NULL,             -- RefusalCode
    detail      TEXT,
    received_at BIGINT NOT NULL,
    jws         TEXT NOT NULL,
    PRIMARY KEY (station_id, sha256)
);
CREATE INDEX set_aside_by_record ON set_aside (station_id, record_id);

-- What a head must look at: forks and breaks of a device's chain, conflicts, records set aside.
CREATE TABLE alerts (
    station_id BYTEA NOT NULL,
    kind       TEXT NOT NULL,              -- fork, broken_chain, conflict, set_aside
    sha256     BYTEA NOT NULL,              -- of the record that raised it
    record_id  BYTEA NOT NULL,
    other_id   BYTEA,                       -- the record it does not go together with
    device_id  BYTEA NOT NULL,
    detail     TEXT,
    raised_at  BIGINT NOT NULL,
    seen_at    BIGINT,
    seen_by    BYTEA,
    PRIMARY KEY (station_id, kind, sha256)
);

-- Photos that accepted records name, whether they have come or not.
CREATE TABLE photos (
    station_id  BYTEA NOT NULL,
    photo_id    BYTEA NOT NULL,
    record_id   BYTEA NOT NULL,             -- the first record that names it
    item        TEXT,
    sha256      BYTEA NOT NULL,
    bytes       BIGINT NOT NULL,
    received_at BIGINT,                   -- when it was whole and safe; the receipt says the same
    PRIMARY KEY (station_id, photo_id)
);
CREATE INDEX photos_by_record ON photos (station_id, record_id);

-- Uploads that are not whole yet; any copy of the hub can go on with one.
CREATE TABLE uploads (
    station_id  BYTEA NOT NULL,
    photo_id    BYTEA NOT NULL,
    length      BIGINT NOT NULL,          -- bytes that will come
    position    BIGINT NOT NULL,          -- bytes that are here
    wrapped_key BYTEA,                      -- for a photo still locked as it lay on the phone
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    PRIMARY KEY (station_id, photo_id)
);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

CREATE TABLE upload_parts (
    station_id BYTEA NOT NULL,
    photo_id   BYTEA NOT NULL,
    position   BIGINT NOT NULL,           -- of its first byte
    content    BYTEA NOT NULL,
    PRIMARY KEY (station_id, photo_id, position),
    FOREIGN KEY (station_id, photo_id) REFERENCES uploads (station_id, photo_id) ON DELETE CASCADE
);

CREATE TABLE passwords (
    station_id BYTEA NOT NULL,
    member_id  BYTEA NOT NULL,
    phc        TEXT NOT NULL,              -- argon2id, PHC string
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (station_id, member_id),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
);

CREATE TABLE sessions (
    station_id   BYTEA NOT NULL,
    token_sha256 BYTEA NOT NULL,
    member_id    BYTEA NOT NULL,
    csrf         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (station_id, token_sha256),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Who looked at or changed what; subjects are ids, never names.
CREATE TABLE audit (
    station_id BYTEA NOT NULL,
    entry_id   BYTEA NOT NULL,              -- UUIDv7, so in the order of time
    at         BIGINT NOT NULL,
    member_id  BYTEA,                       -- NULL: the hub's own command line
    action     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    PRIMARY KEY (station_id, entry_id)
);

-- Which hub this is: a database must not be run with another hub's keys.
CREATE TABLE hub (
    only_row    BIGINT PRIMARY KEY CHECK (only_row = 1),
    signing_key BYTEA NOT NULL              -- Ed25519, public
);
