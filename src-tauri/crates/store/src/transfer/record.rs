//! What stands in a line.

use aegis_domain::hold::Holds;
use aegis_domain::machine::Command;
use aegis_domain::policy::Rule;
use aegis_domain::template::Template;
use aegis_domain::{Event, Key, Occurrence, Once, Run, Task, TaskId, Timestamp, ToolUse, Usd};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the first line calls itself.
pub(super) const KIND: &str = "export";
/// The form of exports that this program writes, and the newest that it reads.
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// [`KIND`].
    pub(super) aegis: String,
    /// The form of the export.
    pub(super) version: u32,
    /// The form of the database that the rows are of.
    pub(super) form: i64,
    /// The last number that was given to a task: none is given twice.
    pub(super) task_number: u64,
    /// The last fencing token.
    pub(super) fencing_token: u64,
    /// Whether all new work was held back, in exports before there were holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) paused: bool,
    /// What is held back.
    #[serde(default)]
    pub(super) holds: Holds,
}

/// Any other line: `{"task": {…}}`. The variants stand in the order of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    /// How much there is of what tasks share.
    Resource {
        /// Its name.
        name: String,
        /// How much there is.
        capacity: u32,
    },
    /// What was told from outside.
    Fact {
        /// Its name.
        name: String,
        /// Its value.
        value: Value,
        /// Since when.
        updated_at: Timestamp,
    },
    /// A task to be filled in.
    Template(Template),
    /// A rule for tool calls.
    Rule(Box<Rule>),
    /// A definition.
    Task {
        /// Since when it shows what it shows.
        shown_since: Timestamp,
        /// The definition.
        task: Box<Task>,
    },
    /// A piece of work.
    Occurrence(Box<Occurrence>),
    /// An attempt.
    Run(Box<Run>),
    /// A call of a tool.
    ToolUse(Box<ToolUse>),
    /// What runs have cost by what they said within a quarter of an hour.
    Spending {
        /// Whose.
        task: TaskId,
        /// When the quarter began; the hour, in exports before there were budgets of days.
        at: Timestamp,
        /// How much.
        cost: Usd,
        /// How much had been said too much before.
        #[serde(default, skip_serializing_if = "Usd::is_zero")]
        back: Usd,
    },
    /// What happened.
    Event(Box<Event>),
    /// A command that waits for its turn.
    FollowUp(Box<Command>),
    /// Instants whose occurrences have gone with their age.
    PastInstants {
        /// Whose.
        task: TaskId,
        /// Which.
        instants: Vec<Timestamp>,
    },
    /// A request that has made a task, by its key.
    RequestKey {
        /// The request.
        once: Once,
        /// What it has made.
        task: TaskId,
        /// When.
        at: Timestamp,
    },
    /// A task that is one of a kind.
    UniqueKey {
        /// The kind.
        key: Key,
        /// Which.
        task: TaskId,
    },
    /// The last line.
    End {
        /// How many lines stand above it.
        lines: u64,
        /// SHA-256 of the bytes above it, in hexadecimal digits.
        sha256: String,
    },
}

impl Record {
    /// Its place in the order of an export.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Resource { .. } => 0,
            Self::Fact { .. } => 1,
            Self::Template(_) => 2,
            Self::Rule(_) => 3,
            Self::Task { .. } => 4,
            Self::Occurrence(_) => 5,
            Self::Run(_) => 6,
            Self::ToolUse(_) => 7,
            Self::Spending { .. } => 8,
            Self::Event(_) => 9,
            Self::FollowUp(_) => 10,
            Self::PastInstants { .. } => 11,
            Self::RequestKey { .. } => 12,
            Self::UniqueKey { .. } => 13,
            Self::End { .. } => 14,
        }
    }
}
