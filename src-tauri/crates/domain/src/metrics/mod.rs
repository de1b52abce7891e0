//! Aegis' own figures. Each has one formula: numerator, denominator, window. They stand, in words,
//! in `docs/metrics.md`.
//!
//! What rows say is worked out of rows: a run counts in the window in which it was claimed. What no
//! row says is sampled while it happens ([`Sample`]).

mod sample;
mod spread;

pub use sample::{Sample, Session};
pub use spread::Spread;

use crate::{ErrorCategory, ExecutorName, Invalid, OccurrenceId, Outcome, RunReason, Timestamp};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Longest window: samples are kept for so long.
pub const MAX_DAYS: u32 = 366;
/// Most runs that are looked at: the newest.
pub const MAX_RUNS: u32 = 100_000;
/// Points of a course over time, at most.
const MAX_POINTS: i64 = 200;

/// A time that figures are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end, which is not in it.
    pub to: Timestamp,
}

impl Window {
    /// The last so many hours or days before `now`; 24 hours when neither is said.
    ///
    /// # Errors
    /// [`Invalid`] when both are said, and for none or more than [`MAX_DAYS`].
    pub fn last(hours: Option<u32>, days: Option<u32>, now: Timestamp) -> Result<Self, Invalid> {
        let (field, hours) = match (hours, days) {
            (Some(_), Some(_)) => {
                let message = "Hours and days cannot both say how long the window is.";
                return Err(Invalid::new("days", message, "Give one of them."));
            }
            (None, Some(days)) => ("days", days.saturating_mul(24)),
            (Some(hours), None) => ("hours", hours),
            (None, None) => ("hours", 24),
        };
        if !(1..=MAX_DAYS * 24).contains(&hours) {
            return Err(Invalid::new(
                field,
                "The window is empty or too long.",
                format!("Use 1 hour to {MAX_DAYS} days."),
            ));
        }
        Ok(Self { from: now - TimeDelta::hours(hours.into()), to: now })
    }

    /// Milliseconds of `from` to `to` that lie in it.
    fn overlap(&self, from: Timestamp, to: Timestamp) -> u64 {
        let millis = (to.min(self.to) - from.max(self.from)).num_milliseconds();
        u64::try_from(millis).unwrap_or(0)
    }

    /// Its length in milliseconds.
    fn millis(&self) -> u64 {
        self.overlap(self.from, self.to)
    }
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// The numerator.
    pub part: u64,
    /// The denominator; 0 when there was nothing of which it could be a part.
    pub whole: u64,
}

impl Ratio {
    /// In thousandths; `None` of nothing.
    #[must_use]
    pub const fn permille(self) -> Option<u64> {
        self.part.saturating_mul(1000).checked_div(self.whole)
    }
}

/// A run, as far as the figures need it: the same names as in its row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RunFacts {
    /// At what.
    pub occurrence: OccurrenceId,
    /// 1, 2, 3 … within the occurrence.
    pub number: u32,
    /// Why.
    pub reason: RunReason,
    /// What did the work; absent in rows of an older Aegis.
    #[serde(default)]
    pub executor: Option<ExecutorName>,
    /// Since when it could have been claimed; absent in rows of an older Aegis.
    #[serde(default)]
    pub ready_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// How it ended.
    pub end: Option<EndFacts>,
}

/// How a run ended, as far as the figures need it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EndFacts {
    /// When.
    pub at: Timestamp,
    /// How.
    pub outcome: Outcome,
}

/// How runs ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// They did what they were to do.
    pub succeeded: u64,
    /// They did not.
    pub failed: u64,
    /// They were called off.
    pub cancelled: u64,
    /// They were ended to go on later, were cut off, or never began.
    pub cut_short: u64,
    /// They have not ended.
    pub live: u64,
    /// The failures by what went wrong.
    pub errors: BTreeMap<ErrorCategory, u64>,
}

impl Outcomes {
    fn add(&mut self, end: Option<&EndFacts>) {
        match end.map(|end| &end.outcome) {
            None => self.live += 1,
            Some(Outcome::Succeeded { .. }) => self.succeeded += 1,
            Some(Outcome::Failed(failure)) => {
                self.failed += 1;
                *self.errors.entry(failure.category).or_default() += 1;
            }
            Some(Outcome::Cancelled) => self.cancelled += 1,
            Some(Outcome::Suspended | Outcome::Interrupted | Outcome::AgentLost) => {
                self.cut_short += 1;
            }
        }
    }

    /// Successes, of the runs that came to a result.
    #[must_use]
    pub const fn success(&self) -> Ratio {
        Ratio { part: self.succeeded, whole: self.succeeded + self.failed }
    }
}

/// A stretch of a course over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Its beginning.
    pub from: Timestamp,
    /// What happened in it.
    pub sample: Sample,
}

/// Aegis' own figures of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metrics {
    /// The window.
    pub window: Window,
    /// Runs that were claimed in it.
    pub runs: u64,
    /// Whether there were more than [`MAX_RUNS`], of which only the newest are in the figures.
    pub cut_short: bool,
    /// How they ended.
    pub outcomes: Outcomes,
    /// The same by executor; `unknown` for runs of an older Aegis.
    pub by_executor: BTreeMap<String, Outcomes>,
    /// Retries, of all runs.
    pub retries: Ratio,
    /// Occurrences whose first run succeeded and was not sent back, of those whose first run came to
    /// a result.
    pub first_time_success: Ratio,
    /// Milliseconds from when work could start to when it did.
    pub time_to_start_ms: Spread,
    /// Milliseconds from a run's start to its end, of runs that came to a result.
    pub run_ms: Spread,
    /// Slot-milliseconds in use, of those that there were while an engine was ready.
    pub utilisation: Ratio,
    /// Milliseconds at which an engine was ready, of those at which one should have been.
    pub uptime: Ratio,
    /// Work that waits to start at the end of the window.
    pub queue_now: u64,
    /// What was sampled, over the whole window.
    pub sampled: Sample,
    /// The course of what was sampled: stretches of equal length, without those in which nothing
    /// happened.
    pub course: Vec<Point>,
    /// The length of such a stretch, in seconds.
    pub course_secs: u32,
}

