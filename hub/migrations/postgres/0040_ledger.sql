-- The ledger of the seven duties. Each version stays: an entry is amended and struck out by a new one.
CREATE TABLE ledger (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    entry_id   BYTEA NOT NULL,
    version    BIGINT NOT NULL,            -- from 1
    month      BIGINT NOT NULL,            -- of its day
    body       TEXT NOT NULL,              -- DutyEntry
    reason     TEXT,                       -- why it was amended or struck out
    struck     BIGINT NOT NULL,            -- 1: this version strikes it out
    written_at BIGINT NOT NULL,
    written_by BYTEA NOT NULL,
    PRIMARY KEY (station_id, entry_id, version)
);
CREATE INDEX ledger_by_month ON ledger (station_id, month);
CREATE FUNCTION ledger_is_only_added_to() RETURNS trigger AS
$$ BEGIN RAISE EXCEPTION 'the ledger is only ever added to'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE OR DELETE ON ledger
FOR EACH ROW EXECUTE FUNCTION ledger_is_only_added_to();

-- A month of a station at once, for its report; with the moment, so that hours and weekdays are counted
-- from the index alone.
CREATE INDEX visits_by_month ON visits (station_id, month, kind, moment);
