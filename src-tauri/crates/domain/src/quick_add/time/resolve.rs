//! From what was said to the instant that it means.

use super::clock::{Clock, DayPart, Form};
use super::day::Day;
use super::length::Length;
use super::moment::Moment;
use super::phrase::{DayTime, TimeOfDay, When};
use super::said::{MAX_YEARS, Said, full_date, long_date};
use crate::Timestamp;
use crate::quick_add::Problem;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};

/// Most years from one 29 February to the next: 2096 to 2104.
const LONGEST_WAIT: i32 = 8;
/// Most days from one 31st to the next: those of July or December, and of the month after.
const LONGEST_MONTHS: u64 = 62;

/// The instant that a phrase means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    /// The instant: after the moment at which it was said.
    pub(crate) at: Timestamp,
    /// What had to be assumed, each a sentence.
    pub(crate) assumptions: Vec<String>,
}

/// The instant that `when` means at `moment`; `said` is how it was typed.
pub(crate) fn resolve(when: &When, said: &str, moment: &Moment) -> Result<Due, Problem> {
    let phrase = Said { text: said, moment };
    let due = match *when {
        When::In { length, clock } => phrase.after(length, clock),
        When::On { day, time } => phrase.on(day, time),
        When::Next(time) => phrase.next(time),
        When::Instant(at) => Ok(Due { at, assumptions: Vec::new() }),
    }?;
    if due.at <= moment.now {
        return Err(phrase.past(when));
    }
    if due.at.year() - moment.now.year() > MAX_YEARS {
        return Err(phrase.too_far());
    }
    Ok(due)
}

/// The date of a day that is named without a time, and what had to be assumed.
pub(crate) fn date_of(
    day: Day,
    said: &str,
    moment: &Moment,
) -> Result<(NaiveDate, Option<String>), Problem> {
    let phrase = Said { text: said, moment };
    let today = moment.today();
    let (date, sure) = match day {
        Day::Today => (today, true),
        Day::Ahead(days) => (phrase.days_after(today, days)?, true),
        Day::Date(date) => (date, true),
        Day::Annual { month, day } => {
            let date = phrase.annual(month, day)?;
            (date, date.year() == today.year())
        }
        Day::OfMonth(day) => (phrase.of_month(day, today)?, false),
        Day::Weekday { weekday, next } => {
            let days = phrase.days_until(weekday);
            let ahead = if days == 0 { 7 } else { days };
            (phrase.days_after(today, ahead)?, !next && days != 0)
        }
    };
    if date < today {
        return Err(phrase.past(&When::On { day, time: DayTime::Open }));
    }
    if date.year() - today.year() > MAX_YEARS {
        return Err(phrase.too_far());
    }
    Ok((date, (!sure).then(|| phrase.read_as(&full_date(date)))))
}

