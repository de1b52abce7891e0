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

use crate::{ErrorCategory, ExecutorName, Outcome, RunId, Timestamp};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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

/// What the end of a run says of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// It gave an answer, even if not the one that was hoped for.
    Well,
    /// It did not work.
    Ill(ErrorCategory),
    /// It works, and asked for a pause until then.
    Busy(Timestamp),
    /// Nothing.
    None,
}

impl Sign {
    /// What the end of a run says of its service.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Succeeded { .. } => Self::Well,
            Outcome::Failed(failure) => match (failure.category, failure.retry_at) {
                (ErrorCategory::RateLimited, Some(at)) => Self::Busy(at),
                (ErrorCategory::RateLimited, None) => Self::None,
                (category, _) if is_ill(category) => Self::Ill(category),
                _ => Self::Well,
            },
            Outcome::Cancelled | Outcome::Suspended | Outcome::Interrupted | Outcome::AgentLost => {
                Self::None
            }
        }
    }
}

/// Whether a failure of this kind is the service's and not the task's.
const fn is_ill(category: ErrorCategory) -> bool {
    matches!(category, ErrorCategory::Network | ErrorCategory::Auth | ErrorCategory::Internal)
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

/// The breakers of all services.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breakers(BTreeMap<Service, Breaker>);

impl Breakers {
    /// Whether a service may start something at `now`.
    #[must_use]
    pub fn admits(&self, service: &Service, now: Timestamp) -> Admits {
        self.0.get(service).map_or(Admits::All, |breaker| breaker.admits(now))
    }

    /// As [`Breaker::began`].
    pub fn began(&mut self, service: &Service, run: RunId, now: Timestamp) -> bool {
        self.0.get_mut(service).is_some_and(|breaker| breaker.began(run, now))
    }

    /// As [`Breaker::ended`].
    pub fn ended(&mut self, service: Service, run: RunId, sign: &Sign, now: Timestamp) -> bool {
        match (self.0.get_mut(&service), sign) {
            (Some(breaker), sign) => breaker.ended(run, sign, now),
            (None, Sign::Well | Sign::None) => false,
            (None, sign) => self.0.entry(service).or_default().ended(run, sign, now),
        }
    }

    /// Lets a service start again at once; says whether it was held.
    pub fn reset(&mut self, service: &Service) -> bool {
        self.0.remove(service).is_some()
    }

    /// Each service with its breaker.
    pub fn iter(&self) -> impl Iterator<Item = (&Service, &Breaker)> {
        self.0.iter()
    }

    /// What another engine is to know: the pairs, without runs that it cannot have.
    #[must_use]
    pub fn to_keep(&self) -> Vec<(Service, Breaker)> {
        let mut kept: Vec<_> = self.0.iter().map(|(s, b)| (s.clone(), b.clone())).collect();
        for (_, breaker) in &mut kept {
            if let BreakerState::HalfOpen { trial } = &mut breaker.state {
                *trial = None;
            }
        }
        kept
    }

    /// What an engine before this one has kept.
    #[must_use]
    pub fn from_kept(kept: Vec<(Service, Breaker)>) -> Self {
        Self(kept.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ctx, Failure};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(1_000_000 + seconds)
    }

    fn run(seed: u64) -> RunId {
        RunId(Ctx::new(at(0), seed).uuid())
    }

    const ILL: Sign = Sign::Ill(ErrorCategory::Network);

    /// Fails until it opens; the moment is then 4.
    fn opened() -> Breaker {
        let mut breaker = Breaker::default();
        for n in 0..5 {
            assert_eq!(breaker.admits(at(n)), Admits::All);
            let changed = breaker.ended(run(1), &ILL, at(n));
            assert_eq!(changed, n == 4);
        }
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_one_answer_between_them_does_not() {
        assert_eq!(opened().admits(at(5)), Admits::Nothing { until: Some(at(34)) });
        let mut breaker = Breaker::default();
        for n in 0..20 {
            let sign = if n % 5 == 4 { Sign::Well } else { ILL };
            breaker.ended(run(1), &sign, at(n));
        }
        assert_eq!(breaker.admits(at(20)), Admits::All);
    }

    #[test]
    fn failures_far_apart_do_not_open_it() {
        let mut breaker = Breaker::default();
        for n in 0..50 {
            breaker.ended(run(1), &ILL, at(n * 31));
            assert_eq!(breaker.admits(at(n * 31)), Admits::All, "four in two minutes at most");
        }
    }

    #[test]
    fn one_trial_after_the_rest_decides() {
        let mut breaker = opened();
        assert_eq!(breaker.admits(at(34)), Admits::Trial);
        assert!(breaker.began(run(2), at(34)));
        assert_eq!(breaker.admits(at(35)), Admits::Nothing { until: None });
        assert!(breaker.ended(run(2), &Sign::Well, at(36)));
        assert_eq!(breaker, Breaker::default());
    }

    #[test]
    fn each_failed_trial_doubles_the_rest_up_to_its_end() {
        let mut breaker = opened();
        let mut now = at(4);
        for expected in [30, 60, 120, 240, 480, 900, 900] {
            let BreakerState::Open { until } = breaker.state else { panic!("it is not open") };
            assert_eq!((until - now).num_seconds(), expected);
            now = until;
            breaker.began(run(2), now);
            assert!(breaker.ended(run(2), &ILL, now));
        }
    }

    #[test]
    fn a_trial_that_was_called_off_is_followed_by_another() {
        let mut breaker = opened();
        breaker.began(run(2), at(40));
        assert!(!breaker.ended(run(3), &Sign::None, at(41)), "it was not the trial");
        assert!(breaker.ended(run(2), &Sign::None, at(41)));
        assert_eq!(breaker.admits(at(41)), Admits::Trial);
    }

    #[test]
    fn what_began_before_the_rest_does_not_end_it() {
        let mut breaker = opened();
        assert!(!breaker.ended(run(3), &Sign::Well, at(6)));
        assert_eq!(breaker.admits(at(6)), Admits::Nothing { until: Some(at(34)) });
    }

    #[test]
    fn a_service_that_asks_for_a_pause_gets_it_and_is_not_ill() {
        let mut breaker = Breaker::default();
        for n in 0..10 {
            breaker.ended(run(1), &Sign::Busy(at(60)), at(n));
        }
        assert_eq!(breaker.admits(at(59)), Admits::Nothing { until: Some(at(60)) });
        assert_eq!(breaker.admits(at(60)), Admits::All);
    }

    #[test]
    fn the_categories_that_are_the_services_fault() {
        let sign = |category| Sign::of(&Outcome::Failed(Failure::new(category, "")));
        let ill: Vec<_> = ErrorCategory::ALL
            .into_iter()
            .filter(|category| matches!(sign(*category), Sign::Ill(_)))
            .collect();
        assert_eq!(ill, [ErrorCategory::Network, ErrorCategory::Auth, ErrorCategory::Internal]);
        assert_eq!(sign(ErrorCategory::CommandFailed), Sign::Well);
        assert_eq!(sign(ErrorCategory::RateLimited), Sign::None);
    }

    #[test]
    fn a_new_engine_knows_what_rests_and_looks_for_a_new_trial() {
        let service = Service { executor: ExecutorName::new("agent"), provider: None };
        let mut breakers = Breakers::default();
        assert!(!breakers.ended(service.clone(), run(1), &Sign::Well, at(0)));
        assert_eq!(breakers.iter().count(), 0, "nothing is kept of what is well");
        for n in 0..5 {
            breakers.ended(service.clone(), run(1), &ILL, at(n));
        }
        breakers.began(&service, run(2), at(50));
        let json = serde_json::to_string(&breakers.to_keep()).unwrap();
        let next = Breakers::from_kept(serde_json::from_str(&json).unwrap());
        assert_eq!(next.admits(&service, at(51)), Admits::Trial);
    }
}
