-- What was done about findings, a step a row, as the hub tells.
CREATE TABLE follow_ups (
    record BLOB NOT NULL,
    item   TEXT NOT NULL,
    number INTEGER NOT NULL,
    venue  BLOB NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (record, item, number)
) STRICT;
CREATE INDEX follow_ups_of_venue ON follow_ups (venue);
-- Changes of a kind that the program did not know were skipped: they are read from the beginning.
DELETE FROM meta WHERE name = 'cursor';
