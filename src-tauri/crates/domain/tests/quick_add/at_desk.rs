//! The moment and the place of most tests: a Saturday afternoon in Berlin.

use aegis_domain::quick_add::{self, Problem, Reading};
use aegis_domain::schedule::{DateRange, Recurrence, Rule, TimeOfDay, Window};
use aegis_domain::{NewTask, Schedule, Timestamp};
use chrono_tz::Tz;
use std::collections::BTreeSet;
use std::fmt::Display;

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
    match &task.schedule {
        Schedule::At { at, .. } => shown(*at, "%Y-%m-%d %H:%M:%S"),
        Schedule::Recurring(recurrence) => recurring(recurrence),
        other => format!("{other:?}"),
    }
}

/// A schedule that repeats: its rule, then what limits it, then its zone unless that is Berlin's.
/// `weekly tue 18:30 /2 from 2026-11-24 00:00`.
fn recurring(recurrence: &Recurrence) -> String {
    let mut told = rule(&recurrence.rule);
    let mut tell = |text: String| told = format!("{told} {text}");
    if let Some(starts) = recurrence.starts {
        tell(format!("from {}", shown(starts, "%Y-%m-%d %H:%M")));
    }
    if let Some(until) = recurrence.until {
        tell(format!("until {}", shown(until, "%Y-%m-%d %H:%M")));
    }
    if let Some(count) = recurrence.count {
        tell(format!("x{count}"));
    }
    for DateRange { from, to } in &recurrence.exclude {
        tell(to.map_or_else(|| format!("-{from}"), |to| format!("-{from}..{to}")));
    }
    if recurrence.zone.as_str() != ZONE.name() {
        tell(format!("@{}", recurrence.zone));
    }
    told
}

fn rule(rule: &Rule) -> String {
    let nth = |every: u32| if every == 1 { String::new() } else { format!(" /{every}") };
    match rule {
        Rule::Every { secs, within } => {
            format!("every {secs}{}", within.as_ref().map(window).unwrap_or_default())
        }
        Rule::Hourly { minute } => format!("hourly :{minute:02}"),
        Rule::Daily { times, every } => format!("daily {}{}", list(times), nth(*every)),
        Rule::Weekly { days, times, every } => {
            let days: Vec<_> = days.iter().map(|day| day.name()).collect();
            format!("weekly {} {}{}", days.join(","), list(times), nth(*every))
        }
        Rule::Monthly { days, times, every } => {
            format!("monthly {} {}{}", list(days), list(times), nth(*every))
        }
        Rule::Cron { expression } => format!("cron {expression}"),
    }
}

fn window(window: &Window) -> String {
    let Window { from, to, days } = window;
    let days: Vec<_> = days.iter().map(|day| format!(" {}", day.name())).collect();
    let hm = |time: &TimeOfDay| time.to_string();
    format!(" within {}-{}{}", hm(from), hm(to), days.concat())
}

fn list<T: Display>(items: &BTreeSet<T>) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn shown(at: Timestamp, format: &str) -> String {
    at.with_timezone(&ZONE).format(format).to_string()
}
