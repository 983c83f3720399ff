-- Which school goes on where another ended: moved to another station, or a double of it, as with venues.
CREATE TABLE school_heirs (
    station_id   BLOB NOT NULL,
    school_id    BLOB NOT NULL,
    heir_station BLOB NOT NULL,
    heir_id      BLOB NOT NULL,
    reason       TEXT NOT NULL,            -- moved, merged
    at           INTEGER NOT NULL,
    PRIMARY KEY (station_id, school_id),
    FOREIGN KEY (station_id, school_id) REFERENCES schools (station_id, school_id),
    FOREIGN KEY (heir_station, heir_id) REFERENCES schools (station_id, school_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX school_heirs_by_heir ON school_heirs (heir_station, heir_id);
