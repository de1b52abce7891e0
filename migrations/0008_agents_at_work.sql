-- What agents do, and what they may do.
--
-- What waits for a person is found by an index of its own. A rule is what a person decided once for tool calls to come. A tool use is one call, with its
-- nature and how it got past the policy; it goes with its occurrence, and one of a session that
-- Aegis did not start has none. Spending is what runs have cost, by the hour in which they ended:
-- budgets of days and of schedules are added up from it, and it stays when runs have gone.

CREATE TABLE rules (
    id  BLOB PRIMARY KEY,
    row TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tool_uses (
    id            INTEGER PRIMARY KEY,
    at            INTEGER NOT NULL,
    tool          TEXT NOT NULL,
    task_id       BLOB,
    occurrence_id BLOB,
    run_id        BLOB,
    session       TEXT,
    success       INTEGER NOT NULL,
    row           TEXT NOT NULL
) STRICT;

CREATE INDEX tool_uses_run ON tool_uses (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX tool_uses_occurrence ON tool_uses (occurrence_id) WHERE occurrence_id IS NOT NULL;
CREATE INDEX tool_uses_task ON tool_uses (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX tool_uses_session ON tool_uses (session) WHERE session IS NOT NULL;
CREATE INDEX tool_uses_at ON tool_uses (at);

CREATE TABLE spending (
    hour    INTEGER NOT NULL,
    task_id BLOB NOT NULL,
    micros  INTEGER NOT NULL,
    PRIMARY KEY (hour, task_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX spending_task ON spending (task_id, hour);

CREATE INDEX occurrences_awaiting ON occurrences (state, updated_at) WHERE state = 'awaiting';
