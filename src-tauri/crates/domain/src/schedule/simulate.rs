//! What a schedule would do if nothing ran for a while.

use super::due::{Instants, Timetable};
use super::{Calendar, Schedule, SkippedRange};
use crate::{Invalid, Timestamp};
use chrono::{DateTime, LocalResult, NaiveDateTime, SecondsFormat, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Something that would happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulated {
    /// The instant in question; of a skipped range, the first.
    pub instant: Timestamp,
    /// The same by the clocks of the schedule's zone (RFC 3339).
    pub local: String,
    /// What would happen.
    #[serde(flatten)]
    pub what: SimulatedKind,
    /// What a change of the clocks has to do with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clocks: Option<ClockChange>,
}

/// What would happen with an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum SimulatedKind {
    /// It fires on time.
    Fires {
        /// The same instant. Jitter is not drawn.
        at: Timestamp,
    },
    /// It fires when the downtime ends.
    FiresLate {
        /// The end of the downtime.
        at: Timestamp,
    },
    /// It and those after it are not made up for.
    SkippedRange(SkippedRange),
}

/// What a change of the clocks has to do with an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ClockChange {
    /// The clocks skip the time that is meant: it happens just after the gap.
    Skipped {
        /// The last time in the gap that is meant.
        meant: NaiveDateTime,
    },
    /// The clocks show this time twice; this is the first.
    FirstOfTwo,
    /// The clocks show this time twice; this is the second.
    SecondOfTwo,
}

/// What `schedule` would do after `from`, up to and including `until`, if nothing ran during the
/// times `down` (from the first instant of each up to, but without, the second). At most `limit`
/// answers, in the order in which they would happen. What a downtime that outlasts `until` would
/// leave to its end is not among them.
///
/// The answers are those of [`due`](super::due), asked at every instant and at the end of every
/// downtime; there is no second way of finding them.
///
/// # Errors
/// [`Invalid`] when the schedule cannot be read.
pub fn simulate(
    schedule: &Schedule,
    from: Timestamp,
    until: Timestamp,
    down: &[(Timestamp, Timestamp)],
    limit: usize,
) -> Result<Vec<Simulated>, Invalid> {
    let timetable = Timetable::new(schedule)?;
    let down = merged(down);
    let mut found = Vec::new();
    let mut cursor = from;
    while found.len() < limit {
        let Some(next) = timetable.instants.next(cursor) else { break };
        let now = down.iter().find(|(a, b)| *a <= next && next < *b).map_or(next, |(_, b)| *b);
        if now > until {
            break;
        }
        let due = timetable.due(cursor, now);
        if let Some(range) = due.skipped {
            found.push(timetable.simulated(range.from, SimulatedKind::SkippedRange(range)));
        }
        found.extend(due.instants.into_iter().map(|instant| {
            let on_time = instant == now;
            let what = if on_time {
                SimulatedKind::Fires { at: now }
            } else {
                SimulatedKind::FiresLate { at: now }
            };
            timetable.simulated(instant, what)
        }));
        cursor = now;
    }
    found.truncate(limit);
    Ok(found)
}

/// The same times in order, joined where they touch.
fn merged(down: &[(Timestamp, Timestamp)]) -> Vec<(Timestamp, Timestamp)> {
    let mut down: Vec<_> = down.iter().copied().filter(|(a, b)| a < b).collect();
    down.sort_unstable();
    down.dedup_by(|next, kept| {
        let joined = next.0 <= kept.1;
        if joined {
            kept.1 = kept.1.max(next.1);
        }
        joined
    });
    down
}

impl Timetable {
    fn simulated(&self, instant: Timestamp, what: SimulatedKind) -> Simulated {
        let (tz, clocks) = match &self.instants {
            Instants::Many(calendar) => (calendar.tz(), calendar.clock_change(instant)),
            Instants::Never | Instants::Once(_) => (Tz::UTC, None),
        };
        let local = instant.with_timezone(&tz).to_rfc3339_opts(SecondsFormat::AutoSi, false);
        Simulated { instant, local, what, clocks }
    }
}

impl Calendar {
    fn clock_change(&self, instant: Timestamp) -> Option<ClockChange> {
        if let Some((pattern, mut clocks)) = self.pattern() {
            let piece = clocks.piece(instant.timestamp());
            let moved = pattern.fixed
                && piece.start == instant.timestamp()
                && !pattern.contains(piece.opens());
            if let Some(meant) = pattern.swallowed(&piece).filter(|_| moved) {
                let meant = DateTime::from_timestamp(meant, 0)?.naive_utc();
                return Some(ClockChange::Skipped { meant });
            }
        }
        let reading = instant.with_timezone(&self.tz()).naive_local();
        match self.tz().from_local_datetime(&reading) {
            LocalResult::Ambiguous(first, _) if first == instant => Some(ClockChange::FirstOfTwo),
            LocalResult::Ambiguous(..) => Some(ClockChange::SecondOfTwo),
            LocalResult::Single(_) | LocalResult::None => None,
        }
    }
}
