-- When the last record of a station's log arrived: no later one is said to have come before it.
ALTER TABLE stations ADD COLUMN log_at BIGINT;
UPDATE stations SET log_at = (SELECT MAX(r.received_at) FROM records r WHERE r.station_id = stations.station_id);
-- Until when the clock ran ahead once, as an administrator said: arrivals up to then say nothing against the clock.
ALTER TABLE hub ADD COLUMN clock_ran_ahead_to BIGINT;
