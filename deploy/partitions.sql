-- Turns the tables of PostgreSQL that grow into ones that are partitioned by station, those of a stopped hub, in one
-- transaction; the hub needs no change, before or after. 16 partitions unless asked otherwise:
--     PGOPTIONS='-c xuncha.partitions=32' psql -v ON_ERROR_STOP=1 -f partitions.sql ADDRESS
DO $$
DECLARE
    parts CONSTANT int := coalesce(nullif(current_setting('xuncha.partitions', true), ''), '16');
    growing CONSTANT text[] := ARRAY['records', 'payloads', 'visits', 'photos', 'extracts', 'erasures'];
    one text;
    link record;
    made record;
BEGIN
    -- A reference holds to the table it was made for, so each is taken off and made anew.
    CREATE TEMP TABLE links ON COMMIT DROP AS
        SELECT conname AS name, conrelid::regclass::text AS child, pg_get_constraintdef(oid) AS says
        FROM pg_constraint
        WHERE contype = 'f' AND (conrelid::regclass::text = ANY (growing) OR confrelid::regclass::text = ANY (growing));
    FOR link IN SELECT * FROM links LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', link.child, link.name);
    END LOOP;
    -- Indices keep their names, by which the hub and its later versions call them: they are made anew, too.
    CREATE TEMP TABLE indices ON COMMIT DROP AS
        SELECT i.indrelid::regclass::text AS owner, i.indexrelid::regclass::text AS name,
            pg_get_indexdef(i.indexrelid) AS says, pg_get_constraintdef(c.oid) AS holds
        FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
        WHERE i.indrelid::regclass::text = ANY (growing);
    FOREACH one IN ARRAY growing LOOP
        EXECUTE format('ALTER TABLE %I RENAME TO %I', one, one || '_whole');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES) PARTITION BY HASH (station_id)', one, one || '_whole');
        FOR part IN 0 .. parts - 1 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s)',
                one || '_' || part, one, parts, part);
        END LOOP;
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', one, one || '_whole');
        EXECUTE format('DROP TABLE %I', one || '_whole');
        FOR made IN SELECT * FROM indices WHERE owner = one LOOP
            IF made.holds IS NULL THEN
                EXECUTE made.says;
            ELSE
                EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', one, made.name, made.holds);
            END IF;
        END LOOP;
    END LOOP;
    FOR link IN SELECT * FROM links LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', link.child, link.name, link.says);
    END LOOP;
END $$;
