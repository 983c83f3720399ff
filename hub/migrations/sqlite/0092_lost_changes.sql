-- Numbers of changes that were lost when a copy was put back, between the two: a phone that stands among them reads
-- all anew.
CREATE TABLE lost_changes (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    after      INTEGER NOT NULL,
    before     INTEGER NOT NULL,
    PRIMARY KEY (station_id, before)
) STRICT, WITHOUT ROWID;
