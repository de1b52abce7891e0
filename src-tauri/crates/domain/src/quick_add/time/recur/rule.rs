//! The rule of a repetition, and the instant from which it counts.

use super::super::repeat::{Pattern, Rhythm};
use super::super::said::{Said, long_date};
use super::limits::{Hours, Limits, beginning_of};
use super::times::{Times, times};
use crate::Timestamp;
use crate::quick_add::Problem;
use crate::schedule::{MonthDay, Recurrence, Rule, TimeOfDay, Weekday, Window, ZoneName};
use chrono::{Datelike, NaiveDate, TimeDelta, Timelike};
use std::collections::BTreeSet;

const SECONDS_PER_HOUR: u64 = 60 * 60;
const MONTHS_PER_YEAR: u32 = 12;

/// A rule with its beginning.
pub(super) struct Counted {
    pub(super) rule: Rule,
    pub(super) starts: Option<Timestamp>,
}

pub(super) fn rule(
    pattern: &Pattern,
    limits: &Limits,
    said: Said<'_>,
    assumptions: &mut Vec<String>,
) -> Result<Counted, Problem> {
    let builder = Builder { limits, said };
    if !pattern.wants_time() {
        if matches!(&pattern.rhythm, Rhythm::Hours { minutes } if minutes.is_empty()) {
            assumptions.push("No minute is given; the full hour is used.".to_owned());
        }
        let rule = builder.through_the_day(pattern)?;
        return Ok(Counted { rule, starts: limits.starts });
    }
    if let Some(hours) = &limits.hours {
        return Err(Problem::new(
            format!("“{}” says nothing about “{}”.", hours.said, said.text),
            "Say how often in these hours, such as every 45 min between 9:00 and 17:00.",
        ));
    }
    let rhythm = builder.with_day(&pattern.rhythm, assumptions);
    let of_limit: Vec<_> = limits.clock.into_iter().collect();
    let clocks = if pattern.is_timed() { &pattern.clocks } else { &of_limit };
    let Times { at, next_day } = times(&rhythm, pattern.part, clocks, said, assumptions)?;
    match rhythm {
        Rhythm::Days { every } => builder.daily(every, at, assumptions),
        Rhythm::Weeks { every, days } => {
            let days = if next_day { days.into_iter().map(following).collect() } else { days };
            builder.weekly(every, days, at, assumptions)
        }
        _ if next_day => Err(Problem::new(
            format!("“{}” is after midnight, on the day after.", said.text),
            "Name the day that it is on, and the time without “night”.",
        )),
        Rhythm::Months { every, days } => builder.monthly(every, days, at, assumptions),
        Rhythm::Years { every, date } => builder.yearly(every, date, at, assumptions),
        Rhythm::Elapsed { .. } | Rhythm::Hours { .. } => {
            builder.through_the_day(pattern).map(|rule| Counted { rule, starts: limits.starts })
        }
    }
}

/// The day of the week after `day`.
fn following(day: Weekday) -> Weekday {
    let index = Weekday::ALL.iter().position(|other| *other == day).unwrap_or(0);
    Weekday::ALL[(index + 1) % Weekday::ALL.len()]
}

struct Builder<'a> {
    limits: &'a Limits,
    said: Said<'a>,
}

