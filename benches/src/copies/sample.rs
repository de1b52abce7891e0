//! One task of each kind, as an export has it.

use crate::durability::Synchronous;
use crate::own::{self, NoOp, Own, Until};
use aegis_domain::{Schedule, Timestamp};
use aegis_store::transfer;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::Path;

/// A task and everything that belongs to it: records of an export.
pub struct Sample {
    pub id: String,
    pub records: Vec<Value>,
}

/// A sample of each kind, and the export's first line.
pub struct Samples {
    header: Value,
    pub done: Sample,
    pub due: Sample,
    pub queued: Sample,
}

/// The instant of what waits: none that comes while anything is measured.
pub fn far() -> Timestamp {
    const YEAR_2099: i64 = 4_070_908_800_000;
    Timestamp::from_timestamp_millis(YEAR_2099).unwrap_or(Timestamp::MAX_UTC)
}

impl Samples {
    /// Has an engine make and do them.
    pub fn take(scratch: &Path) -> Result<Self> {
        let own = Own::new(scratch, Synchronous::Normal, NoOp::new())?;
        own.work(1, Until::Tasks(1))?;
        own.runtime.block_on(own::submit_at(&own.engine, Schedule::at(far())))?;
        // Nobody works: it stays in the line.
        let own = Own::idle(own.stop()?, NoOp::new())?;
        own.runtime.block_on(own::submit(&own.engine))?;
        let dir = own.stop()?;
        let mut export = Vec::new();
        transfer::export(dir.path(), &mut export)?;
        let mut lines = Vec::new();
        for line in export.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            lines.push(serde_json::from_slice::<Value>(line)?);
        }
        let mut tasks = lines.iter().filter_map(|line| line.pointer("/task/task/id")?.as_str());
        let mut sample = || {
            let id = tasks.next().context("a sample is missing in the export")?.to_owned();
            let of = |line: &&Value| {
                line.pointer("/task/task/id")
                    .or_else(|| line.as_object()?.values().next()?.get("task"))
                    == Some(&Value::from(id.as_str()))
            };
            let records: Vec<Value> = lines.iter().filter(of).cloned().collect();
            anyhow::Ok(Sample { id, records })
        };
        let (done, due, queued) = (sample()?, sample()?, sample()?);
        ensure!(done.records.len() > 4, "a task that was done has left little behind");
        let header = lines.first().context("the export is empty")?.clone();
        Ok(Self { header, done, due, queued })
    }

    /// The first line of an export with so many tasks and runs.
    pub fn header(&self, tasks: u64, runs: u64) -> Result<String> {
        let mut header = self.header.clone();
        let fields = header.as_object_mut().context("the first line is no object")?;
        fields.insert("task_number".to_owned(), tasks.into());
        fields.insert("fencing_token".to_owned(), runs.into());
        Ok(header.to_string())
    }
}
