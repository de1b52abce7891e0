-- Lanes: what waits is shared out between groups, so the first of each has to be found without a
-- look at all that waits. And what the engine keeps of itself: what is held, and which executor is
-- given a rest.
--
-- A lane is a projection of the task's definition: executor, workspace, assignee and model, with
-- U+001F between them, which no name can contain (aegis-domain, fair/lane.rs).

ALTER TABLE tasks ADD COLUMN lane TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN priority INTEGER NOT NULL DEFAULT 5;

UPDATE tasks SET
    priority = coalesce(row ->> '$.definition.priority', 5),
    lane = coalesce(row ->> '$.definition.executor.name', '') || char(31)
        || coalesce(row ->> '$.definition.workspace', '') || char(31)
        || coalesce(row ->> '$.definition.assignee', '') || char(31)
        || coalesce(row ->> '$.definition.model', '');

-- Both are there while the occurrence is queued, and NULL otherwise.
ALTER TABLE occurrences ADD COLUMN lane TEXT;
ALTER TABLE occurrences ADD COLUMN priority INTEGER;

UPDATE occurrences SET (lane, priority) = (
    SELECT t.lane, t.priority FROM tasks t WHERE t.id = occurrences.task_id
) WHERE state = 'queued';

-- The place in the line is within a lane now. The last two columns answer whether something may
-- start, and how much of each urgency waits, without a look at the rows.
DROP INDEX occurrences_ready;
CREATE INDEX occurrences_lane ON occurrences (lane, sort_key, id, not_before, priority)
    WHERE state = 'queued';

-- An edit of the task moves what waits to its new lane. It costs nothing when a task is made.
CREATE TRIGGER tasks_change_lane AFTER UPDATE OF lane, priority ON tasks
WHEN new.lane IS NOT old.lane OR new.priority IS NOT old.priority
BEGIN
    UPDATE occurrences SET lane = new.lane, priority = new.priority
    WHERE task_id = new.id AND state = 'queued';
END;

CREATE TABLE engine_state (
    name TEXT PRIMARY KEY,
    row  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Parts of the work can be held back now, and all of it is one of them.
INSERT INTO engine_state (name, row)
SELECT 'holds', json_array(json_object(
    'scope', json_object('kind', 'all'),
    'mode', 'pause',
    'since', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),
    'by', json_object('kind', 'system')
)) FROM flags WHERE name = 'paused' AND value = 1;

DELETE FROM flags WHERE name = 'paused';