impl Builder<'_> {
    /// The day that a repetition counts from: the first one, or today.
    fn from(&self) -> NaiveDate {
        self.limits.first.unwrap_or_else(|| self.said.moment.today())
    }

    /// A rhythm that names no day gets that of its beginning.
    fn with_day(&self, rhythm: &Rhythm, assumptions: &mut Vec<String>) -> Rhythm {
        let from = self.from();
        let (rhythm, day) = match rhythm {
            Rhythm::Weeks { every, days } if days.is_empty() => {
                let days = BTreeSet::from([from.weekday().into()]);
                (Rhythm::Weeks { every: *every, days }, from.format("%A").to_string())
            }
            Rhythm::Months { every, days } if days.is_empty() => {
                let day = u8::try_from(from.day()).unwrap_or(1);
                let days = BTreeSet::from([MonthDay::Day(day)]);
                (Rhythm::Months { every: *every, days }, format!("the {}", nth(day)))
            }
            Rhythm::Years { every, date: None } => {
                let date = Some((from.month(), from.day()));
                (Rhythm::Years { every: *every, date }, from.format("%-d %B").to_string())
            }
            named => return named.clone(),
        };
        let like = if self.limits.first.is_some() { "as at its beginning" } else { "as today" };
        assumptions.push(format!("No day is given; {day}, {like}, is used."));
        rhythm
    }

    fn daily(
        &self,
        every: u64,
        times: BTreeSet<TimeOfDay>,
        assumptions: &mut Vec<String>,
    ) -> Result<Counted, Problem> {
        if self.limits.off.is_empty() {
            let every = self.at_most(every, 366, "days")?;
            return self.counted(every, |every| Rule::Daily { times, every }, assumptions);
        }
        if every > 1 {
            return Err(Problem::new(
                format!("“{}” cannot leave out days of the week.", self.said.text),
                "Name the days that are meant, such as every mon, wed and fri.",
            ));
        }
        self.weekly(1, Weekday::ALL.into(), times, assumptions)
    }

    fn weekly(
        &self,
        every: u64,
        mut days: BTreeSet<Weekday>,
        times: BTreeSet<TimeOfDay>,
        assumptions: &mut Vec<String>,
    ) -> Result<Counted, Problem> {
        days.retain(|day| !self.limits.off.contains(day));
        if days.is_empty() {
            return Err(no_day_left());
        }
        let every = self.at_most(every, 52, "weeks")?;
        self.counted(every, |every| Rule::Weekly { days, times, every }, assumptions)
    }

    fn monthly(
        &self,
        every: u64,
        days: BTreeSet<MonthDay>,
        times: BTreeSet<TimeOfDay>,
        assumptions: &mut Vec<String>,
    ) -> Result<Counted, Problem> {
        self.every_weekday_counts()?;
        let every = self.at_most(every, 120, "months")?;
        let rare = days.iter().rev().find_map(|day| match day {
            MonthDay::Day(day @ 29..) => Some(*day),
            _ => None,
        });
        if let Some(day) = rare {
            assumptions.push(format!("Months without a {} are left out.", nth(day)));
        }
        self.counted(every, |every| Rule::Monthly { days, times, every }, assumptions)
    }

    fn yearly(
        &self,
        every: u64,
        date: Option<(u32, u32)>,
        times: BTreeSet<TimeOfDay>,
        assumptions: &mut Vec<String>,
    ) -> Result<Counted, Problem> {
        self.every_weekday_counts()?;
        let (month, day) = date.unwrap_or((self.from().month(), self.from().day()));
        if (month, day) == (2, 29) {
            assumptions.push("29 February comes in leap years only.".to_owned());
        }
        let clock = cron_clock(&times).ok_or_else(|| self.too_many_times())?;
        let yearly = Rule::Cron { expression: format!("{clock} {day} {month} *") };
        let every = self.at_most(every, 10, "years")?;
        let days = BTreeSet::from([MonthDay::Day(u8::try_from(day).unwrap_or(1))]);
        let rule = |every| match every {
            1 => yearly,
            years => Rule::Monthly { days, times, every: years * MONTHS_PER_YEAR },
        };
        self.counted(every, rule, assumptions)
    }

    /// Every so many minutes or hours, in some hours of some days.
    fn through_the_day(&self, pattern: &Pattern) -> Result<Rule, Problem> {
        if pattern.is_timed() {
            return Err(Problem::new(
                format!("“{}” goes on through the day and has no time of day.", self.said.text),
                "Say when it begins, such as starting at 9:00, or the hours, such as between 9:00 \
                 and 17:00.",
            ));
        }
        let (secs, minutes) = match &pattern.rhythm {
            Rhythm::Hours { minutes } => (SECONDS_PER_HOUR, minutes.clone()),
            Rhythm::Elapsed { secs } => (*secs, BTreeSet::new()),
            _ => (0, BTreeSet::new()),
        };
        let hourly = matches!(pattern.rhythm, Rhythm::Hours { .. });
        let days = self.window_days(pattern)?;
        if self.limits.hours.is_none() && days.is_empty() {
            return Ok(match (hourly, minutes.len()) {
                (false, _) => Rule::Every { secs, within: None },
                (true, 0 | 1) => {
                    Rule::Hourly { minute: minutes.first().copied().unwrap_or_default() }
                }
                (true, _) => {
                    let list = minutes.iter().map(ToString::to_string).collect::<Vec<_>>();
                    Rule::Cron { expression: format!("{} * * * *", list.join(",")) }
                }
            });
        }
        if minutes.len() > 1 {
            return Err(Problem::new(
                format!("“{}” has several minutes, which cannot be limited.", self.said.text),
                "Make one line for each minute, or leave out the hours and days.",
            ));
        }
        let minute = minutes.first().copied().unwrap_or_default();
        let window = self.window(minute, days).ok_or_else(no_day_left)?;
        Ok(Rule::Every { secs, within: Some(window) })
    }

    /// The days that a window is limited to; none for all of them.
    fn window_days(&self, pattern: &Pattern) -> Result<BTreeSet<Weekday>, Problem> {
        let mut days = pattern.on.clone();
        if self.limits.off.is_empty() {
            return Ok(days);
        }
        if days.is_empty() {
            days = Weekday::ALL.into();
        }
        days.retain(|day| !self.limits.off.contains(day));
        if days.is_empty() { Err(no_day_left()) } else { Ok(days) }
    }

    /// The window whose first time has this minute.
    fn window(&self, minute: u8, days: BTreeSet<Weekday>) -> Option<Window> {
        let (from, to) = match &self.limits.hours {
            Some(Hours { from, to, .. }) => (*from, *to),
            None => (TimeOfDay::MIDNIGHT, TimeOfDay::hm(23, 59)?),
        };
        let minute = u32::from(minute);
        let first = from.get();
        let later = u32::from(first.minute() > minute);
        let hour_matters = minute > 0;
        let from = if hour_matters { TimeOfDay::hm(first.hour() + later, minute)? } else { from };
        (from < to).then_some(Window { from, to, days })
    }

    /// Days of the week can be taken from days of the week alone.
    fn every_weekday_counts(&self) -> Result<(), Problem> {
        if self.limits.off.is_empty() {
            return Ok(());
        }
        Err(Problem::new(
            format!("“{}” cannot leave out days of the week.", self.said.text),
            "Leave out days of the calendar instead, such as except 2026-12-24.",
        ))
    }

    /// The rule that `rule` makes of an `every`, counting from the first time that it would have
    /// with an `every` of one. Otherwise it would count from the day on which the line is typed,
    /// and the first time would come when nobody expects it.
    fn counted(
        &self,
        every: u32,
        rule: impl Clone + FnOnce(u32) -> Rule,
        assumptions: &mut Vec<String>,
    ) -> Result<Counted, Problem> {
        let starts = match every {
            1 => self.limits.starts,
            _ => self.first(rule.clone()(1), assumptions)?,
        };
        Ok(Counted { rule: rule(every), starts })
    }

    /// The beginning of the day on which `rule` happens for the first time.
    fn first(
        &self,
        rule: Rule,
        assumptions: &mut Vec<String>,
    ) -> Result<Option<Timestamp>, Problem> {
        let moment = self.said.moment;
        let after = self.limits.starts.map(|starts| starts - TimeDelta::milliseconds(1));
        let calendar = Recurrence::new(rule, ZoneName::from(moment.zone())).compile();
        let first = calendar.ok().and_then(|calendar| calendar.next(after.unwrap_or(moment.now)));
        let first = first.ok_or_else(|| self.said.too_far())?;
        let date = moment.show(first).date_naive();
        if self.limits.first == Some(date) {
            return Ok(self.limits.starts);
        }
        assumptions.push(format!("The first time is on {}.", long_date(date)));
        beginning_of(date, self.said)
    }

    fn at_most(&self, every: u64, most: u32, unit: &str) -> Result<u32, Problem> {
        let fits = u32::try_from(every).ok().filter(|every| (1..=most).contains(every));
        fits.ok_or_else(|| {
            Problem::new(
                format!("“{}” is too long.", self.said.text),
                format!("Use 1 to {most} {unit}."),
            )
        })
    }

    fn too_many_times(&self) -> Problem {
        Problem::new(
            format!("“{}” has times of day that one yearly schedule cannot hold.", self.said.text),
            "Make one line for each time.",
        )
    }
}

/// What is said when days and hours are left out until none is left.
fn no_day_left() -> Problem {
    Problem::new("No time is left on which it could happen.", "Leave out less, or name other days.")
}

/// Minutes and hours of a cron expression, when all of these with all of those are the times.
fn cron_clock(times: &BTreeSet<TimeOfDay>) -> Option<String> {
    let hours: BTreeSet<_> = times.iter().map(|time| time.get().hour()).collect();
    let minutes: BTreeSet<_> = times.iter().map(|time| time.get().minute()).collect();
    let list = |numbers: &BTreeSet<u32>| {
        numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    };
    (hours.len() * minutes.len() == times.len())
        .then(|| format!("{} {}", list(&minutes), list(&hours)))
}

/// `1st`, `22nd`.
fn nth(number: u8) -> String {
    let end = match (number % 10, number / 10) {
        (_, 1) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}
