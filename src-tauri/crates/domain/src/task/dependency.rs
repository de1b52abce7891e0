//! What has to have happened before a task's work may start.

use crate::condition::Condition;
use crate::{TaskId, TaskRef};
use serde::{Deserialize, Serialize};

/// Predecessors that count together. A task may have several groups; every one has to be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DependencyGroup<T = TaskId> {
    /// How many of them are needed.
    #[serde(default)]
    pub join: Join,
    /// The predecessors; at least one.
    pub on: Vec<Dependency<T>>,
}

/// How many predecessors of a group are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Every one.
    #[default]
    All,
    /// One.
    Any,
    /// This many: 1 to the number of predecessors.
    AtLeast(u32),
}

impl Join {
    /// How many of `all` predecessors are needed.
    #[must_use]
    pub fn needed(self, all: usize) -> usize {
        match self {
            Self::All => all,
            Self::Any => 1,
            Self::AtLeast(n) => usize::try_from(n).unwrap_or(usize::MAX),
        }
    }
}

/// One predecessor.
///
/// `T` is how it is named: by [`TaskRef`] in what somebody asks for, by [`TaskId`] in what is
/// stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency<T = TaskId> {
    /// Which task.
    pub task: T,
    /// Which of its occurrences.
    #[serde(default, skip_serializing_if = "is_default")]
    pub which: Which,
    /// What has to be true of its end. Absent: it completed. A condition may name `outcome`,
    /// `exit_code`, `result` and `fact`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What becomes of this task's work when that is not so. Absent: it fails, or, where there is
    /// a condition, is skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Otherwise>,
}

impl<T> Dependency<T> {
    /// On the completion of the newest occurrence of `task`.
    pub const fn on(task: T) -> Self {
        Self { task, which: Which::Latest, when: None, otherwise: None }
    }

    /// What becomes of the work when this predecessor does not end as it should.
    #[must_use]
    pub fn otherwise(&self) -> Otherwise {
        self.otherwise.unwrap_or(match self.when {
            None => Otherwise::Fail,
            Some(_) => Otherwise::Skip,
        })
    }
}

/// Which occurrence of a predecessor counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Its newest one.
    #[default]
    Latest,
    /// That of the same instant, for two tasks of equal schedules. Work without an instant, such
    /// as a run-now, looks at the newest one.
    SameInstant,
}

/// What becomes of work whose predecessor did not end as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// It goes on as if it had.
    Continue,
    /// It is skipped.
    Skip,
    /// It fails.
    Fail,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl DependencyGroup<TaskRef> {
    /// Every one of `tasks`, with the usual rules.
    #[must_use]
    pub fn all(tasks: impl IntoIterator<Item = TaskRef>) -> Self {
        Self { join: Join::All, on: tasks.into_iter().map(Dependency::on).collect() }
    }
}
