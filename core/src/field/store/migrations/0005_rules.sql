-- What the city decides for all its stations, as the hub tells: statutory days, checklists.
CREATE TABLE rules (
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;
-- Changes of a kind that the program did not know were skipped: they are read from the beginning.
DELETE FROM meta WHERE name = 'cursor';
