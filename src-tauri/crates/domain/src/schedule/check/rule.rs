//! What each rule may say.

use crate::Invalid;
use crate::schedule::cron::Cron;
use crate::schedule::{Rule, TimeOfDay, Window};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Most seconds of an interval: 10 years of 365.25 days.
const MAX_INTERVAL: u64 = 315_576_000;
/// Most times of one day.
const MAX_TIMES: usize = 24;

pub(super) fn check(rule: &Rule) -> Result<(), Invalid> {
    match rule {
        Rule::Every { secs, within } => {
            if !(1..=MAX_INTERVAL).contains(secs) {
                return Err(refused(
                    format!("An interval of {secs} seconds is out of range."),
                    format!("Use 1 to {MAX_INTERVAL} seconds (10 years)."),
                ));
            }
            within.as_ref().map_or(Ok(()), window)
        }
        Rule::Hourly { minute } if *minute > 59 => {
            Err(refused(format!("An hour has no minute {minute}."), "Use a minute from 0 to 59."))
        }
        Rule::Hourly { .. } => Ok(()),
        Rule::Daily { times: at, every } => {
            times(at)?;
            cycle(*every, 1..=366, "days")
        }
        Rule::Weekly { days, times: at, every } => {
            some_days(days.is_empty(), "week", "mon")?;
            times(at)?;
            cycle(*every, 1..=52, "weeks")
        }
        Rule::Monthly { days, times: at, every } => {
            some_days(days.is_empty(), "month", "1, L (the last) or mon#1 (the first Monday)")?;
            times(at)?;
            cycle(*every, 1..=120, "months")
        }
        Rule::Cron { expression } => Ok(Cron::parse(expression).map(|_| ())?),
    }
}

fn refused(message: impl Into<String>, hint: impl Into<String>) -> Invalid {
    Invalid::new("schedule.rule", message, hint)
}

fn window(window: &Window) -> Result<(), Invalid> {
    if window.from < window.to {
        return Ok(());
    }
    Err(refused(
        format!("The hours from {} to {} end before they begin.", window.from, window.to),
        "Let them end later on the same day than they begin.",
    ))
}

fn times(times: &BTreeSet<TimeOfDay>) -> Result<(), Invalid> {
    match times.len() {
        0 => {
            Err(refused("The rule names no time of the day.", "Name at least one, such as 09:00."))
        }
        1..=MAX_TIMES => Ok(()),
        more => Err(refused(
            format!("The rule names {more} times of the day; at most {MAX_TIMES} fit."),
            "Use an interval within hours, or a cron expression.",
        )),
    }
}

fn some_days(none: bool, unit: &str, example: &str) -> Result<(), Invalid> {
    if none {
        return Err(refused(
            format!("The rule names no day of the {unit}."),
            format!("Name at least one, such as {example}."),
        ));
    }
    Ok(())
}

fn cycle(every: u32, range: RangeInclusive<u32>, unit: &str) -> Result<(), Invalid> {
    if range.contains(&every) {
        return Ok(());
    }
    Err(refused(
        format!("The rule cannot happen every {every} {unit}."),
        format!("Use {} to {} {unit}.", range.start(), range.end()),
    ))
}
