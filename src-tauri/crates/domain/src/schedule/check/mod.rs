//! From what somebody asks for to a schedule that can stand.

mod rule;

use super::calendar::LAST_YEAR;
use super::{DateRange, Misfire, Policies, Recurrence};
use crate::{Invalid, Timestamp};
use chrono::Datelike;

/// Most seconds of a start deadline: 30 days.
const MAX_DEADLINE: u64 = 30 * 86_400;
/// Most seconds of jitter: a day.
const MAX_JITTER: u64 = 86_400;
/// Most instants that are made up for at once.
const MAX_MADE_UP: u32 = 1000;
/// Most instants that `count` can name.
const MAX_COUNT: u32 = 100_000;
/// Most excluded ranges.
const MAX_EXCLUDED: usize = 100;

impl Policies {
    /// Checks every number.
    ///
    /// # Errors
    /// [`Invalid`] for the first that is out of range.
    pub fn check(self) -> Result<Self, Invalid> {
        if let Some(secs) = self.start_deadline_secs
            && !(1..=MAX_DEADLINE).contains(&secs)
        {
            return Err(Invalid::new(
                "schedule.policies.start_deadline_secs",
                format!("A start deadline of {secs} seconds is out of range."),
                format!("Use 1 to {MAX_DEADLINE} seconds (30 days), or leave it out."),
            ));
        }
        if self.jitter_secs > MAX_JITTER {
            return Err(Invalid::new(
                "schedule.policies.jitter_secs",
                format!("A jitter of {} seconds is out of range.", self.jitter_secs),
                format!("Use 0 to {MAX_JITTER} seconds (a day)."),
            ));
        }
        if let Misfire::RunAll { at_most } = self.misfire
            && !(1..=MAX_MADE_UP).contains(&at_most)
        {
            return Err(Invalid::new(
                "schedule.policies.misfire",
                format!("Missed instants cannot be made up for {at_most} at a time."),
                format!("Use 1 to {MAX_MADE_UP}, or the policy skip."),
            ));
        }
        Ok(self)
    }
}

impl Recurrence {
    /// Checks every field, and that something will happen at all; what counts from its start
    /// [begins](Self::begun) at `now`.
    ///
    /// # Errors
    /// [`Invalid`] for the first field that cannot stand.
    pub fn check(self, now: Timestamp) -> Result<Self, Invalid> {
        self.zone.tz()?;
        rule::check(&self.rule)?;
        let policies = self.policies.check()?;
        let begun = self.begun(now);
        let starts = begun.starts.unwrap_or(now);
        check_starts(starts)?;
        check_until(begun.until, starts, now)?;
        if let Some(count) = begun.count
            && !(1..=MAX_COUNT).contains(&count)
        {
            return Err(Invalid::new(
                "schedule.count",
                format!("A schedule cannot happen {count} times."),
                format!("Use 1 to {MAX_COUNT}, or leave the count out."),
            ));
        }
        check_excluded(&begun.exclude)?;
        let checked = Self { policies, ..begun };
        check_something_happens(&checked, starts)?;
        Ok(checked)
    }
}

fn check_starts(starts: Timestamp) -> Result<(), Invalid> {
    if starts.year() <= LAST_YEAR {
        return Ok(());
    }
    Err(Invalid::new(
        "schedule.starts",
        format!("The start {} is too far off.", starts.to_rfc3339()),
        format!("Give a start before the year {}.", LAST_YEAR + 1),
    ))
}

fn check_until(until: Option<Timestamp>, starts: Timestamp, now: Timestamp) -> Result<(), Invalid> {
    let Some(until) = until else { return Ok(()) };
    let (message, hint) = if until <= now {
        ("is in the past", "Give an end that is still to come, or leave it out.")
    } else if until < starts {
        ("is before the schedule starts", "Give an end that is after the start.")
    } else {
        return Ok(());
    };
    Err(Invalid::new("schedule.until", format!("The end {} {message}.", until.to_rfc3339()), hint))
}

fn check_excluded(exclude: &[DateRange]) -> Result<(), Invalid> {
    let refused = |message, hint| Err(Invalid::new("schedule.exclude", message, hint));
    if exclude.len() > MAX_EXCLUDED {
        return refused(
            format!("There are {} excluded ranges; at most {MAX_EXCLUDED} fit.", exclude.len()),
            "Join neighbouring days into ranges.",
        );
    }
    match exclude
        .iter()
        .find_map(|range| range.to.filter(|to| *to < range.from).map(|to| (range.from, to)))
    {
        Some((from, to)) => refused(
            format!("The excluded range from {from} to {to} ends before it begins."),
            "Put the earlier day first.",
        ),
        None => Ok(()),
    }
}

/// Refuses what has no instant at all, and names the field to blame.
fn check_something_happens(recurrence: &Recurrence, starts: Timestamp) -> Result<(), Invalid> {
    let happens = |recurrence: &Recurrence| -> Result<bool, Invalid> {
        // The count is left out: it only tells how many of the instants are taken.
        let recurrence = Recurrence { count: None, starts: Some(starts), ..recurrence.clone() };
        Ok(recurrence.compile()?.next(Timestamp::MIN_UTC).is_some())
    };
    if happens(recurrence)? {
        return Ok(());
    }
    let everyday = Recurrence { exclude: Vec::new(), ..recurrence.clone() };
    if happens(&everyday)? {
        return Err(Invalid::new(
            "schedule.exclude",
            "The exclusions leave nothing of the schedule.",
            "Exclude fewer days.",
        ));
    }
    if happens(&Recurrence { until: None, ..everyday })? {
        return Err(Invalid::new(
            "schedule.until",
            "The schedule would end before it happens for the first time.",
            "Give a later end, or leave it out.",
        ));
    }
    Err(Invalid::new(
        "schedule.rule",
        format!("The rule never happens after {}.", starts.to_rfc3339()),
        "Choose days that one of its months has.",
    ))
}
