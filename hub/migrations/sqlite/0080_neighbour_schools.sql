-- Where venues and schools lie, to find which of two stations lie near each other: a venue's position, a school's
-- box, in degrees of WGS-84.
ALTER TABLE venues ADD COLUMN lat REAL;
ALTER TABLE venues ADD COLUMN lon REAL;
UPDATE venues SET lat = json_extract(body, '$.position.lat'), lon = json_extract(body, '$.position.lon');
CREATE INDEX venues_by_place ON venues (lat, lon);

ALTER TABLE schools ADD COLUMN south REAL;
ALTER TABLE schools ADD COLUMN west REAL;
ALTER TABLE schools ADD COLUMN north REAL;
ALTER TABLE schools ADD COLUMN east REAL;
UPDATE schools SET
    south = (SELECT MIN(json_extract(value, '$.lat')) FROM json_each(body, '$.outline.points')),
    west = (SELECT MIN(json_extract(value, '$.lon')) FROM json_each(body, '$.outline.points')),
    north = (SELECT MAX(json_extract(value, '$.lat')) FROM json_each(body, '$.outline.points')),
    east = (SELECT MAX(json_extract(value, '$.lon')) FROM json_each(body, '$.outline.points'));
CREATE INDEX schools_by_place ON schools (south, north);

-- The schools of other stations that a station has to know, as its feed tells them. What it was told of once it is
-- told of on, wherever the school goes.
CREATE TABLE neighbour_schools (
    station_id     BLOB NOT NULL REFERENCES stations (station_id),
    school_id      BLOB NOT NULL,
    school_station BLOB NOT NULL,          -- the station that keeps it
    body           TEXT NOT NULL,          -- School
    change_no      INTEGER NOT NULL,
    PRIMARY KEY (station_id, school_id),
    FOREIGN KEY (school_station, school_id) REFERENCES schools (station_id, school_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_schools_by_change ON neighbour_schools (station_id, change_no);
CREATE INDEX neighbour_schools_by_keeper ON neighbour_schools (school_station);

-- Which of what is on file they are takes measuring: the first start does it, and takes this away.
INSERT INTO chores (name, held_until) VALUES ('neighbour_schools', 0);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('venues', 'venues_by_place', '13000 1 1'),
    ('schools', 'schools_by_place', '1500 1 1'),
    ('neighbour_schools', 'neighbour_schools', '1000 6 1'),
    ('neighbour_schools', 'neighbour_schools_by_change', '1000 6 1'),
    ('neighbour_schools', 'neighbour_schools_by_keeper', '1000 6');
