-- When the last record of a station's log arrived: no later one is said to have come before it.
ALTER TABLE stations ADD COLUMN log_at BIGINT;
UPDATE stations SET log_at = (SELECT MAX(r.received_at) FROM records r WHERE r.station_id = stations.station_id);
