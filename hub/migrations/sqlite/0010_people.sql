-- Signing in: temporary passwords, second factors, what a session still lacks, and how often was guessed.

-- A password that somebody else gave: the first thing its owner does is to choose their own.
ALTER TABLE passwords ADD COLUMN temporary INTEGER NOT NULL DEFAULT 0;

-- second_factor: a code is to be typed yet; new_password: their own is to be chosen yet; NULL: nothing.
ALTER TABLE sessions ADD COLUMN lacks TEXT;
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_by_member ON sessions (station_id, member_id);

CREATE TABLE second_factors (
    station_id BLOB NOT NULL,
    member_id  BLOB NOT NULL,
    secret     BLOB NOT NULL,              -- of RFC 6238, encrypted by the hub's key
    on_since   INTEGER,                    -- NULL until a first code proved that the phone has it
    last_step  INTEGER NOT NULL,           -- the step of the last code that was taken: none is taken twice
    PRIMARY KEY (station_id, member_id),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
) STRICT, WITHOUT ROWID;

-- One-time codes on paper, for when the phone is lost. A used one is gone.
CREATE TABLE recovery_codes (
    station_id  BLOB NOT NULL,
    member_id   BLOB NOT NULL,
    code_sha256 BLOB NOT NULL,
    PRIMARY KEY (station_id, member_id, code_sha256),
    FOREIGN KEY (station_id, member_id) REFERENCES members (station_id, member_id)
) STRICT, WITHOUT ROWID;

-- What was guessed of late, for every copy of the hub. Nobody's station is known yet, so it has none;
-- rows are hashes under the hub's key and live an hour.
CREATE TABLE tries (
    key   BLOB PRIMARY KEY,
    times INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tries_by_time ON tries (since);

-- The audit is only ever added to.
CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
