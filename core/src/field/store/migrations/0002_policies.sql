-- A policy may be for a kind of venues or for one venue: `venues` is PolicyFor::key, nothing for a station's.
CREATE TABLE policies_of_venues (
    from_month TEXT NOT NULL,
    venues     TEXT NOT NULL DEFAULT '',
    body       TEXT NOT NULL,
    PRIMARY KEY (from_month, venues)
) STRICT;
INSERT INTO policies_of_venues (from_month, body) SELECT from_month, body FROM policies;
DROP TABLE policies;
ALTER TABLE policies_of_venues RENAME TO policies;
