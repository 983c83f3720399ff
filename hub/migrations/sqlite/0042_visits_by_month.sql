-- With what a visit corrects, so that hours and weekdays of visits are counted from the index alone, each once.
DROP INDEX visits_by_month;
CREATE INDEX visits_by_month ON visits (station_id, month, kind, corrects, moment);
DELETE FROM sqlite_stat1 WHERE idx = 'visits_by_month';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('visits', 'visits_by_month', '1000000 6000 170 120 110 1');
