//! Reading what agents did and what they may do.

use crate::table::{occurrences, rules, spending, ties, tool_uses};
use crate::{Reader, StoreError};
use aegis_domain::policy::Rule;
use aegis_domain::{
    About, Occurrence, OccurrenceId, RunId, State, Task, TaskId, Timestamp, ToolUse, Usd,
};

type Result<T> = std::result::Result<T, StoreError>;

impl Reader<'_> {
    /// Everything that waits for a person, the oldest question first.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn awaiting(&self) -> Result<Vec<(Task, Occurrence)>> {
        Ok(occurrences::awaiting(self.conn)?)
    }

    /// Work that stands still because money is spent: what would start, and what was at it. Some
    /// thousands at most.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn waiting_for_money(&self) -> Result<Vec<OccurrenceId>> {
        let mut all = ties::waiting_for_money(self.conn)?;
        let asked = occurrences::awaiting(self.conn)?.into_iter().map(|(_, occurrence)| occurrence);
        let about_money = |occurrence: &Occurrence| match &occurrence.state {
            State::Awaiting { ask, .. } => {
                matches!(ask.about.as_deref(), Some(About::Budget { .. }))
            }
            _ => false,
        };
        all.extend(asked.filter(about_money).map(|occurrence| occurrence.id));
        Ok(all)
    }

    /// Every rule for tool calls, the oldest first.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn rules(&self) -> Result<Vec<Rule>> {
        Ok(rules::all(self.conn)?)
    }

    /// A run's tool calls behind `after`, in order, with their numbers.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn tool_uses_of_run(
        &self,
        run: RunId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, ToolUse)>> {
        Ok(tool_uses::of_run(self.conn, run, after, limit)?)
    }

    /// Tool calls before `before`, the newest first, with their numbers; only of `task` if one is
    /// named.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn tool_uses(
        &self,
        task: Option<TaskId>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(u64, ToolUse)>> {
        let before = before.unwrap_or(u64::MAX >> 1);
        Ok(match task {
            Some(task) => tool_uses::of_task(self.conn, task, before, limit)?,
            None => tool_uses::newest(self.conn, before, limit)?,
        })
    }

    /// What runs have cost since the quarter of an hour of `from`, of all tasks or of one. What a
    /// live run has said counts; of all, also what tasks have cost that were removed since.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn spent(&self, task: Option<TaskId>, from: Timestamp) -> Result<Usd> {
        Ok(match task {
            Some(task) => spending::of_task(self.conn, task, from)?,
            None => spending::since(self.conn, from)?,
        })
    }
}
