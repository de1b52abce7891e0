//! An occurrence: one piece of work, and the subject of the state machine.

use crate::budget::Leave;
use crate::idle::{Effort, Idle};
use crate::policy::{InputHash, Taint};
use crate::{
    Actor, AskId, Blocker, OccurrenceId, ResourceNeed, Review, State, TaskId, Timestamp, Usd,
    Values,
};
use serde::{Deserialize, Serialize};

/// Why an occurrence exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The task was created to run once.
    Created,
    /// Its schedule came due.
    Schedule,
    /// Somebody asked for it now.
    RunNow,
    /// Somebody asked for a finished one again.
    RunAgain,
    /// Somebody did it by hand and said so.
    ByHand,
    /// A task that it follows has ended.
    Chain,
}

impl Cause {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Schedule => "schedule",
            Self::RunNow => "run_now",
            Self::RunAgain => "run_again",
            Self::ByHand => "by_hand",
            Self::Chain => "chain",
        }
    }
}

/// What tells two occurrences of the same task and cause apart. For schedules it is the instant in
/// UTC, after DST and before jitter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OccurrenceKey(pub String);

impl OccurrenceKey {
    /// The key of a schedule's instant: its milliseconds since 1970.
    #[must_use]
    pub fn of_instant(instant: Timestamp) -> Self {
        Self(instant.timestamp_millis().to_string())
    }
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Identity.
    pub id: OccurrenceId,
    /// Whose.
    pub task: TaskId,
    /// Why it exists.
    pub cause: Cause,
    /// Unique with task and cause.
    pub key: OccurrenceKey,
    /// The schedule's instant that it was made for, before jitter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<Timestamp>,
    /// It starts no earlier: its instant with jitter, or the moment it was made.
    pub not_before: Timestamp,
    /// It starts no later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// It waits until that one has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<OccurrenceId>,
    /// The occurrence whose end made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<OccurrenceId>,
    /// How many runs, each set off by the one before, led to it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub depth: u32,
    /// The values of the task's parameters this time.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub parameters: Values,
    /// What it keeps from others while a run is alive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<ResourceNeed>,
    /// Where it stands.
    pub state: State,
    /// Retries that were spent.
    pub retries: u32,
    /// Times in a row that a run was cut off.
    pub interruptions: u32,
    /// Times that a review sent it back.
    pub reworks: u32,
    /// What reviews said, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
    /// What an agent's work has brought with it.
    #[serde(default, skip_serializing_if = "AgentWork::is_nothing")]
    pub agent: AgentWork,
    /// Somebody wants it to end, and its run has not ended yet.
    pub cancel: Option<CancelRequest>,
    /// When it came to be.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Occurrence {
    /// Whether it stands in the line and its moment has come.
    ///
    /// What was written down at a moment that has not come itself is of before the clock was put
    /// back: its moment says nothing now, and it does not wait for years.
    #[must_use]
    pub fn may_start(&self, now: Timestamp) -> bool {
        match &self.state {
            State::Queued { not_before, .. } => *not_before <= now || self.updated_at > now,
            _ => false,
        }
    }

    /// When it is to be looked at again, though nothing else happens: what has not started goes
    /// stale or has money again, what is not answered is not waited for any more.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        match &self.state {
            State::Queued { .. } => self.expires_at,
            State::Blocked { by, .. } => {
                let money = by.iter().filter_map(|blocker| match blocker {
                    Blocker::Budget { until, .. } => Some(*until),
                    _ => None,
                });
                money.chain(self.expires_at).min()
            }
            State::Awaiting { ask, .. } => ask.until,
            _ => None,
        }
    }
}

// The form of the function is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_zero(depth: &u32) -> bool {
    *depth == 0
}

/// What belongs to work that an agent does, beyond where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AgentWork {
    /// Answers that its calls have got and not used yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// What its agents have seen so far.
    #[serde(default, skip_serializing_if = "Taint::is_clean")]
    pub taint: Taint,
    /// What its ended runs have cost.
    #[serde(default, skip_serializing_if = "Usd::is_zero")]
    pub spent: Usd,
    /// What it may cost beyond its task's budget, because a person said so.
    #[serde(default, skip_serializing_if = "Usd::is_zero")]
    pub allowance: Usd,
    /// What the day may come to for it, because a person said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Leave>,
    /// What its schedule may come to for it, because a person said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Leave>,
    /// What its runs did, once it has succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
    /// It succeeded, and did nothing, as far as what came before tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<Idle>,
    /// The session that it takes up again, and what is said to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continued>,
}

impl AgentWork {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What a person said about a call: good for this occurrence, this tool and this input, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The question that it answers.
    pub ask: AskId,
    /// The tool.
    pub tool: String,
    /// The input.
    pub hash: InputHash,
    /// Yes or no.
    pub allowed: bool,
    /// What they said beside that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// A session that is taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continued {
    /// Which.
    pub session: String,
    /// What is said to it.
    pub words: String,
}

/// A cancellation on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelRequest {
    /// Who wants it.
    pub by: Actor,
    /// Since when.
    pub at: Timestamp,
}
