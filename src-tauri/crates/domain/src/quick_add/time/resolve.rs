//! From what was said to the instant that it means.

use super::clock::{Clock, DayPart, Form};
use super::day::Day;
use super::length::Length;
use super::moment::{Moment, Placed};
use super::phrase::{DayTime, TimeOfDay, When};
use crate::Timestamp;
use crate::quick_add::Problem;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Timelike};

/// How far ahead a time may be, in years.
const MAX_YEARS: i32 = 100;
/// Most years from one 29 February to the next: 2096 to 2104.
const LONGEST_WAIT: i32 = 8;
/// The time of a day that is named without one.
const USUAL_HOUR: u32 = 9;
/// The hour at which a night ends.
const NIGHT_ENDS: u32 = 5;
/// The hour from which on an evening counts as night.
const NIGHT_BEGINS: u32 = 16;

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

/// A phrase with what is needed to understand it and to speak about it.
struct Said<'a> {
    text: &'a str,
    moment: &'a Moment,
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
                let mut dates = (today.year()..=today.year().saturating_add(LONGEST_WAIT))
                    .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
                let date = dates.find(|date| *date >= today).ok_or_else(|| self.too_far())?;
                let mut due = self.on_date(date, time)?;
                if date.year() != today.year() {
                    due.assumptions.insert(0, self.read_as(&date.format("%-d %B %Y").to_string()));
                }
                Ok(due)
            }
            Day::Weekday { weekday, next } => {
                let days = u64::from(
                    (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday())
                        % 7,
                );
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
        }
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
            DayTime::Open => {
                assumptions.push(format!("No time of day is given; {USUAL_HOUR:02}:00 is used."));
                (date, hour(USUAL_HOUR))
            }
            DayTime::Day(TimeOfDay::Clock(clock)) => {
                self.clock_on(date, clock, &mut assumptions)?
            }
            DayTime::Day(part @ TimeOfDay::Part(_)) => (date, self.time_of(part, &mut assumptions)),
            DayTime::Night(clock) => self.in_night(date, clock, &mut assumptions)?,
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
    fn in_night(
        &self,
        date: NaiveDate,
        clock: Option<Clock>,
        assumptions: &mut Vec<String>,
    ) -> Result<(NaiveDate, NaiveTime), Problem> {
        let Some(clock) = clock else {
            return Ok((date, self.time_of(TimeOfDay::Part(DayPart::Night), assumptions)));
        };
        let (hour, half_day) = (clock.time.hour(), clock.form == Form::HalfDay);
        let (early, hour) = match hour {
            NIGHT_ENDS..=11 if half_day => (false, hour + 12),
            12 => (true, 0),
            0..NIGHT_ENDS => (true, hour),
            NIGHT_BEGINS.. => (false, hour),
            _ => {
                return Err(Problem::new(
                    format!("“{}” is not in the night.", self.text),
                    "Use a time from 16:00 to 04:59.",
                ));
            }
        };
        let time = clock.time.with_hour(hour).unwrap_or(clock.time);
        let date = if early { self.after_midnight(date, time)? } else { date };
        let shown = time.format("%H:%M");
        if early {
            assumptions.push(self.read_as(&format!("{shown} on {}", long_date(date))));
        } else if half_day {
            assumptions.push(self.read_as(&shown.to_string()));
        }
        Ok((date, time))
    }

    /// The date of the hours after midnight in the night of `date`. Before the night of yesterday
    /// has ended, “tonight” still is that night.
    fn after_midnight(&self, date: NaiveDate, time: NaiveTime) -> Result<NaiveDate, Problem> {
        let now = self.moment.local();
        let still_night = date == now.date() && now.hour() < NIGHT_ENDS && time > now.time();
        if still_night { Ok(date) } else { self.days_after(date, 1) }
    }

    fn time_of(&self, time: TimeOfDay, assumptions: &mut Vec<String>) -> NaiveTime {
        match time {
            TimeOfDay::Part(part) => {
                let time = part.time();
                assumptions.push(self.read_as(&time.format("%H:%M").to_string()));
                time
            }
            TimeOfDay::Clock(clock) => {
                if clock.form == Form::HalfDay {
                    let later = half_a_day_later(clock.time);
                    assumptions.push(format!(
                        "{} is meant; write {} if it is to be in the {}.",
                        clock.time.format("%H:%M"),
                        later.format("%H:%M"),
                        if later.hour() < 18 { "afternoon" } else { "evening" },
                    ));
                }
                clock.time
            }
        }
    }

    fn place(
        &self,
        date: NaiveDate,
        time: NaiveTime,
        assumptions: &mut Vec<String>,
    ) -> Result<Timestamp, Problem> {
        if date.year() - self.moment.today().year() > MAX_YEARS {
            return Err(self.too_far());
        }
        let Placed { at, assumption } =
            self.moment.place(date.and_time(time)).ok_or_else(|| self.too_far())?;
        assumptions.extend(assumption);
        Ok(at)
    }

    fn days_after(&self, date: NaiveDate, days: u64) -> Result<NaiveDate, Problem> {
        date.checked_add_days(Days::new(days)).ok_or_else(|| self.too_far())
    }

    fn read_as(&self, meaning: &str) -> String {
        format!("“{}” is read as {meaning}.", self.text)
    }

    fn past(&self, when: &When) -> Problem {
        let now = self.moment.show(self.moment.now);
        let example = match when {
            When::On { time: DayTime::Day(TimeOfDay::Clock(clock)), .. }
                if clock.form == Form::HalfDay =>
            {
                format!(", such as {}", half_a_day_later(clock.time).format("%H:%M"))
            }
            _ => String::new(),
        };
        Problem::new(
            format!("“{}” is in the past.", self.text),
            format!("Now is {}; give a later time{example}.", now.format("%H:%M on %-d %B %Y")),
        )
    }

    fn too_far(&self) -> Problem {
        Problem::new(
            format!("“{}” is too far away.", self.text),
            format!("Give a time within the next {MAX_YEARS} years."),
        )
    }
}

/// `date` after the months and days of `length`.
fn shifted(date: NaiveDate, length: Length) -> Option<NaiveDate> {
    let months = Months::new(u32::try_from(length.months).ok()?);
    date.checked_add_months(months)?.checked_add_days(Days::new(length.days))
}

fn half_a_day_later(time: NaiveTime) -> NaiveTime {
    time.overflowing_add_signed(TimeDelta::hours(12)).0
}

fn long_date(date: NaiveDate) -> String {
    date.format("%A %-d %B").to_string()
}

fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}
