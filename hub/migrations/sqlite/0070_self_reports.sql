-- How each phone stood when its owner last reported it: figures only, the last report of each device.
CREATE TABLE self_reports (
    station_id  BLOB NOT NULL,
    device_id   BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    body        TEXT NOT NULL,              -- SelfReport as JSON
    PRIMARY KEY (station_id, device_id),
    FOREIGN KEY (station_id, device_id) REFERENCES devices (station_id, device_id)
) STRICT, WITHOUT ROWID;