impl Said<'_> {
    fn after(&self, length: Length, clock: Option<Clock>) -> Result<Due, Problem> {
        let now = self.moment.local();
        let date = shifted(now.date(), length).ok_or_else(|| self.too_far())?;
        let mut assumptions = Vec::new();
        let start = if let Some(clock) = clock {
            let (date, time) = self.clock_on(date, clock, &mut assumptions)?;
            self.place(date, time, &mut assumptions)?
        } else if date == now.date() {
            // Going through the local time would lose which of two equal hours this is.
            self.moment.now
        } else {
            self.place(date, now.time(), &mut assumptions)?
        };
        let seconds = i64::try_from(length.seconds).ok().and_then(TimeDelta::try_seconds);
        let at = seconds
            .and_then(|seconds| start.checked_add_signed(seconds))
            .ok_or_else(|| self.too_far())?;
        Ok(Due { at, assumptions })
    }

    /// The next time that the clocks show `time`: today, or tomorrow once it has passed.
    fn next(&self, time: TimeOfDay) -> Result<Due, Problem> {
        let today = self.moment.today();
        let mut assumptions = Vec::new();
        let clock_time = self.time_of(time, &mut assumptions);
        let at = self.place(today, clock_time, &mut Vec::new())?;
        if at > self.moment.now {
            self.place(today, clock_time, &mut assumptions)?;
            return Ok(Due { at, assumptions });
        }
        // Midnight is always that of the night to come.
        if !matches!(time, TimeOfDay::Clock(Clock { form: Form::Midnight, .. })) {
            assumptions.push(format!(
                "{} has passed today, so tomorrow is meant.",
                clock_time.format("%H:%M")
            ));
        }
        let tomorrow = self.days_after(today, 1)?;
        let at = self.place(tomorrow, clock_time, &mut assumptions)?;
        Ok(Due { at, assumptions })
    }

    fn on(&self, day: Day, time: DayTime) -> Result<Due, Problem> {
        let today = self.moment.today();
        match day {
            Day::Today => self.on_date(today, time),
            Day::Ahead(days) => self.on_date(self.days_after(today, days)?, time),
            Day::Date(date) => self.on_date(date, time),
            Day::Annual { month, day } => {
                let date = self.annual(month, day)?;
                let mut due = self.on_date(date, time)?;
                if date.year() != today.year() {
                    due.assumptions.insert(0, self.read_as(&date.format("%-d %B %Y").to_string()));
                }
                Ok(due)
            }
            Day::Weekday { weekday, next } => {
                let days = self.days_until(weekday);
                let is_today = days == 0 && !next;
                if is_today
                    && time != DayTime::Open
                    && let Ok(mut due) = self.on_date(today, time)
                    && due.at > self.moment.now
                {
                    due.assumptions
                        .insert(0, format!("“{}” is today: {}.", self.text, long_date(today)));
                    return Ok(due);
                }
                let date = self.days_after(today, if days == 0 { 7 } else { days })?;
                let mut due = self.on_date(date, time)?;
                if next || is_today {
                    due.assumptions.insert(0, self.read_as(&long_date(date)));
                }
                Ok(due)
            }
            Day::OfMonth(day) => {
                let date = self.of_month(day, today)?;
                let due = if date == today && time == DayTime::Open {
                    None
                } else {
                    Some(self.on_date(date, time)?).filter(|due| due.at > self.moment.now)
                };
                let (date, mut due) = match due {
                    Some(due) => (date, due),
                    None => {
                        let later = self.of_month(day, self.days_after(date, 1)?)?;
                        (later, self.on_date(later, time)?)
                    }
                };
                due.assumptions.insert(0, self.read_as(&long_date(date)));
                Ok(due)
            }
        }
    }

    /// The first 24 December from today on.
    fn annual(&self, month: u32, day: u32) -> Result<NaiveDate, Problem> {
        let today = self.moment.today();
        (today.year()..=today.year().saturating_add(LONGEST_WAIT))
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|date| *date >= today)
            .ok_or_else(|| self.too_far())
    }

    /// The first 15th from `date` on.
    fn of_month(&self, day: u32, date: NaiveDate) -> Result<NaiveDate, Problem> {
        (0..=LONGEST_MONTHS)
            .filter_map(|days| date.checked_add_days(Days::new(days)))
            .find(|date| date.day() == day)
            .ok_or_else(|| self.too_far())
    }

    /// How many days are left until a day of the week; none when it is today.
    fn days_until(&self, weekday: Weekday) -> u64 {
        let today = self.moment.today().weekday();
        u64::from((7 + weekday.num_days_from_monday() - today.num_days_from_monday()) % 7)
    }

    fn on_date(&self, date: NaiveDate, time: DayTime) -> Result<Due, Problem> {
        let mut assumptions = Vec::new();
        let (date, time) = match time {
            DayTime::Open if date == self.moment.today() => {
                return Err(Problem::new(
                    format!("“{}” needs a time of day.", self.text),
                    format!("Add one, such as {} at 18:00.", self.text),
                ));
            }
            DayTime::Open => (date, Self::usual_time(&mut assumptions)),
            DayTime::Day(TimeOfDay::Clock(clock)) => {
                self.clock_on(date, clock, &mut assumptions)?
            }
            DayTime::Day(part @ TimeOfDay::Part(_)) => (date, self.time_of(part, &mut assumptions)),
            DayTime::Night(clock) => self.in_night_of(date, clock, &mut assumptions)?,
        };
        let at = self.place(date, time, &mut assumptions)?;
        Ok(Due { at, assumptions })
    }

    /// A time of day on a day that is named: “today at midnight” can only be its end.
    fn clock_on(
        &self,
        date: NaiveDate,
        clock: Clock,
        assumptions: &mut Vec<String>,
    ) -> Result<(NaiveDate, NaiveTime), Problem> {
        let time = self.time_of(TimeOfDay::Clock(clock), assumptions);
        if clock.form != Form::Midnight {
            return Ok((date, time));
        }
        if date == self.moment.today() {
            return Ok((self.days_after(date, 1)?, time));
        }
        assumptions.push(self.read_as("the beginning of that day"));
        Ok((date, time))
    }

    /// The night that begins on `date` goes on into the next day.
    fn in_night_of(
        &self,
        date: NaiveDate,
        clock: Option<Clock>,
        assumptions: &mut Vec<String>,
    ) -> Result<(NaiveDate, NaiveTime), Problem> {
        let Some(clock) = clock else {
            return Ok((date, self.time_of(TimeOfDay::Part(DayPart::Night), assumptions)));
        };
        let night = self.in_night(clock)?;
        let date = if night.early { self.after_midnight(date, night.time)? } else { date };
        let shown = night.time.format("%H:%M");
        if night.early {
            assumptions.push(self.read_as(&format!("{shown} on {}", long_date(date))));
        } else if night.half_day {
            assumptions.push(self.read_as(&shown.to_string()));
        }
        Ok((date, night.time))
    }
}

/// `date` after the months and days of `length`.
pub(super) fn shifted(date: NaiveDate, length: Length) -> Option<NaiveDate> {
    let months = Months::new(u32::try_from(length.months).ok()?);
    date.checked_add_months(months)?.checked_add_days(Days::new(length.days))
}
