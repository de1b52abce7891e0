//! What work may cost: one piece of work, all work of a calendar day, and all that a schedule makes
//! within a day, a week or a month.

#[cfg(feature = "zones")]
mod span;

#[cfg(feature = "zones")]
pub use span::{Span, span_of};

use crate::{Timestamp, Usd};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A stretch of the user's own calendar, over which a budget is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From Monday to Monday.
    Week,
    /// From the first to the first.
    Month,
}

impl Period {
    /// Every one, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The stable name, which is the English word too.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// When the next one begins, as a part of a sentence.
    #[must_use]
    pub const fn next(self) -> &'static str {
        match self {
            Self::Day => "at midnight",
            Self::Week => "on Monday",
            Self::Month => "on the first of the month",
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What all work of a task may cost together within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleBudget {
    /// Most dollars; never nothing.
    pub amount: Usd,
    /// Of each day, week or month of the user's own calendar.
    pub per: Period,
}

impl fmt::Display for ScheduleBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.amount, self.per)
    }
}

/// Which budget has been used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "per")]
pub enum BudgetOf {
    /// That of one piece of work: [`crate::Definition::budget`].
    #[default]
    Work,
    /// That of the day, for everything on this machine.
    Day,
    /// That of the task's schedule, for the period.
    Schedule(Period),
}

impl BudgetOf {
    /// The period after which there is money again; `None` when only a person can give more.
    #[must_use]
    pub const fn period(self) -> Option<Period> {
        match self {
            Self::Work => None,
            Self::Day => Some(Period::Day),
            Self::Schedule(period) => Some(period),
        }
    }

    /// What a person is asked when `spent` of `limit` are spent.
    #[must_use]
    pub fn question(self, spent: Usd, limit: Usd) -> String {
        match self {
            Self::Work => {
                format!("It has cost ${spent}, and may cost ${limit}. Let it cost as much again?")
            }
            Self::Day | Self::Schedule(_) => {
                format!("{} Run it all the same?", self.state(spent, limit))
            }
        }
    }

    /// Why work stands still when `spent` of `limit` are spent, and when it goes on.
    #[must_use]
    pub fn state(self, spent: Usd, limit: Usd) -> String {
        match self {
            Self::Work => format!("It has cost ${spent}, and may cost ${limit}."),
            Self::Day => format!(
                "The day's budget of ${limit} is spent: ${spent} so far. It goes on by itself {}.",
                Period::Day.next()
            ),
            Self::Schedule(period) => format!(
                "What its schedule may cost in a {period}, ${limit}, is spent: ${spent} so far. \
                 It goes on by itself {}.",
                period.next()
            ),
        }
    }
}

/// More than a budget says, because a person said so: for one piece of work, until the period ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// The total of the period that may be reached.
    pub up_to: Usd,
    /// When the period ends, and the leave with it.
    pub until: Timestamp,
}

/// What has been spent in periods that have not ended, of what a command has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Books {
    /// By all work since midnight.
    pub day: Usd,
    /// By the task's work in the period of its schedule's budget.
    pub schedule: Usd,
}
