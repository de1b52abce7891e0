//! What was said, with what is needed to understand it and to speak about it.

use super::clock::{Clock, Form};
use super::moment::{Moment, Placed};
use super::phrase::{DayTime, TimeOfDay, When};
use crate::Timestamp;
use crate::quick_add::Problem;
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike};

/// How far ahead a time may be, in years.
pub(super) const MAX_YEARS: i32 = 100;
/// The time of a day that is named without one.
const USUAL_HOUR: u32 = 9;
/// The hour at which a night ends.
const NIGHT_ENDS: u32 = 5;
/// The hour from which on an evening counts as night.
const NIGHT_BEGINS: u32 = 16;

/// A phrase, and the moment at which it was said.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) text: &'a str,
    pub(super) moment: &'a Moment,
}

/// A time in the night of a day.
pub(super) struct NightTime {
    /// What the clock shows.
    pub(super) time: NaiveTime,
    /// Whether that is after midnight, on the day after.
    pub(super) early: bool,
    /// Whether it was said on a clock of twelve hours.
    pub(super) half_day: bool,
}

impl Said<'_> {
    /// The time of a day for which none is named.
    pub(super) fn usual_time(assumptions: &mut Vec<String>) -> NaiveTime {
        assumptions.push(format!("No time of day is given; {USUAL_HOUR:02}:00 is used."));
        NaiveTime::from_hms_opt(USUAL_HOUR, 0, 0).unwrap_or_default()
    }

    /// A time of day as one of the night that begins on a day.
    pub(super) fn in_night(&self, clock: Clock) -> Result<NightTime, Problem> {
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
        Ok(NightTime { time, early, half_day })
    }

    /// The date of the hours after midnight in the night of `date`. Before the night of yesterday
    /// has ended, “tonight” still is that night.
    pub(super) fn after_midnight(
        &self,
        date: NaiveDate,
        time: NaiveTime,
    ) -> Result<NaiveDate, Problem> {
        let now = self.moment.local();
        let still_night = date == now.date() && now.hour() < NIGHT_ENDS && time > now.time();
        if still_night { Ok(date) } else { self.days_after(date, 1) }
    }

    pub(super) fn time_of(&self, time: TimeOfDay, assumptions: &mut Vec<String>) -> NaiveTime {
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

    pub(super) fn place(
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

    pub(super) fn days_after(&self, date: NaiveDate, days: u64) -> Result<NaiveDate, Problem> {
        date.checked_add_days(Days::new(days)).ok_or_else(|| self.too_far())
    }

    pub(super) fn read_as(&self, meaning: &str) -> String {
        format!("“{}” is read as {meaning}.", self.text)
    }

    pub(super) fn past(&self, when: &When) -> Problem {
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

    pub(super) fn too_far(&self) -> Problem {
        Problem::new(
            format!("“{}” is too far away.", self.text),
            format!("Give a time within the next {MAX_YEARS} years."),
        )
    }
}

/// The other of the two times that a clock of twelve hours shows in the same way.
pub(super) fn half_a_day_later(time: NaiveTime) -> NaiveTime {
    time.overflowing_add_signed(TimeDelta::hours(12)).0
}

/// `Friday 27 November`.
pub(super) fn long_date(date: NaiveDate) -> String {
    date.format("%A %-d %B").to_string()
}

/// `Friday 27 November 2026`.
pub(super) fn full_date(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}
