-- What was done about findings: a step a row, only ever added to. Where a finding stands is not kept: it
-- follows from these steps and from what later inspections saw.
CREATE TABLE follow_ups (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    record_id  BLOB NOT NULL,              -- the record that told of the finding when the step was taken
    item       TEXT NOT NULL,
    number     INTEGER NOT NULL,           -- from 1, going on through corrections of the record
    venue_id   BLOB NOT NULL,
    body       TEXT NOT NULL,              -- FollowUpStep
    change_no  INTEGER NOT NULL,
    PRIMARY KEY (station_id, record_id, item, number),
    FOREIGN KEY (station_id, venue_id) REFERENCES venues (station_id, venue_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_ups_by_venue ON follow_ups (station_id, venue_id);
CREATE INDEX follow_ups_by_change ON follow_ups (station_id, change_no);
CREATE INDEX visits_with_findings ON visits (station_id, month) WHERE severity IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('follow_ups', 'follow_ups', '200000 1200 2 2 1'),
    ('follow_ups', 'follow_ups_by_venue', '200000 1200 15'),
    ('follow_ups', 'follow_ups_by_change', '200000 1200 1'),
    ('visits', 'visits_with_findings', '200000 1200 35');
