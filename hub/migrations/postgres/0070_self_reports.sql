-- How each phone stood when its owner last reported it: figures only, the last report of each device.
CREATE TABLE self_reports (
    station_id  BYTEA NOT NULL,
    device_id   BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    body        TEXT NOT NULL,              -- SelfReport as JSON
    PRIMARY KEY (station_id, device_id),
    FOREIGN KEY (station_id, device_id) REFERENCES devices (station_id, device_id)
);
