-- What was erased, each by a word that the hub signed: a person asked for it (PIPL 47), or its time was over. The
-- hashes in records and photos stay, so the log and the receipts still verify.
CREATE TABLE erasures (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    subject_id BLOB NOT NULL,               -- the record or the photo
    what       TEXT NOT NULL,              -- content, positions, photo
    at         INTEGER NOT NULL,
    why        TEXT NOT NULL,              -- retention, request
    member_id  BLOB,                        -- who did it; NULL: the hub itself or its command line
    jws        TEXT NOT NULL,              -- Erasure
    PRIMARY KEY (station_id, subject_id, what)
) STRICT, WITHOUT ROWID;

-- What stays of a record when its sealed bytes went because of the positions in them: all but the positions.
CREATE TABLE extracts (
    station_id BLOB NOT NULL,
    record_id  BLOB NOT NULL,
    body       TEXT NOT NULL,              -- Record
    PRIMARY KEY (station_id, record_id),
    FOREIGN KEY (station_id, record_id) REFERENCES records (station_id, record_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE photos ADD COLUMN erased_at INTEGER;

-- What one copy of the hub does for all of them from time to time. Of no station.
CREATE TABLE chores (
    name       TEXT PRIMARY KEY,           -- retention, backup
    held_until INTEGER NOT NULL,               -- a copy is at it until then
    done_at    INTEGER
) STRICT, WITHOUT ROWID;
