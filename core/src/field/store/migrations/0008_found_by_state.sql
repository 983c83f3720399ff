-- What is asked for of visits of any age: where something urgent was found, and what waits for the head's review.
-- The bodies are the program's own JSON, without spaces, in which a quoted word never stands inside a text.
CREATE INDEX visits_found_urgent ON visits (venue) WHERE instr(body, '"severity":"S"') > 0;
CREATE INDEX visits_to_review ON visits (moment)
    WHERE instr(body, '"review":{"state":"pending"}') > 0
        AND instr(body, '"kind":"inspection"') > 0 AND instr(body, '"received_at":') > 0;