/// What the figures are worked out of.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// Runs that were claimed in the window.
    pub runs: Vec<RunFacts>,
    /// Samples of the window, with their beginnings.
    pub samples: Vec<(Timestamp, Sample)>,
    /// The times at which engines were ready, oldest first.
    pub sessions: Vec<Session>,
    /// Slots that there are.
    pub slots: u32,
    /// Work that waits to start.
    pub queue_now: u64,
}

impl Metrics {
    /// The figures of `window`.
    #[must_use]
    pub fn of(window: Window, material: &Material) -> Self {
        let Material { runs, samples, sessions, slots, queue_now } = material;
        let mut outcomes = Outcomes::default();
        let mut by_executor = BTreeMap::<String, Outcomes>::new();
        let (mut time_to_start_ms, mut run_ms) = (Spread::default(), Spread::default());
        let millis = |from: Timestamp, to: Timestamp| {
            u64::try_from((to - from).num_milliseconds()).unwrap_or(0)
        };
        for run in runs {
            let name = run.executor.as_ref().map_or("unknown", |name| name.as_str());
            outcomes.add(run.end.as_ref());
            by_executor.entry(name.to_owned()).or_default().add(run.end.as_ref());
            if let (Some(ready_at), Some(started_at)) = (run.ready_at, run.started_at) {
                time_to_start_ms.add(millis(ready_at, started_at));
            }
            if let (Some(started_at), Some(end)) = (run.started_at, &run.end)
                && matches!(end.outcome, Outcome::Succeeded { .. } | Outcome::Failed(_))
            {
                run_ms.add(millis(started_at, end.at));
            }
        }
        let retries = runs.iter().filter(|run| run.reason == RunReason::Retry).count() as u64;
        let mut sampled = Sample::default();
        samples.iter().for_each(|(_, sample)| sampled.merge(sample));
        let (course, course_secs) = course(window, samples);
        let up = uptime(window, sessions);
        let utilisation =
            Ratio { part: sampled.busy_ms, whole: up.part.saturating_mul(u64::from(*slots)) };
        Self {
            window,
            runs: runs.len() as u64,
            cut_short: runs.len() as u64 >= u64::from(MAX_RUNS),
            outcomes,
            by_executor,
            retries: Ratio { part: retries, whole: runs.len() as u64 },
            first_time_success: first_time_success(runs),
            time_to_start_ms,
            run_ms,
            utilisation,
            uptime: up,
            queue_now: *queue_now,
            sampled,
            course,
            course_secs,
        }
    }

    /// Runs that succeeded, an hour of the window, in thousandths.
    #[must_use]
    pub fn throughput_permille(&self) -> u64 {
        let hour = 3_600_000_u128 * 1000;
        let millis = u128::from(self.window.millis()).max(1);
        u64::try_from(u128::from(self.outcomes.succeeded) * hour / millis).unwrap_or(u64::MAX)
    }
}

fn first_time_success(runs: &[RunFacts]) -> Ratio {
    let sent_back: BTreeSet<OccurrenceId> =
        runs.iter().filter(|r| r.reason == RunReason::Rework).map(|r| r.occurrence).collect();
    let mut ratio = Ratio::default();
    for first in runs.iter().filter(|run| run.number == 1) {
        match first.end.as_ref().map(|end| &end.outcome) {
            Some(Outcome::Succeeded { .. }) => {
                ratio.whole += 1;
                ratio.part += u64::from(!sent_back.contains(&first.occurrence));
            }
            Some(Outcome::Failed(_)) => ratio.whole += 1,
            _ => {}
        }
    }
    ratio
}

/// Ready, of what should have been: all the time since an engine was ready first, but for the time
/// between an orderly end and the next start.
fn uptime(window: Window, sessions: &[Session]) -> Ratio {
    let mut ratio = Ratio::default();
    for (index, session) in sessions.iter().enumerate() {
        let to = session.to.unwrap_or(window.to);
        let ready = window.overlap(session.from, to);
        ratio.part += ready;
        ratio.whole += ready;
        if !session.clean && session.to.is_some() {
            let next = sessions.get(index + 1).map_or(window.to, |next| next.from);
            ratio.whole += window.overlap(to, next);
        }
    }
    ratio
}

/// The samples put together into stretches of equal length.
fn course(window: Window, samples: &[(Timestamp, Sample)]) -> (Vec<Point>, u32) {
    const LENGTHS: [i64; 7] = [60, 300, 900, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600];
    let seconds = (window.to - window.from).num_seconds().max(1);
    let fits = |length: &&i64| seconds / **length <= MAX_POINTS;
    let length = LENGTHS.iter().find(fits).copied().unwrap_or(7 * 24 * 3600);
    let mut points = BTreeMap::<i64, Sample>::new();
    for (at, sample) in samples {
        points.entry(at.timestamp().div_euclid(length)).or_default().merge(sample);
    }
    let point = |(index, sample): (i64, Sample)| {
        Some(Point { from: Timestamp::from_timestamp(index * length, 0)?, sample })
    };
    (points.into_iter().filter_map(point).collect(), u32::try_from(length).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
