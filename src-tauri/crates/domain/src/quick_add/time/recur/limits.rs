//! When a repetition begins and ends, and what it leaves out.

use super::super::bound::{Bound, Exceptions, Limit};
use super::super::clock::{Clock, Form};
use super::super::day::Day;
use super::super::length::Length;
use super::super::moment::Moment;
use super::super::phrase::{DayTime, TimeOfDay as SaidTime, When};
use super::super::resolve::{date_of, resolve, shifted};
use super::super::said::{Said, full_date, half_a_day_later};
use crate::Timestamp;
use crate::quick_add::Problem;
use crate::schedule::{DateRange, TimeOfDay, Weekday};
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use std::collections::BTreeSet;

/// Most times that a schedule counts.
const MOST_TIMES: u32 = 100_000;

/// The limits of a repetition, on the time line.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// The day on which it begins, when one is named.
    pub(super) first: Option<NaiveDate>,
    /// Not before this instant; absent with `first` when that is today.
    pub(super) starts: Option<Timestamp>,
    /// Not after this instant.
    pub(super) until: Option<Timestamp>,
    pub(super) count: Option<u32>,
    pub(super) exclude: Vec<DateRange>,
    /// Days of the week that are left out.
    pub(super) off: BTreeSet<Weekday>,
    /// The hours of the day, with how that was said.
    pub(super) hours: Option<Hours>,
    /// A time of day that belongs to the beginning or the end, for a repetition that names none.
    pub(super) clock: Option<Clock>,
}

/// Hours of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hours {
    pub(super) from: TimeOfDay,
    pub(super) to: TimeOfDay,
    /// As typed.
    pub(super) said: String,
}

pub(super) fn limits(
    bounds: &[(&str, &Bound)],
    moment: &Moment,
    assumptions: &mut Vec<String>,
) -> Result<Limits, Problem> {
    let mut limits = Limits::default();
    let mut seen: Vec<(u8, &str)> = Vec::new();
    let mut lengths = Vec::new();
    for &(text, bound) in bounds {
        let said = Said { text, moment };
        let limit = bound.limit.clone()?;
        for kind in kinds(&limit) {
            if let Some((_, other)) = seen.iter().find(|(seen, _)| seen == kind) {
                return Err(two(other, text));
            }
            seen.push((*kind, text));
        }
        match limit {
            Limit::Starting(when) => limits.start(&when, said, assumptions)?,
            Limit::Until(when) => limits.end(&when, said, assumptions)?,
            Limit::Between(first, last) => {
                limits.start(&first, said, assumptions)?;
                limits.end(&last, said, assumptions)?;
            }
            Limit::Hours { from, to } => limits.hours = Some(hours(from, to, said, assumptions)?),
            Limit::Times(times) => limits.count = Some(count(times)?),
            // How long it goes on depends on when it begins, which may be said later.
            Limit::For(length) => lengths.push((length, said)),
            Limit::Except(exceptions) => limits.except(exceptions, said, assumptions)?,
        }
    }
    for (length, said) in lengths {
        limits.last(length, said, assumptions)?;
    }
    if let (Some(starts), Some(until)) = (limits.starts, limits.until)
        && until < starts
    {
        return Err(Problem::new(
            "It would end before it begins.",
            "Give an end after the beginning.",
        ));
    }
    Ok(limits)
}

/// What a limit limits: two that do the same cannot stand together.
const fn kinds(limit: &Limit) -> &'static [u8] {
    match limit {
        Limit::Starting(_) => &[0],
        Limit::Until(_) | Limit::For(_) => &[1],
        Limit::Between(..) => &[0, 1],
        Limit::Hours { .. } => &[2],
        Limit::Times(_) => &[3],
        Limit::Except(_) => &[],
    }
}

fn two(one: &str, other: &str) -> Problem {
    Problem::new(
        format!("Two limits of one kind are given: “{one}” and “{other}”."),
        "Keep one, or put the other in double quotes to keep it as text.",
    )
}

/// A day without a time of its own.
const fn open_day(when: &When) -> Option<Day> {
    match when {
        When::On { day, time: DayTime::Open } => Some(*day),
        _ => None,
    }
}

/// The time of day that was named.
const fn clock_of(when: &When) -> Option<Clock> {
    match when {
        When::On { time: DayTime::Day(SaidTime::Clock(clock)), .. }
        | When::Next(SaidTime::Clock(clock)) => Some(*clock),
        _ => None,
    }
}

impl Limits {
    fn start(
        &mut self,
        when: &When,
        said: Said<'_>,
        assumptions: &mut Vec<String>,
    ) -> Result<(), Problem> {
        let moment = said.moment;
        if let Some(day) = open_day(when) {
            let (date, assumption) = date_of(day, said.text, moment)?;
            assumptions.extend(assumption);
            self.first = Some(date);
            self.starts = beginning_of(date, said)?;
            return Ok(());
        }
        let due = resolve(when, said.text, moment)?;
        assumptions.extend(due.assumptions);
        if matches!(when, When::Next(_)) {
            assumptions.push(said.read_as(&shown(due.at, moment)));
        }
        self.first = Some(moment.show(due.at).date_naive());
        self.starts = Some(due.at);
        self.clock = clock_of(when);
        Ok(())
    }

