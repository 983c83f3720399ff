-- With what a visit corrects, so that hours and weekdays of visits are counted from the index alone, each once.
DROP INDEX visits_by_month;
CREATE INDEX visits_by_month ON visits (station_id, month, kind, corrects, moment);
