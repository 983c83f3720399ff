-- What an inspection looked at and found good, as the feed tells it beside its visit; NULL of visits from before.
ALTER TABLE visits ADD COLUMN found_good TEXT;
