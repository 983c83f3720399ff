-- What an inspection looked at and found good, as the feed tells it beside its visit; NULL of visits from before.
ALTER TABLE visits ADD COLUMN found_good TEXT;

-- What is on file takes reading every inspection: the first start does it, and takes this away.
INSERT INTO chores (name, held_until) VALUES ('found_good', 0);
