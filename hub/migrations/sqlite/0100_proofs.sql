-- What a list shows of a record beside its visit, so that a file of many need not open every one. Null for what came
-- before this column (its content tells it) and once the content was erased.
ALTER TABLE visits ADD COLUMN proof TEXT; -- Proof
