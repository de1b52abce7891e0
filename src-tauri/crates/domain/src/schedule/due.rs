//! Which instants are to be made into occurrences now.

use super::{Calendar, Misfire, Missed, Policies, Schedule, SkippedRange};
use crate::{Invalid, Timestamp};
use chrono::{SubsecRound, TimeDelta};
use serde::{Deserialize, Serialize};

/// How late an instant may be noticed and still count as on time under [`Misfire::Skip`].
pub const MISFIRE_GRACE: TimeDelta = TimeDelta::seconds(60);
/// Most skipped instants that are counted one by one.
const MOST_COUNTED: usize = 10_000;
/// Most instants that are made up for at once, whatever the policy says.
const MOST_MADE: usize = 1000;

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Due {
    /// The instants that are to be made into occurrences now, the oldest first.
    pub instants: Vec<Timestamp>,
    /// The instants that passed and are not made up for. All are before `instants`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<SkippedRange>,
    /// The next instant after now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
}

/// What is due of `schedule` at `now`, when everything up to and including `cursor` has been dealt
/// with.
///
/// Of the instants after `cursor`, up to and including `now`, those that are older than the start
/// deadline are missed; the misfire policy chooses among the rest. Nothing is due while `now` is
/// not after `cursor`: when the clock was set back, the caller goes on with `now` as its cursor.
///
/// # Errors
/// [`Invalid`] when the schedule cannot be read: no such zone, no such cron expression.
pub fn due(schedule: &Schedule, cursor: Timestamp, now: Timestamp) -> Result<Due, Invalid> {
    Ok(Timetable::new(schedule)?.due(cursor, now))
}

/// The first instant of `schedule` after `after`; none also when the schedule cannot be read.
#[must_use]
pub fn next_due(schedule: &Schedule, after: Timestamp) -> Option<Timestamp> {
    Timetable::new(schedule).ok()?.instants.next(after)
}

/// A schedule, ready to be asked.
pub(super) struct Timetable {
    pub instants: Instants,
    policies: Policies,
}

/// The instants of a schedule.
pub(super) enum Instants {
    Never,
    Once(Timestamp),
    Many(Box<Calendar>),
}

impl Instants {
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::Once(at) => (*at > after).then_some(*at),
            Self::Many(calendar) => calendar.next(after),
        }
    }

    fn previous(&self, before: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::Once(at) => (*at < before).then_some(*at),
            Self::Many(calendar) => calendar.previous(before),
        }
    }

    /// How many there are after `after`, up to `until`, but not more than `most`.
    fn count(&self, after: Timestamp, until: Timestamp, most: usize) -> usize {
        match self {
            Self::Never => 0,
            Self::Once(at) => usize::from(after < *at && *at <= until),
            Self::Many(calendar) => calendar.between(after, until).take(most).count(),
        }
    }
}

impl Timetable {
    pub(super) fn new(schedule: &Schedule) -> Result<Self, Invalid> {
        let instants = match schedule {
            Schedule::Now | Schedule::Manual | Schedule::After => Instants::Never,
            Schedule::At { at, .. } => Instants::Once(*at),
            Schedule::Recurring(recurrence) => Instants::Many(Box::new(recurrence.compile()?)),
        };
        Ok(Self { instants, policies: schedule.policies() })
    }

    pub(super) fn due(&self, cursor: Timestamp, now: Timestamp) -> Due {
        let next = self.instants.next(now);
        if now <= cursor {
            return Due { next, ..Due::default() };
        }
        // Instants are whole milliseconds: this one is the first that has not come.
        let end = now.trunc_subsecs(3).checked_add_signed(TimeDelta::milliseconds(1));
        let mut end = end.unwrap_or(now);
        let most = match self.policies.misfire {
            Misfire::Skip | Misfire::RunOnce => 1,
            Misfire::RunAll { at_most } => (at_most as usize).min(MOST_MADE),
        };
        let mut instants = Vec::new();
        while instants.len() < most {
            match self.instants.previous(end) {
                Some(instant) if instant > cursor && self.may_start(instant, now) => {
                    instants.push(instant);
                    end = instant;
                }
                _ => break,
            }
        }
        instants.reverse();
        Due { instants, skipped: self.skipped(cursor, end, now), next }
    }

    /// Whether the deadline and the grace of the misfire policy have not run out.
    fn may_start(&self, instant: Timestamp, now: Timestamp) -> bool {
        let late = now - instant;
        let grace = self.policies.misfire != Misfire::Skip || late <= MISFIRE_GRACE;
        grace && !self.too_late(late)
    }

    fn too_late(&self, late: TimeDelta) -> bool {
        let deadline = self.policies.start_deadline_secs;
        deadline
            .and_then(|s| i64::try_from(s).ok())
            .and_then(TimeDelta::try_seconds)
            .is_some_and(|deadline| late > deadline)
    }

    /// The instants after `cursor` and before `end`.
    fn skipped(&self, cursor: Timestamp, end: Timestamp, now: Timestamp) -> Option<SkippedRange> {
        let to = self.instants.previous(end).filter(|to| *to > cursor)?;
        let from = self.instants.next(cursor)?;
        let counted = self.instants.count(cursor, to, MOST_COUNTED + 1);
        let why = if self.too_late(now - to) { Missed::StartDeadline } else { Missed::Misfire };
        Some(SkippedRange {
            from,
            to,
            count: counted.min(MOST_COUNTED) as u64,
            at_least: counted > MOST_COUNTED,
            why,
        })
    }
}
