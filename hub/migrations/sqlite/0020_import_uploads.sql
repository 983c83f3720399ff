-- Files that were uploaded for an import and wait for somebody to look at what they would do. They lie in
-- the database, so that any copy of the hub can go on with them. Forgotten after a day.
CREATE TABLE import_uploads (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    upload_id  BLOB NOT NULL,
    member_id  BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    datum      TEXT,
    content    BLOB NOT NULL,              -- the file as it came, packed by zstd
    PRIMARY KEY (station_id, upload_id)
) STRICT, WITHOUT ROWID;
