//! The moment and the place of most tests: a Saturday afternoon in Berlin.

use aegis_domain::quick_add::{self, Problem, Reading};
use aegis_domain::{NewTask, Schedule, Timestamp};
use chrono_tz::Tz;

/// Saturday 21 November 2026, 14:30 in Berlin.
pub(crate) const NOW: &str = "2026-11-21T14:30:00+01:00";
/// Where it is.
pub(crate) const ZONE: Tz = Tz::Europe__Berlin;

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn read(text: &str) -> Reading {
    read_at(text, NOW)
}

pub(crate) fn read_at(text: &str, now: &str) -> Reading {
    quick_add::read(text, instant(now), ZONE)
}

pub(crate) fn task(text: &str) -> NewTask {
    read(text).task.unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

pub(crate) fn problem(text: &str) -> Problem {
    match read(text).task {
        Err(problem) => problem,
        Ok(task) => panic!("{text}: {task:?}"),
    }
}

/// When a task is due, as the clocks in Berlin show it.
pub(crate) fn due(task: &NewTask) -> String {
    match task.schedule {
        Schedule::At { at } => at.with_timezone(&ZONE).format("%Y-%m-%d %H:%M:%S").to_string(),
        ref other => format!("{other:?}"),
    }
}
