-- Numbers of changes that were lost when a copy was put back, between the two: a phone that stands among them reads
-- all anew.
CREATE TABLE lost_changes (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    after      BIGINT NOT NULL,
    before     BIGINT NOT NULL,
    PRIMARY KEY (station_id, before)
);
