-- What may not start yet is kept out of its lane until its moment has come, so that the look for
-- the first of a lane passes over nothing. It waits apart, in the order of its moments.

-- The moment that it waits for; NULL once it stands in its lane, and while it is not queued.
ALTER TABLE occurrences ADD COLUMN waits_until INTEGER;

-- What had come when it was written down stands in its lane at once.
UPDATE occurrences SET waits_until = not_before
WHERE state = 'queued' AND not_before > updated_at;

DROP INDEX occurrences_lane;
DROP INDEX occurrences_due;

-- The columns behind the place answer whether something may start, and how much of each urgency
-- waits, without a look at the rows. The last one is there because it is asked for.
CREATE INDEX occurrences_lane ON occurrences (lane, sort_key, not_before, priority, waits_until)
    WHERE state = 'queued' AND waits_until IS NULL;
CREATE INDEX occurrences_waiting ON occurrences (waits_until, lane, priority)
    WHERE waits_until IS NOT NULL;
