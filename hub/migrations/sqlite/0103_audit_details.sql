-- What a line of the audit says beside its subject, as JSON: the days that changed, the months that were over and
-- count anew. None in lines from before, and where there is nothing more to say.
ALTER TABLE audit ADD COLUMN details TEXT;
