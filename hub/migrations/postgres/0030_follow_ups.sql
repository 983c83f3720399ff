-- What was done about findings: a step a row, only ever added to. Where a finding stands is not kept: it
-- follows from these steps and from what later inspections saw.
CREATE TABLE follow_ups (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    record_id  BYTEA NOT NULL,              -- the record that told of the finding when the step was taken
    item       TEXT NOT NULL,
    number     BIGINT NOT NULL,           -- from 1, going on through corrections of the record
    venue_id   BYTEA NOT NULL,
    body       TEXT NOT NULL,              -- FollowUpStep
    change_no  BIGINT NOT NULL,
    PRIMARY KEY (station_id, record_id, item, number),
    FOREIGN KEY (station_id, venue_id) REFERENCES venues (station_id, venue_id)
);
CREATE INDEX follow_ups_by_venue ON follow_ups (station_id, venue_id);
CREATE INDEX follow_ups_by_change ON follow_ups (station_id, change_no);
CREATE INDEX visits_with_findings ON visits (station_id, month) WHERE severity IS NOT NULL;
