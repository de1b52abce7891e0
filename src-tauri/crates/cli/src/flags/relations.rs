//! What work waits for: other tasks, resources, conditions.

use crate::error::Error;
use crate::value;
use aegis_domain::condition::Condition;
use aegis_domain::{
    Dependency, DependencyGroup, Join, Otherwise, ResourceNeed, TaskRef, Watch, Which,
};
use aegis_protocol::ApiError;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The tasks that it comes after, and what has to be true of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "After other tasks")]
pub(crate) struct Relations {
    /// Only when these tasks have completed: 12 or 12,13; as often as there are some
    #[arg(long, value_name = "TASKS", value_parser = value::task, value_delimiter = ',')]
    after: Vec<TaskRef>,

    /// One of them is enough
    #[arg(long, requires = "after", conflicts_with = "after_at_least")]
    after_any: bool,

    /// So many of them are enough
    #[arg(long, value_name = "N", requires = "after")]
    after_at_least: Option<u32>,

    /// What has to be true of each one's end instead, such as 'exit_code == 2' or
    /// 'result.count > 3'
    #[arg(long, value_name = "CONDITION", requires = "after")]
    when: Option<String>,

    /// What becomes of this task when one did not end so; fail when absent, skip with --when
    #[arg(long, value_enum, value_name = "WHAT", requires = "after")]
    otherwise: Option<OtherwiseArg>,

    /// Look at their occurrence of the same instant, for tasks with equal schedules; else at the
    /// newest
    #[arg(long, requires = "after")]
    same_instant: bool,
}

/// What becomes of work whose predecessor did not end as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OtherwiseArg {
    /// It fails
    Fail,
    /// It is left out
    Skip,
    /// It goes on all the same
    Continue,
}

impl Relations {
    /// The tasks that it waits for; nothing when none is named.
    ///
    /// # Errors
    /// [`Error::Api`] when the condition cannot be read.
    pub(crate) fn dependencies(self) -> Result<Option<DependencyGroup<TaskRef>>, Error> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let when = self.when.as_deref().map(Condition::new).transpose().map_err(ApiError::from)?;
        let otherwise = self.otherwise.map(|otherwise| match otherwise {
            OtherwiseArg::Fail => Otherwise::Fail,
            OtherwiseArg::Skip => Otherwise::Skip,
            OtherwiseArg::Continue => Otherwise::Continue,
        });
        let which = if self.same_instant { Which::SameInstant } else { Which::Latest };
        let join = match self.after_at_least {
            Some(n) => Join::AtLeast(n),
            None if self.after_any => Join::Any,
            None => Join::All,
        };
        let on = self.after.into_iter();
        let on = on.map(|task| Dependency { task, which, when: when.clone(), otherwise });
        Ok(Some(DependencyGroup { join, on: on.collect() }))
    }
}

/// What it needs beside other tasks, and when it is worth while.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Needs")]
pub(crate) struct RunsOnlyIf {
    /// What it shares with other tasks while it runs, and how much of it: gpu or gpu:2; as often as
    /// there are some
    #[arg(long = "resource", value_name = "NAME[:N]", value_parser = value::resource)]
    pub(super) resources: Vec<ResourceNeed>,

    /// Only run when this is so, such as 'fact.mood >= 4'; else this time is left out
    #[arg(long, value_name = "CONDITION")]
    pub(super) only_if: Option<String>,

    /// Only run when this file or folder has changed since the last time; as often as there are
    /// some
    #[arg(long, value_name = "PATH")]
    pub(super) only_if_changed: Vec<PathBuf>,
}

impl RunsOnlyIf {
    /// The files whose change makes a run worth while; nothing when none is named.
    ///
    /// # Errors
    /// [`Error::Usage`] for a path that cannot be said.
    pub(super) fn watch(&self) -> Result<Option<Watch>, Error> {
        if self.only_if_changed.is_empty() {
            return Ok(None);
        }
        let paths = self.only_if_changed.iter().map(|path| value::file(path));
        Ok(Some(Watch { paths: paths.collect::<Result<_, _>>()? }))
    }
}
