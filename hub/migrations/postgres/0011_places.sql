-- Which venue goes on where another ended: moved to another station, or a double of it. The records of the
-- old one stay where they are; pages of the new one lead to them.
CREATE TABLE venue_heirs (
    station_id   BYTEA NOT NULL,
    venue_id     BYTEA NOT NULL,
    heir_station BYTEA NOT NULL,
    heir_id      BYTEA NOT NULL,
    reason       TEXT NOT NULL,            -- moved, merged
    at           BIGINT NOT NULL,
    PRIMARY KEY (station_id, venue_id),
    FOREIGN KEY (station_id, venue_id) REFERENCES venues (station_id, venue_id),
    FOREIGN KEY (heir_station, heir_id) REFERENCES venues (station_id, venue_id)
);
CREATE INDEX venue_heirs_by_heir ON venue_heirs (heir_station, heir_id);
