-- Pages of changes that are read from the beginning, until all are here and take the place of what is known.
CREATE TABLE staged (
    number INTEGER PRIMARY KEY,
    body   TEXT NOT NULL
) STRICT;
