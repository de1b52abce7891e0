-- Rows lie in the order in which they came, under a small number, and their indices hold that
-- number: a row of several hundred bytes inside the tree of its own key made each look-up deep and
-- each change dear. An index that was written at every move of an occurrence and asked for nothing
-- that another one cannot say is gone, or holds only the rows that are asked for.
--
-- The sequence of events is counted with the other numbers that only grow.

CREATE TABLE tasks_in_order (
    number     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    short_id   TEXT NOT NULL UNIQUE,
    slug       TEXT,
    -- Where the task stands on the board and the state that it shows: a fold of its occurrences,
    -- kept with them; a state of NULL: it never ran.
    board      TEXT NOT NULL,
    state      TEXT,
    -- Since when it shows that.
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    -- The next instant of the schedule, and up to where the schedule has been dealt with.
    next_due   INTEGER,
    cursor     INTEGER,
    -- The run that made the task.
    origin_run BLOB,
    lane       TEXT NOT NULL,
    priority   INTEGER NOT NULL,
    -- As much of it as is sorted by.
    title      TEXT NOT NULL COLLATE NOCASE,
    -- The task that it is a part of.
    parent     BLOB,
    row        TEXT NOT NULL
) STRICT;

INSERT INTO tasks_in_order
    SELECT number, id, short_id, slug, board, state, updated_at, deleted_at, next_due, cursor,
           origin_run, lane, priority, title, parent, row
    FROM tasks ORDER BY number;

DROP TABLE tasks;
ALTER TABLE tasks_in_order RENAME TO tasks;

CREATE INDEX tasks_on_board ON tasks (board, updated_at) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tasks_slug ON tasks (slug) WHERE slug IS NOT NULL;
CREATE INDEX tasks_next_due ON tasks (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX tasks_cursor ON tasks (cursor) WHERE cursor IS NOT NULL;
CREATE INDEX tasks_of_run ON tasks (origin_run) WHERE origin_run IS NOT NULL;
CREATE INDEX tasks_by_priority ON tasks (priority) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_title ON tasks (title) WHERE deleted_at IS NULL;
CREATE INDEX tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks_of_parent ON tasks (parent) WHERE parent IS NOT NULL;

CREATE TABLE occurrences_in_order (
    place      INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    task_id    BLOB NOT NULL REFERENCES tasks (id),
    cause      TEXT NOT NULL,
    key        TEXT NOT NULL,
    instant    INTEGER,
    created_at INTEGER,
    state      TEXT NOT NULL,
    terminal   INTEGER NOT NULL,
    not_before INTEGER,
    sort_key   INTEGER,
    -- Both are there while it is queued.
    lane       TEXT,
    priority   INTEGER,
    live_run   BLOB,
    expires_at INTEGER,
    updated_at INTEGER NOT NULL,
    row        TEXT NOT NULL,
    -- An occurrence is created at most once, whatever the clock does.
    UNIQUE (task_id, cause, key)
) STRICT;

INSERT INTO occurrences_in_order
        (id, task_id, cause, key, instant, created_at, state, terminal, not_before, sort_key,
         lane, priority, live_run, expires_at, updated_at, row)
    SELECT id, task_id, cause, key, instant, created_at, state, terminal, not_before, sort_key,
           lane, priority, live_run, expires_at, updated_at, row
    FROM occurrences ORDER BY created_at, id;

DROP TABLE occurrences;
ALTER TABLE occurrences_in_order RENAME TO occurrences;

-- The last two columns answer whether something may start, and how much of each urgency waits,
-- without a look at the rows.
CREATE INDEX occurrences_lane ON occurrences (lane, sort_key, not_before, priority)
    WHERE state = 'queued';
CREATE INDEX occurrences_due ON occurrences (not_before) WHERE state = 'queued';
CREATE INDEX occurrences_live ON occurrences (task_id) WHERE terminal = 0;
CREATE INDEX occurrences_ended ON occurrences (task_id, updated_at) WHERE terminal = 1;
CREATE INDEX occurrences_of_task ON occurrences (task_id);
CREATE INDEX occurrences_instant ON occurrences (task_id, instant) WHERE instant IS NOT NULL;
CREATE INDEX occurrences_expiry ON occurrences (expires_at)
    WHERE expires_at IS NOT NULL AND terminal = 0;

-- An edit of the task moves what waits to its new lane. It costs nothing when a task is made.
CREATE TRIGGER tasks_change_lane AFTER UPDATE OF lane, priority ON tasks
WHEN new.lane IS NOT old.lane OR new.priority IS NOT old.priority
BEGIN
    UPDATE occurrences SET lane = new.lane, priority = new.priority
    WHERE task_id = new.id AND terminal = 0 AND state = 'queued';
END;

CREATE TABLE runs_in_order (
    -- Higher than that of every run before it.
    token         INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE,
    occurrence_id BLOB NOT NULL REFERENCES occurrences (id),
    task_id       BLOB NOT NULL REFERENCES tasks (id),
    number        INTEGER NOT NULL,
    ended_at      INTEGER,
    row           TEXT NOT NULL,
    UNIQUE (occurrence_id, number)
) STRICT;

INSERT INTO runs_in_order
    SELECT token, id, occurrence_id, task_id, number, ended_at, row FROM runs ORDER BY token;

DROP TABLE runs;
ALTER TABLE runs_in_order RENAME TO runs;

CREATE INDEX runs_of_task ON runs (task_id);
CREATE INDEX runs_unended ON runs (token) WHERE ended_at IS NULL;

CREATE TABLE events_in_order (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    task_id BLOB NOT NULL,
    kind    TEXT NOT NULL,
    row     TEXT NOT NULL
) STRICT;

INSERT INTO counters (name, value)
    SELECT 'event_seq',
           max(ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0),
               ifnull((SELECT max(seq) FROM events), 0));

INSERT INTO events_in_order SELECT seq, at, task_id, kind, row FROM events ORDER BY seq;

DROP TABLE events;
ALTER TABLE events_in_order RENAME TO events;

CREATE INDEX events_of_task ON events (task_id);
-- Of progress and usage only the last of each run stays.
CREATE INDEX events_reports ON events (task_id, kind)
    WHERE kind IN ('progressed', 'usage_reported');
