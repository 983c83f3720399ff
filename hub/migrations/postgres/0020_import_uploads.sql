-- Files that were uploaded for an import and wait for somebody to look at what they would do. They lie in
-- the database, so that any copy of the hub can go on with them. Forgotten after a day.
CREATE TABLE import_uploads (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    upload_id  BYTEA NOT NULL,
    member_id  BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    datum      TEXT,
    content    BYTEA NOT NULL,              -- the file as it came, packed by zstd
    PRIMARY KEY (station_id, upload_id)
);
