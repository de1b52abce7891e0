-- The first form of the database: tasks, their occurrences and runs, what happened, what is to be
-- sent.
--
-- A table's `row` is the truth, as JSON of the type in aegis-domain; the other columns are what
-- queries and constraints need of it. So a new field of a type needs no migration, and a new query
-- does. Instants are milliseconds since 1970 in UTC; ids are the 16 bytes of a UUID.

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('task_number', 0), ('fencing_token', 0), ('epoch', 0);

CREATE TABLE flags (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
    id         BLOB PRIMARY KEY,
    number     INTEGER NOT NULL UNIQUE,
    short_id   TEXT NOT NULL UNIQUE,
    -- Where the task stands on the board: a fold of its occurrences, kept with them.
    board      TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    row        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_on_board ON tasks (board, updated_at) WHERE deleted_at IS NULL;

CREATE TABLE occurrences (
    id         BLOB PRIMARY KEY,
    task_id    BLOB NOT NULL REFERENCES tasks (id),
    cause      TEXT NOT NULL,
    key        TEXT NOT NULL,
    state      TEXT NOT NULL,
    terminal   INTEGER NOT NULL,
    not_before INTEGER,
    sort_key   INTEGER,
    live_run   BLOB,
    updated_at INTEGER NOT NULL,
    row        TEXT NOT NULL,
    -- An occurrence is created at most once, whatever the clock does.
    UNIQUE (task_id, cause, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX occurrences_ready ON occurrences (sort_key, id) WHERE state = 'queued';
CREATE INDEX occurrences_due ON occurrences (not_before) WHERE state = 'queued';
CREATE INDEX occurrences_of_task ON occurrences (task_id, terminal, updated_at);
CREATE INDEX occurrences_live ON occurrences (live_run) WHERE live_run IS NOT NULL;

CREATE TABLE runs (
    id            BLOB PRIMARY KEY,
    occurrence_id BLOB NOT NULL REFERENCES occurrences (id),
    task_id       BLOB NOT NULL REFERENCES tasks (id),
    number        INTEGER NOT NULL,
    token         INTEGER NOT NULL UNIQUE,
    ended_at      INTEGER,
    row           TEXT NOT NULL,
    UNIQUE (occurrence_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX runs_of_task ON runs (task_id, token);
CREATE INDEX runs_unended ON runs (token) WHERE ended_at IS NULL;

-- AUTOINCREMENT: a sequence number is never given twice, even after the newest were compacted.
CREATE TABLE events (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    task_id BLOB NOT NULL,
    kind    TEXT NOT NULL,
    row     TEXT NOT NULL
) STRICT;

CREATE INDEX events_of_task ON events (task_id, seq);

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL,
    sent_at    INTEGER,
    message    TEXT NOT NULL
) STRICT;

CREATE INDEX outbox_unsent ON outbox (not_before) WHERE sent_at IS NULL;
