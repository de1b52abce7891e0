-- Keys of requests, tasks that are one of a kind, lists in several orders, and retention.

-- What requests with a key have made. Numbers grow with age: the oldest has the lowest.
CREATE TABLE request_keys (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT NOT NULL UNIQUE,
    -- A fingerprint of what was asked for.
    request    TEXT NOT NULL,
    task_id    BLOB NOT NULL REFERENCES tasks (id),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX request_keys_of_task ON request_keys (task_id);

CREATE TABLE unique_keys (
    key     TEXT NOT NULL,
    task_id BLOB NOT NULL REFERENCES tasks (id),
    PRIMARY KEY (key, task_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX unique_keys_of_task ON unique_keys (task_id);

-- What lists are sorted by: as much of the title as matters for that.
ALTER TABLE tasks ADD COLUMN title TEXT NOT NULL COLLATE NOCASE DEFAULT '';
-- The task that it is a part of.
ALTER TABLE tasks ADD COLUMN parent BLOB;

UPDATE tasks SET
    title = substr(row ->> '$.definition.title', 1, 60),
    parent = unhex(replace(row ->> '$.definition.parent', '-', ''));

CREATE INDEX tasks_by_priority ON tasks (priority, number) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_title ON tasks (title, number) WHERE deleted_at IS NULL;
CREATE INDEX tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks_of_parent ON tasks (parent) WHERE parent IS NOT NULL;

-- Of progress and usage only the last of each run stays.
CREATE INDEX events_reports ON events (task_id, kind, seq)
    WHERE kind IN ('progressed', 'usage_reported');

-- Instants whose occurrences have gone with their age: they never come again.
CREATE TABLE past_instants (
    task_id BLOB NOT NULL REFERENCES tasks (id),
    instant INTEGER NOT NULL,
    PRIMARY KEY (task_id, instant)
) STRICT, WITHOUT ROWID;

-- The last clean-up: what the clock showed, and the moment that ages were measured against.
CREATE TABLE sweeps (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    at    INTEGER NOT NULL,
    as_of INTEGER NOT NULL
) STRICT;
