-- What was erased, each by a word that the hub signed: a person asked for it (PIPL 47), or its time was over. The
-- hashes in records and photos stay, so the log and the receipts still verify.
CREATE TABLE erasures (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    subject_id BYTEA NOT NULL,               -- the record or the photo
    what       TEXT NOT NULL,              -- content, positions, photo
    at         BIGINT NOT NULL,
    why        TEXT NOT NULL,              -- retention, request
    member_id  BYTEA,                        -- who did it; NULL: the hub itself or its command line
    jws        TEXT NOT NULL,              -- Erasure
    PRIMARY KEY (station_id, subject_id, what)
);

-- What stays of a record when its sealed bytes went because of the positions in them: all but the positions.
CREATE TABLE extracts (
    station_id BYTEA NOT NULL,
    record_id  BYTEA NOT NULL,
    body       TEXT NOT NULL,              -- Record
    PRIMARY KEY (station_id, record_id),
    FOREIGN KEY (station_id, record_id) REFERENCES records (station_id, record_id)
);

ALTER TABLE photos ADD COLUMN erased_at BIGINT;

-- What one copy of the hub does for all of them from time to time. Of no station.
CREATE TABLE chores (
    name       TEXT PRIMARY KEY,           -- retention, backup
    held_until BIGINT NOT NULL,               -- a copy is at it until then
    done_at    BIGINT
);
