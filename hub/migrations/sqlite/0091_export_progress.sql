-- How far exports are that somebody waits for. It lies in the database because another copy of the hub may be
-- asked. Forgotten after a day.
CREATE TABLE export_progress (
    station_id BLOB NOT NULL REFERENCES stations (station_id), -- of whoever waits
    member_id  BLOB NOT NULL,
    export_id  BLOB NOT NULL,              -- as they call it
    what       TEXT NOT NULL,
    state      TEXT NOT NULL,              -- running, whole, cut_off
    written    INTEGER NOT NULL,           -- rows
    expected   INTEGER,                    -- rows, where they can be counted
    told_at    INTEGER NOT NULL,
    PRIMARY KEY (station_id, member_id, export_id)
) STRICT, WITHOUT ROWID;
