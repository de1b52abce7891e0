-- Aegis' own figures, as far as no other row says them.
--
-- A sample is what happened in a minute (span 60) or in an hour (span 3600), from `at` on; where
-- nothing happened there is none. Its row is JSON of the type in aegis-domain. Minutes go after two
-- days, hours after a year.

CREATE TABLE samples (
    span INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    row  TEXT NOT NULL,
    PRIMARY KEY (span, at)
) STRICT, WITHOUT ROWID;

-- When an engine was ready. After a crash `ended_at` is its last sign of life.
CREATE TABLE sessions (
    epoch    INTEGER PRIMARY KEY,
    ready_at INTEGER NOT NULL,
    ended_at INTEGER,
    clean    INTEGER NOT NULL DEFAULT 0
) STRICT;
