-- What the city decides for all its stations: statutory days by year, checklists by version. Only ever added to.
CREATE TABLE statutory_years (
    year    BIGINT NOT NULL,
    version BIGINT NOT NULL,               -- from 1; the greatest holds
    body    TEXT NOT NULL,                 -- StatutoryYear
    set_at  BIGINT NOT NULL,
    set_by  BYTEA NOT NULL,
    PRIMARY KEY (year, version)
);

CREATE TABLE checklists (
    code    TEXT NOT NULL,
    version BIGINT NOT NULL,
    body    TEXT NOT NULL,                 -- ChecklistFrom
    set_at  BIGINT NOT NULL,
    set_by  BYTEA NOT NULL,
    PRIMARY KEY (code, version)
);

-- The same as each station's feed tells it.
CREATE TABLE rules (
    station_id BYTEA NOT NULL REFERENCES stations (station_id),
    kind       TEXT NOT NULL,              -- statutory_year, checklist
    key        TEXT NOT NULL,
    body       TEXT NOT NULL,
    change_no  BIGINT NOT NULL,
    PRIMARY KEY (station_id, kind, key)
);
CREATE INDEX rules_by_change ON rules (station_id, change_no);

CREATE FUNCTION rules_are_only_added_to() RETURNS trigger AS
$$ BEGIN RAISE EXCEPTION 'rules are only ever added to'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER statutory_years_are_not_changed BEFORE UPDATE OR DELETE ON statutory_years
FOR EACH ROW EXECUTE FUNCTION rules_are_only_added_to();
CREATE TRIGGER checklists_are_not_changed BEFORE UPDATE OR DELETE ON checklists
FOR EACH ROW EXECUTE FUNCTION rules_are_only_added_to();
