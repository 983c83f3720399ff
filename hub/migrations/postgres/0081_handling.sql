-- How a station handles findings: days to act, to whom they go, numbers. One without a row has what is usual.
CREATE TABLE handling (
    station_id BYTEA PRIMARY KEY REFERENCES stations (station_id),
    body       TEXT NOT NULL               -- Handling
);