    fn end(
        &mut self,
        when: &When,
        said: Said<'_>,
        assumptions: &mut Vec<String>,
    ) -> Result<(), Problem> {
        if let Some(day) = open_day(when) {
            let (date, _) = date_of(day, said.text, said.moment)?;
            assumptions.push(said.read_as(&format!("up to the end of {}", full_date(date))));
            self.until = Some(end_of(date, said)?);
            return Ok(());
        }
        let due = resolve(when, said.text, said.moment)?;
        assumptions.extend(due.assumptions);
        if matches!(when, When::Next(_)) {
            assumptions.push(said.read_as(&shown(due.at, said.moment)));
        }
        self.until = Some(due.at);
        self.clock = self.clock.or(clock_of(when).filter(|_| !matches!(when, When::Next(_))));
        Ok(())
    }

    /// “for 2 weeks” from the beginning on.
    fn last(
        &mut self,
        length: Length,
        said: Said<'_>,
        assumptions: &mut Vec<String>,
    ) -> Result<(), Problem> {
        let until = match self.first {
            Some(first) if self.starts.is_some() => {
                let after = shifted(first, length).ok_or_else(|| said.too_far())?;
                let last = after.pred_opt().ok_or_else(|| said.too_far())?;
                end_of(last, said)?
            }
            _ => resolve(&When::In { length, clock: None }, said.text, said.moment)?.at,
        };
        assumptions.push(said.read_as(&format!("until {}", shown(until, said.moment))));
        self.until = Some(until);
        Ok(())
    }

    fn except(
        &mut self,
        exceptions: Exceptions,
        said: Said<'_>,
        assumptions: &mut Vec<String>,
    ) -> Result<(), Problem> {
        self.off.extend(exceptions.weekdays);
        for (first, last) in exceptions.dates {
            let (from, _) = date_of(first, said.text, said.moment)?;
            let to = last.map(|last| date_of(last, said.text, said.moment)).transpose()?;
            let to = to.map(|(date, _)| date);
            if to.is_some_and(|to| to < from) {
                return Err(Problem::new(
                    format!("“{}” ends before it begins.", said.text),
                    "Write the years, such as except 2026-12-24 to 2027-01-02.",
                ));
            }
            if !matches!(first, Day::Date(_)) {
                let days = to.map_or_else(
                    || format!("{} is", full_date(from)),
                    |to| format!("{} to {} are", full_date(from), full_date(to)),
                );
                assumptions.push(format!("{days} left out, and no day of other years."));
            }
            self.exclude.push(DateRange { from, to });
        }
        Ok(())
    }
}

/// The first instant of a day; none for today, which has begun.
pub(super) fn beginning_of(date: NaiveDate, said: Said<'_>) -> Result<Option<Timestamp>, Problem> {
    if date <= said.moment.today() {
        return Ok(None);
    }
    said.place(date, NaiveTime::MIN, &mut Vec::new()).map(Some)
}

/// The last millisecond of a day.
fn end_of(date: NaiveDate, said: Said<'_>) -> Result<Timestamp, Problem> {
    let next = date.checked_add_days(Days::new(1)).ok_or_else(|| said.too_far())?;
    let midnight = said.place(next, NaiveTime::MIN, &mut Vec::new())?;
    Ok(midnight - TimeDelta::milliseconds(1))
}

fn shown(at: Timestamp, moment: &Moment) -> String {
    let local = moment.show(at);
    format!("{} on {}", local.format("%H:%M"), full_date(local.date_naive()))
}

fn count(times: u64) -> Result<u32, Problem> {
    u32::try_from(times).ok().filter(|times| *times <= MOST_TIMES).ok_or_else(|| {
        Problem::new(
            format!("{times} times are too many."),
            format!("Use at most {MOST_TIMES}, or give a day, such as until 1 march."),
        )
    })
}

fn hours(
    from: Clock,
    to: Clock,
    said: Said<'_>,
    assumptions: &mut Vec<String>,
) -> Result<Hours, Problem> {
    let open = |clock: Clock| clock.form == Form::HalfDay;
    let (first, mut last) = (from.time, to.time);
    let mut assumed = open(from) && open(to);
    if to.form == Form::Midnight {
        last = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or(last);
        assumed = true;
    } else if last <= first && open(to) {
        last = half_a_day_later(last);
        assumed = true;
    }
    if last <= first {
        return Err(Problem::new(
            format!("“{}” goes over midnight or has no length.", said.text),
            "Give hours of one day, the earlier one first, such as between 9:00 and 17:00.",
        ));
    }
    if assumed {
        assumptions.push(said.read_as(&format!(
            "{} to {}",
            first.format("%H:%M"),
            last.format("%H:%M")
        )));
    }
    let (from, to) = (TimeOfDay::new(first), TimeOfDay::new(last));
    Ok(Hours { from, to, said: said.text.to_owned() })
}
