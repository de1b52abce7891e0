//! When a task's occurrences are due.
//!
//! A [`Schedule`] is data, as it is stored and sent. What follows from it — the next instant, what
//! was missed, what a change of the clocks does — is worked out by pure functions that need the
//! time-zone database: `compile` turns a [`Recurrence`] into a `Calendar`, `due` says what is to be
//! made now, `simulate` asks the same question about an imagined downtime.

mod day;
mod describe;
mod policy;
mod rule;
mod skipped;
mod zone;

#[cfg(feature = "zones")]
mod calendar;
#[cfg(feature = "zones")]
mod check;
#[cfg(feature = "zones")]
mod clock;
#[cfg(feature = "zones")]
pub mod cron;
#[cfg(feature = "zones")]
mod days;
#[cfg(feature = "zones")]
mod dst;
#[cfg(feature = "zones")]
mod due;
#[cfg(feature = "zones")]
mod interval;
#[cfg(feature = "zones")]
mod month;
#[cfg(feature = "zones")]
mod pattern;
#[cfg(feature = "zones")]
mod simulate;

pub use day::{DateRange, MonthDay, TimeOfDay, Weekday};
pub use describe::{describe, describe_at};
pub use policy::{Misfire, Overlap, Policies};
pub use rule::{Recurrence, Rule, Window};
pub use skipped::{Missed, SkippedRange};
pub use zone::ZoneName;

#[cfg(feature = "zones")]
pub use calendar::Calendar;
#[cfg(feature = "zones")]
pub use due::{Due, MISFIRE_GRACE, due, next_due};
#[cfg(feature = "zones")]
pub use simulate::{ClockChange, Simulated, SimulatedKind, simulate};

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// When work is to happen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Schedule {
    /// As soon as there is room.
    #[default]
    Now,
    /// Only when somebody says so: the task waits in the backlog.
    Manual,
    /// Whenever a task that it depends on has ended: one occurrence for each of theirs.
    After,
    /// Once, at an instant.
    At {
        /// The instant.
        at: Timestamp,
        /// What happens when the instant is missed.
        #[serde(default, skip_serializing_if = "Policies::is_default")]
        policies: Policies,
    },
    /// Again and again.
    Recurring(Box<Recurrence>),
}

impl Schedule {
    /// Once, at `at`, with the usual policies.
    #[must_use]
    pub fn at(at: Timestamp) -> Self {
        Self::At { at, policies: Policies::default() }
    }

    /// What happens when an instant is missed or meets work that has not ended.
    #[must_use]
    pub fn policies(&self) -> Policies {
        match self {
            Self::At { policies, .. } => *policies,
            Self::Recurring(recurrence) => recurrence.policies,
            Self::Now | Self::Manual | Self::After => Policies::default(),
        }
    }

    /// After the clock was set back from `cursor` to `now`: see [`Recurrence::set_back`].
    pub fn set_back(&mut self, cursor: Timestamp, now: Timestamp) {
        if let Self::Recurring(recurrence) = self {
            **recurrence = recurrence.as_ref().clone().set_back(cursor, now);
        }
    }
}
