-- A policy may be for a kind of venues or for one venue: `venues` is PolicyFor::key, nothing for a station's.
CREATE TABLE policies_of_venues (
    station_id BLOB NOT NULL,
    from_month INTEGER NOT NULL,
    venues     TEXT NOT NULL,
    body       TEXT NOT NULL,              -- PolicyFrom
    change_no  INTEGER NOT NULL,
    PRIMARY KEY (station_id, from_month, venues)
) STRICT, WITHOUT ROWID;
INSERT INTO policies_of_venues SELECT station_id, from_month, '', body, change_no FROM policies;
DROP TABLE policies;
ALTER TABLE policies_of_venues RENAME TO policies;
