//! What a schedule means, and what it would do.

use crate::error::Error;
use aegis_domain::schedule::{self, ClockChange, Simulated, SimulatedKind};
use aegis_domain::{Invalid, Schedule, Timestamp};
use aegis_protocol::{ApiError, Downtime, LocalInstant, SchedulePreview, SimulatedStep};
use chrono::TimeDelta;

/// Longest time that is simulated.
const MOST_TIME: TimeDelta = TimeDelta::days(5 * 366);
/// Most steps of a simulation.
const MOST_STEPS: usize = 10_000;

/// The schedule in words, and its first `count` instants after `after`.
///
/// # Errors
/// [`Error::Api`] for a schedule that cannot stand.
pub(crate) fn next(
    schedule: Schedule,
    after: Timestamp,
    count: u32,
) -> Result<SchedulePreview, Error> {
    let schedule = schedule.check(after).map_err(ApiError::from)?;
    let zone = match &schedule {
        Schedule::Recurring(recurrence) => recurrence.zone.clone(),
        _ => crate::clock::zone(),
    };
    let zone = zone.tz().map_err(ApiError::from)?;
    let first = schedule::next_due(&schedule, after);
    let instants = std::iter::successors(first, |at| schedule::next_due(&schedule, *at));
    let local = |at: Timestamp| LocalInstant { at, local: at.with_timezone(&zone).to_rfc3339() };
    Ok(SchedulePreview {
        text: schedule::describe(&schedule),
        instants: instants.take(usize::try_from(count).unwrap_or(usize::MAX)).map(local).collect(),
    })
}

/// What the schedule would do from `from` to `until` if nothing ran in the times `down`.
///
/// # Errors
/// [`Error::Api`] for a schedule that cannot stand, and for a time that ends before it begins or is
/// longer than five years.
pub(crate) fn simulate(
    schedule: Schedule,
    from: Timestamp,
    until: Timestamp,
    down: &[Downtime],
) -> Result<Vec<SimulatedStep>, Error> {
    let schedule = schedule.check(from).map_err(ApiError::from)?;
    if until <= from || until - from > MOST_TIME {
        return Err(ApiError::from(Invalid::new(
            "until",
            "The simulated time ends before it begins, or is longer than five years.",
            "Choose an end after the beginning, at most five years later.",
        ))
        .into());
    }
    let down: Vec<_> = down.iter().map(|down| (down.from, down.to)).collect();
    let steps = schedule::simulate(&schedule, from, until, &down, MOST_STEPS);
    Ok(steps.map_err(ApiError::from)?.into_iter().map(step).collect())
}

fn step(step: Simulated) -> SimulatedStep {
    let Simulated { instant, local, what, clocks } = step;
    match what {
        SimulatedKind::Fires { at } | SimulatedKind::FiresLate { at } => SimulatedStep::Fires {
            instant: LocalInstant { at: instant, local },
            at,
            note: clocks.as_ref().map(note),
        },
        SimulatedKind::SkippedRange(range) => SimulatedStep::Skipped { range },
    }
}

/// What a change of the clocks has to do with an instant.
fn note(change: &ClockChange) -> String {
    match change {
        ClockChange::Skipped { meant } => {
            format!("the clocks skip {}, so it happens just after", meant.format("%H:%M"))
        }
        ClockChange::FirstOfTwo => "the clocks show this time twice; this is the first".to_owned(),
        ClockChange::SecondOfTwo => {
            "the clocks show this time twice; this is the second".to_owned()
        }
    }
}
