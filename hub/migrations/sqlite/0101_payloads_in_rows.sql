-- A sealed record has two to four kilobytes. Without rowids a row may have one of them in its page and the rest in an
-- overflow page of its own: half of what a push wrote to disk was empty.
CREATE TABLE payloads_in_rows (
    station_id BLOB NOT NULL,
    record_id  BLOB NOT NULL,
    jws        TEXT NOT NULL,
    PRIMARY KEY (station_id, record_id),
    FOREIGN KEY (station_id, record_id) REFERENCES records (station_id, record_id)
) STRICT;
INSERT INTO payloads_in_rows (station_id, record_id, jws)
    SELECT p.station_id, p.record_id, p.jws FROM payloads p ORDER BY p.station_id, p.record_id;
DROP TABLE payloads;
ALTER TABLE payloads_in_rows RENAME TO payloads;
DELETE FROM sqlite_stat1 WHERE tbl IN ('payloads', 'payloads_in_rows');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('payloads', 'sqlite_autoindex_payloads_1', '1000000 6000 1');
