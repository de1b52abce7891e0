-- Budgets of days and of schedules.
--
-- What has been spent is put down when a run says so, and not only when it has ended, by quarters of
-- an hour and not by hours: every midnight of the world is on one. What all have spent stands in a
-- table of its own, so that a day is added up from a hundred rows at most, however many tasks there
-- are, and so that it stays when a task is removed for good. An amount may be below nothing: what a
-- run has cost turned out to be less than it had said.

CREATE TABLE spending_by_task (
    task_id BLOB NOT NULL,
    quarter INTEGER NOT NULL,
    micros  INTEGER NOT NULL,
    PRIMARY KEY (task_id, quarter)
) STRICT, WITHOUT ROWID;

CREATE TABLE spending_in_all (
    quarter INTEGER PRIMARY KEY,
    micros  INTEGER NOT NULL
) STRICT;

INSERT INTO spending_by_task (task_id, quarter, micros)
SELECT task_id, hour * 4, micros FROM spending;

-- Runs that had not ended were in no book yet. A cost is written as decimal text, up to a million.
INSERT INTO spending_by_task (task_id, quarter, micros)
SELECT task_id, CAST(strftime('%s', 'now') AS INTEGER) / 900,
       CAST(round(CAST(row ->> '$.usage.cost' AS REAL) * 1000000) AS INTEGER)
FROM runs WHERE ended_at IS NULL AND row ->> '$.usage.cost' IS NOT NULL
ON CONFLICT (task_id, quarter) DO UPDATE SET micros = micros + excluded.micros;

INSERT INTO spending_in_all (quarter, micros)
SELECT quarter, sum(micros) FROM spending_by_task GROUP BY quarter;

DROP TABLE spending;
