-- A policy may be for a kind of venues or for one venue: `venues` is PolicyFor::key, nothing for a station's.
ALTER TABLE policies ADD COLUMN venues TEXT NOT NULL DEFAULT '';
ALTER TABLE policies DROP CONSTRAINT policies_pkey;
ALTER TABLE policies ADD PRIMARY KEY (station_id, from_month, venues);
