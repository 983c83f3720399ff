-- Which school goes on where another ended: moved to another station, or a double of it, as with venues.
CREATE TABLE school_heirs (
    station_id   BYTEA NOT NULL,
    school_id    BYTEA NOT NULL,
    heir_station BYTEA NOT NULL,
    heir_id      BYTEA NOT NULL,
    reason       TEXT NOT NULL,            -- moved, merged
    at           BIGINT NOT NULL,
    PRIMARY KEY (station_id, school_id),
    FOREIGN KEY (station_id, school_id) REFERENCES schools (station_id, school_id),
    FOREIGN KEY (heir_station, heir_id) REFERENCES schools (station_id, school_id)
);
CREATE INDEX school_heirs_by_heir ON school_heirs (heir_station, heir_id);
