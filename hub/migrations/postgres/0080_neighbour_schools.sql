-- Where venues and schools lie, to find which of two stations lie near each other: a venue's position, a school's
-- box, in degrees of WGS-84.
ALTER TABLE venues ADD COLUMN lat DOUBLE PRECISION, ADD COLUMN lon DOUBLE PRECISION;
UPDATE venues SET
    lat = (body::json #>> '{position,lat}')::double precision,
    lon = (body::json #>> '{position,lon}')::double precision;
CREATE INDEX venues_by_place ON venues (lat, lon);

ALTER TABLE schools
    ADD COLUMN south DOUBLE PRECISION, ADD COLUMN west DOUBLE PRECISION,
    ADD COLUMN north DOUBLE PRECISION, ADD COLUMN east DOUBLE PRECISION;
UPDATE schools s SET south = b.south, west = b.west, north = b.north, east = b.east
FROM (
    SELECT station_id, school_id,
        MIN((point ->> 'lat')::double precision) AS south, MIN((point ->> 'lon')::double precision) AS west,
        MAX((point ->> 'lat')::double precision) AS north, MAX((point ->> 'lon')::double precision) AS east
    FROM schools, json_array_elements(body::json -> 'outline' -> 'points') AS point
    GROUP BY station_id, school_id
) b
WHERE b.station_id = s.station_id AND b.school_id = s.school_id;
CREATE INDEX schools_by_place ON schools (south, north);

-- The schools of other stations that a station has to know, as its feed tells them. What it was told of once it is
-- told of on, wherever the school goes.
CREATE TABLE neighbour_schools (
    station_id     BYTEA NOT NULL REFERENCES stations (station_id),
    school_id      BYTEA NOT NULL,
    school_station BYTEA NOT NULL,         -- the station that keeps it
    body           TEXT NOT NULL,          -- School
    change_no      BIGINT NOT NULL,
    PRIMARY KEY (station_id, school_id),
    FOREIGN KEY (school_station, school_id) REFERENCES schools (station_id, school_id)
);
CREATE INDEX neighbour_schools_by_change ON neighbour_schools (station_id, change_no);
CREATE INDEX neighbour_schools_by_keeper ON neighbour_schools (school_station);

-- Which of what is on file they are takes measuring: the first start does it, and takes this away.
INSERT INTO chores (name, held_until) VALUES ('neighbour_schools', 0);
