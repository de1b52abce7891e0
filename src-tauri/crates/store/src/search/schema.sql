-- The index of the search: a projection of the database beside it, made again whenever it is
-- missing, damaged or of another form. Nothing is kept here alone.

-- Up to which event of the database everything is in here.
CREATE TABLE progress (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    cursor INTEGER NOT NULL
) STRICT;

INSERT INTO progress (id, cursor) VALUES (1, 0);

-- What can be found: a task, or a run that has ended.
CREATE TABLE docs (
    id      INTEGER PRIMARY KEY,
    -- The id of the task or of the run.
    owner   BLOB NOT NULL UNIQUE,
    task_id BLOB NOT NULL,
    number  INTEGER NOT NULL,
    run_id  BLOB,
    -- Whether there is text of a log in it.
    logged  INTEGER NOT NULL
) STRICT;

CREATE INDEX docs_of_task ON docs (task_id);

-- `title`: of a task. `names`: its slug and tags. `body`: its description, or what a run found
-- out. `log`: the ends of a run's log.
CREATE VIRTUAL TABLE words USING fts5 (
    title, names, body, log,
    tokenize = "unicode61 remove_diacritics 2"
);
