-- Fewer rows for the same history: what one command did to a task is one row of events, and a task
-- that has one occurrence alone needs no index to find the newest.

-- A row's key is the place of its last event in the sequence; those before it follow one another.
CREATE TABLE events_in_rows (
    seq     INTEGER PRIMARY KEY,
    count   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    task_id BLOB NOT NULL,
    -- The kind of an event of which only the last of each run stays: it has a row of its own.
    report  TEXT,
    row     TEXT NOT NULL
) STRICT;

INSERT INTO events_in_rows
    SELECT seq, 1, at, task_id,
           CASE WHEN kind IN ('progressed', 'usage_reported') THEN kind END,
           json_object(
               'at', row ->> '$.at',
               'actor', json(row -> '$.actor'),
               'events', json_array(json_object(
                   'occurrence', row ->> '$.occurrence',
                   'run', row ->> '$.run',
                   'kind', json(row -> '$.kind')
               ))
           )
    FROM events ORDER BY seq;

DROP TABLE events;
ALTER TABLE events_in_rows RENAME TO events;

CREATE INDEX events_of_task ON events (task_id);
CREATE INDEX events_reports ON events (task_id, report) WHERE report IS NOT NULL;

-- The first occurrence of a task that was created to run once is older than all others of it.
DROP INDEX occurrences_of_task;
CREATE INDEX occurrences_of_task ON occurrences (task_id) WHERE cause <> 'created';
