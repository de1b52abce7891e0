//! What a schedule means, and what it would do.

use aegis_domain::schedule::{self, ClockChange, Schedule, Simulated, SimulatedKind};
use aegis_domain::{Invalid, Timestamp};
use aegis_protocol::{ApiError, Downtime, LocalInstant, SchedulePreview, SimulatedStep};
use chrono::TimeDelta;
use chrono_tz::Tz;

/// Longest time that is simulated.
const MOST_TIME: TimeDelta = TimeDelta::days(5 * 366);
/// Most steps of a simulation.
const MOST_STEPS: usize = 10_000;

/// The next `count` instants of a schedule after `after`.
#[must_use]
pub fn next_instants(schedule: &Schedule, after: Timestamp, count: u32) -> Vec<Timestamp> {
    let first = schedule::next_due(schedule, after);
    let instants = std::iter::successors(first, |at| schedule::next_due(schedule, *at));
    instants.take(usize::try_from(count).unwrap_or(usize::MAX)).collect()
}

/// A schedule in words, and its first `count` instants after `after`; by the clocks of `zone` when
/// it names none itself.
///
/// # Errors
/// For a schedule that cannot stand.
pub fn preview(
    schedule: Schedule,
    after: Timestamp,
    count: u32,
    zone: Tz,
) -> Result<SchedulePreview, ApiError> {
    let schedule = schedule.check(after)?;
    let zone = match &schedule {
        Schedule::Recurring(recurrence) => recurrence.zone.tz()?,
        _ => zone,
    };
    let local = |at: Timestamp| LocalInstant { at, local: at.with_timezone(&zone).to_rfc3339() };
    Ok(SchedulePreview {
        text: schedule::describe(&schedule),
        instants: next_instants(&schedule, after, count).into_iter().map(local).collect(),
    })
}

/// What a schedule would do from `from` to `until` if nothing ran in the times `down`.
///
/// # Errors
/// For a schedule that cannot be read, and for a time that ends before it begins or is longer than
/// five years.
pub fn simulation(
    schedule: &Schedule,
    from: Timestamp,
    until: Timestamp,
    down: &[Downtime],
) -> Result<Vec<SimulatedStep>, ApiError> {
    if until <= from || until - from > MOST_TIME {
        return Err(Invalid::new(
            "until",
            "The simulated time ends before it begins, or is longer than five years.",
            "Choose an end after the beginning, at most five years later.",
        )
        .into());
    }
    let down: Vec<_> = down.iter().map(|down| (down.from, down.to)).collect();
    let steps = schedule::simulate(schedule, from, until, &down, MOST_STEPS)?;
    Ok(steps.into_iter().map(step).collect())
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

/// What a change of the clocks has to do with an instant, for people.
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
