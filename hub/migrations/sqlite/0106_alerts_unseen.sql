-- Every page counts the alerts that nobody has looked at; those of years that somebody has must not slow it down.
CREATE INDEX alerts_unseen ON alerts (station_id) WHERE seen_at IS NULL;
