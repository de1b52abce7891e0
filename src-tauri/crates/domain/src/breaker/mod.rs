//! Giving a service a rest that does not work, or that asked for one.
//!
//! ```text
//!            5 failures in a row              its rest is over: one trial
//! closed ────────────────────────► open ─────────────────────────────────► half-open
//!   ▲       within two minutes       ▲                                      │   │
//!   │                                └────────── the trial failed ──────────┘   │
//!   └───────────────────────────── the trial got an answer ─────────────────────┘
//! ```
//!
//! What counts as a failure is a category that says “the service is ill”. A task that fails for a
//! reason of its own is an answer: the service works (Nygard, “Release It!”, 2007).

mod breakers;
mod sign;

#[cfg(test)]
mod tests;

pub use breakers::Breakers;
pub use sign::Sign;

use crate::{ErrorCategory, ExecutorName, RunId, Timestamp};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::fmt;

/// So many failures in a row open it.
pub const FAILURES: usize = 5;
/// Within this time.
pub const WINDOW: TimeDelta = TimeDelta::minutes(2);
/// The first rest; each failed trial doubles it.
pub const REST: TimeDelta = TimeDelta::seconds(30);
/// No rest is longer.
pub const LONGEST_REST: TimeDelta = TimeDelta::minutes(15);

/// What is rested: an executor, or one of the providers that it works with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Service {
    /// The executor.
    pub executor: ExecutorName,
    /// The provider, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.provider {
            None => write!(f, "{}", self.executor),
            Some(provider) => write!(f, "{} at {provider}", self.executor),
        }
    }
}

/// Where a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum BreakerState {
    /// Work goes on.
    #[default]
    Closed,
    /// Nothing starts before `until`.
    Open {
        /// The end of the rest.
        until: Timestamp,
    },
    /// One run tries whether it works again.
    HalfOpen {
        /// Which; `None` when it has still to be found.
        trial: Option<RunId>,
    },
}

/// What the runs of a service say of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Breaker {
    /// Where it stands.
    #[serde(flatten)]
    pub state: BreakerState,
    /// The failures in a row, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failures: Vec<Timestamp>,
    /// How often in a row it has opened.
    #[serde(default)]
    rests: u32,
    /// The last failure that counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<ErrorCategory>,
    /// Until when the service asked to be left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_until: Option<Timestamp>,
}

/// Whether something may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admits {
    /// As much as there is room for.
    All,
    /// One, as a trial.
    Trial,
    /// Nothing.
    Nothing {
        /// Until when; `None` until the trial has ended.
        until: Option<Timestamp>,
    },
}

impl Breaker {
    /// Whether something may start at `now`.
    #[must_use]
    pub fn admits(&self, now: Timestamp) -> Admits {
        if let Some(until) = self.busy_until.filter(|until| *until > now) {
            return Admits::Nothing { until: Some(until) };
        }
        match self.state {
            BreakerState::Closed => Admits::All,
            BreakerState::Open { until } if until > now => Admits::Nothing { until: Some(until) },
            BreakerState::Open { .. } | BreakerState::HalfOpen { trial: None } => Admits::Trial,
            BreakerState::HalfOpen { trial: Some(_) } => Admits::Nothing { until: None },
        }
    }

    /// A run has begun; says whether the breaker has changed.
    pub fn began(&mut self, run: RunId, now: Timestamp) -> bool {
        if self.admits(now) != Admits::Trial {
            return false;
        }
        self.state = BreakerState::HalfOpen { trial: Some(run) };
        true
    }

    /// A run has ended; says whether the breaker has changed in more than its count.
    pub fn ended(&mut self, run: RunId, sign: &Sign, now: Timestamp) -> bool {
        let busy_before = self.busy_until;
        if let Sign::Busy(until) = sign {
            self.busy_until = Some(self.busy_until.map_or(*until, |known| known.max(*until)));
        }
        let before = self.state;
        let half_open = matches!(self.state, BreakerState::HalfOpen { .. });
        match sign {
            // One that began before the rest says nothing of how the service is now.
            _ if matches!(self.state, BreakerState::Open { .. }) => {}
            Sign::Well | Sign::Busy(_) => {
                let busy_until = self.busy_until;
                *self = Self { busy_until, ..Self::default() };
            }
            Sign::Ill(category) => {
                self.why = Some(*category);
                self.failures.retain(|at| *at + WINDOW > now && *at <= now);
                self.failures.push(now);
                if half_open || self.failures.len() >= FAILURES {
                    self.failures.clear();
                    self.rests = self.rests.saturating_add(1);
                    self.state = BreakerState::Open { until: now + rest(self.rests) };
                }
            }
            Sign::None => {
                if self.state == (BreakerState::HalfOpen { trial: Some(run) }) {
                    self.state = BreakerState::HalfOpen { trial: None };
                }
            }
        }
        self.state != before || self.busy_until != busy_before
    }

    /// Whether there is nothing to say of it.
    #[must_use]
    pub fn is_quiet(&self, now: Timestamp) -> bool {
        self.admits(now) == Admits::All
    }
}

/// The rest number `rests`, from 1.
fn rest(rests: u32) -> TimeDelta {
    let doublings = rests.saturating_sub(1).min(10);
    (REST * (1 << doublings)).min(LONGEST_REST)
}
