-- Schedules that repeat, dependencies, resources, facts, templates.
--
-- A task's definition moves into an object of its own, because it is what edits are about; the
-- fields that Aegis keeps itself stay beside it.

UPDATE tasks SET row = json_object(
    'id', row ->> '$.id',
    'number', row -> '$.number',
    'short_id', row ->> '$.short_id',
    'definition', json(json_remove(
        row, '$.id', '$.number', '$.short_id', '$.kind', '$.status', '$.requester',
        '$.created_at', '$.updated_at', '$.deleted_at'
    )),
    'status', row ->> '$.status',
    'requester', json(row -> '$.requester'),
    'cursor', row ->> '$.created_at',
    'created_at', row ->> '$.created_at',
    'updated_at', row ->> '$.updated_at',
    'deleted_at', row ->> '$.deleted_at'
);

-- Two braces open a placeholder from now on; those that are there mean themselves.
UPDATE tasks SET row = json_set(
    row, '$.definition.executor.settings',
    json(replace(row -> '$.definition.executor.settings', '{{', '\\{{'))
) WHERE row ->> '$.definition.executor.settings' LIKE '%{{%';

UPDATE occurrences SET row = json_set(
    row, '$.not_before', coalesce(row ->> '$.state.not_before', row ->> '$.created_at')
);

-- What an occurrence was blocked by was all there was to say; it had no place in the line.
UPDATE occurrences SET row = json_set(
    row,
    '$.state.reason', 'first',
    '$.state.sort_key', (SELECT t.updated_at FROM tasks t WHERE t.id = occurrences.task_id)
) WHERE state = 'blocked';

ALTER TABLE tasks ADD COLUMN slug TEXT;
-- The state that the task shows: a fold of its occurrences, kept with them; NULL: it never ran.
ALTER TABLE tasks ADD COLUMN state TEXT;
-- The next instant of the schedule, and up to where the schedule has been dealt with.
ALTER TABLE tasks ADD COLUMN next_due INTEGER;
ALTER TABLE tasks ADD COLUMN cursor INTEGER;
-- The run that made the task.
ALTER TABLE tasks ADD COLUMN origin_run BLOB;

UPDATE tasks SET state = (
    SELECT o.state FROM occurrences o WHERE o.task_id = tasks.id AND o.state <> 'skipped'
    ORDER BY o.terminal, o.updated_at DESC LIMIT 1
);

CREATE UNIQUE INDEX tasks_slug ON tasks (slug) WHERE slug IS NOT NULL;
CREATE INDEX tasks_next_due ON tasks (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX tasks_cursor ON tasks (cursor) WHERE cursor IS NOT NULL;
CREATE INDEX tasks_of_run ON tasks (origin_run) WHERE origin_run IS NOT NULL;

ALTER TABLE occurrences ADD COLUMN instant INTEGER;
ALTER TABLE occurrences ADD COLUMN expires_at INTEGER;
ALTER TABLE occurrences ADD COLUMN created_at INTEGER;

UPDATE occurrences SET
    instant = CASE WHEN cause = 'schedule' THEN CAST(key AS INTEGER) END,
    created_at = updated_at;

CREATE INDEX occurrences_instant ON occurrences (task_id, instant) WHERE instant IS NOT NULL;
CREATE INDEX occurrences_expiry ON occurrences (expires_at)
    WHERE expires_at IS NOT NULL AND terminal = 0;
CREATE INDEX occurrences_newest ON occurrences (task_id, created_at);

-- Who depends on whom, as the definitions say; a follower starts whenever the other has ended.
CREATE TABLE dependencies (
    task_id   BLOB NOT NULL REFERENCES tasks (id),
    on_task   BLOB NOT NULL REFERENCES tasks (id),
    follows   INTEGER NOT NULL,
    PRIMARY KEY (task_id, on_task)
) STRICT, WITHOUT ROWID;

CREATE INDEX dependencies_on ON dependencies (on_task);

-- What live occurrences wait for and hold: a projection of their rows.
CREATE TABLE ties (
    occurrence_id BLOB NOT NULL REFERENCES occurrences (id),
    -- waits_task, waits_occurrence, waits_resource, holds_resource
    kind          TEXT NOT NULL,
    name          BLOB NOT NULL,
    amount        INTEGER NOT NULL,
    sort_key      INTEGER NOT NULL,
    PRIMARY KEY (occurrence_id, kind, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX ties_by_name ON ties (kind, name, sort_key, amount);

CREATE TABLE resources (
    name     TEXT PRIMARY KEY,
    capacity INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE templates (
    name TEXT PRIMARY KEY,
    row  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Commands that follow from one that was committed, beyond the hundred that run with it.
CREATE TABLE follow_ups (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    command TEXT NOT NULL
) STRICT;
