-- What the city decides for all its stations: statutory days by year, checklists by version. Only ever added to.
CREATE TABLE statutory_years (
    year    INTEGER NOT NULL,
    version INTEGER NOT NULL,              -- from 1; the greatest holds
    body    TEXT NOT NULL,                 -- StatutoryYear
    set_at  INTEGER NOT NULL,
    set_by  BLOB NOT NULL,
    PRIMARY KEY (year, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE checklists (
    code    TEXT NOT NULL,
    version INTEGER NOT NULL,
    body    TEXT NOT NULL,                 -- ChecklistFrom
    set_at  INTEGER NOT NULL,
    set_by  BLOB NOT NULL,
    PRIMARY KEY (code, version)
) STRICT, WITHOUT ROWID;

-- The same as each station's feed tells it.
CREATE TABLE rules (
    station_id BLOB NOT NULL REFERENCES stations (station_id),
    kind       TEXT NOT NULL,              -- statutory_year, checklist
    key        TEXT NOT NULL,
    body       TEXT NOT NULL,
    change_no  INTEGER NOT NULL,
    PRIMARY KEY (station_id, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX rules_by_change ON rules (station_id, change_no);

CREATE TRIGGER statutory_years_are_not_rewritten BEFORE UPDATE ON statutory_years
BEGIN SELECT RAISE(ABORT, 'statutory days are only ever added to'); END;
CREATE TRIGGER statutory_years_are_not_cut BEFORE DELETE ON statutory_years
BEGIN SELECT RAISE(ABORT, 'statutory days are only ever added to'); END;
CREATE TRIGGER checklists_are_not_rewritten BEFORE UPDATE ON checklists
BEGIN SELECT RAISE(ABORT, 'checklists are only ever added to'); END;
CREATE TRIGGER checklists_are_not_cut BEFORE DELETE ON checklists
BEGIN SELECT RAISE(ABORT, 'checklists are only ever added to'); END;
