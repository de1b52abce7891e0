//! `counters`: numbers that only grow.

use rusqlite::{Connection, Result};

/// The last numbers given, as the writer keeps them at hand.
#[derive(Debug, Clone)]
pub(crate) struct Counters {
    task_number: u64,
    fencing_token: u64,
    event_seq: u64,
    written: (u64, u64, u64),
}

impl Counters {
    pub(crate) fn read(conn: &Connection) -> Result<Self> {
        let numbers =
            (last(conn, "task_number")?, last(conn, "fencing_token")?, last(conn, "event_seq")?);
        let (task_number, fencing_token, event_seq) = numbers;
        Ok(Self { task_number, fencing_token, event_seq, written: numbers })
    }

    pub(crate) fn next_task_number(&self) -> u64 {
        self.task_number + 1
    }

    pub(crate) fn task_number_given(&mut self, number: u64) {
        self.task_number = self.task_number.max(number);
    }

    pub(crate) fn next_token(&self) -> u64 {
        self.fencing_token + 1
    }

    pub(crate) fn token_given(&mut self, token: u64) {
        self.fencing_token = self.fencing_token.max(token);
    }

    /// The last event's place in the sequence.
    pub(crate) fn last_seq(&self) -> u64 {
        self.event_seq
    }

    pub(crate) fn seq_given(&mut self, seq: u64) {
        self.event_seq = self.event_seq.max(seq);
    }

    /// Writes what has grown.
    pub(crate) fn write(&mut self, conn: &Connection) -> Result<()> {
        let now = (self.task_number, self.fencing_token, self.event_seq);
        let before = std::mem::replace(&mut self.written, now);
        let grown = [
            ("task_number", before.0, now.0),
            ("fencing_token", before.1, now.1),
            ("event_seq", before.2, now.2),
        ];
        for (name, _, value) in grown.into_iter().filter(|(_, before, now)| now > before) {
            set(conn, name, value)?;
        }
        Ok(())
    }
}

/// The last number given of the counter `name`.
fn last(conn: &Connection, name: &str) -> Result<u64> {
    conn.prepare_cached("SELECT value FROM counters WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
}

fn set(conn: &Connection, name: &str, value: u64) -> Result<()> {
    conn.prepare_cached("UPDATE counters SET value = ?2 WHERE name = ?1 AND value < ?2")?
        .execute((name, value))?;
    Ok(())
}

/// Counts the engines that have ever worked with this database.
pub(crate) fn next_epoch(conn: &Connection) -> Result<u64> {
    let epoch = last(conn, "epoch")? + 1;
    set(conn, "epoch", epoch)?;
    Ok(epoch)
}
