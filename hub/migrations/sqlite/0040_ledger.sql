-- The ledger of the seven duties. Each version stays: an entry is amended and struck out by a new one.
CREATE TABLE ledger (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    entry_id   BLOB NOT NULL,
    version    INTEGER NOT NULL,           -- from 1
    month      INTEGER NOT NULL,           -- of its day
    body       TEXT NOT NULL,              -- DutyEntry
    reason     TEXT,                       -- why it was amended or struck out
    struck     INTEGER NOT NULL,           -- 1: this version strikes it out
    written_at INTEGER NOT NULL,
    written_by BLOB NOT NULL,
    PRIMARY KEY (station_id, entry_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_by_month ON ledger (station_id, month);
CREATE TRIGGER ledger_is_not_rewritten BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
CREATE TRIGGER ledger_is_not_cut BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;

-- A month of a station at once, for its report; with the moment, so that hours and weekdays are counted
-- from the index alone.
CREATE INDEX visits_by_month ON visits (station_id, month, kind, moment);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger', 'ledger', '100000 600 2 1'),
    ('ledger', 'ledger_by_month', '100000 600 20'),
    ('visits', 'visits_by_month', '1000000 6000 170 120 1');
