//! What a repetition says, before anybody looks at a clock or a calendar.

use super::super::clock::{Clock, DayPart};
use super::super::length::Unit;
use super::super::phrase::Standing;
use crate::quick_add::Problem;
use crate::schedule::{MonthDay, Weekday};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// What repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// Every so many seconds.
    Elapsed { secs: u64 },
    /// Every hour at these minutes; on the hour when none is named.
    Hours { minutes: BTreeSet<u8> },
    /// Every so many days.
    Days { every: u64 },
    /// Every so many weeks on these days; on one that has to be found when none is named.
    Weeks { every: u64, days: BTreeSet<Weekday> },
    /// Every so many months on these days; on one that has to be found when none is named.
    Months { every: u64, days: BTreeSet<MonthDay> },
    /// Every so many years on this day of the calendar, as month and day.
    Years { every: u64, date: Option<(u32, u32)> },
}

/// A rhythm with what was said about its times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) rhythm: Rhythm,
    /// The part of the day.
    pub(crate) part: Option<DayPart>,
    /// The times of the day.
    pub(crate) clocks: Vec<Clock>,
    /// The days of the week on which something that goes on through the day repeats; none for
    /// every day.
    pub(crate) on: BTreeSet<Weekday>,
    /// Whose clocks these are.
    pub(crate) zone: Option<Tz>,
    /// How words that could mean something else are read.
    pub(crate) read_as: Option<String>,
}

impl Pattern {
    /// Whether it only names days of the week, so that it can say when something else repeats.
    pub(crate) fn names_days(&self) -> bool {
        matches!(&self.rhythm, Rhythm::Weeks { every: 1, days } if !days.is_empty())
    }

    /// Whether it has a time of day, or a part of the day that stands for one.
    pub(crate) fn is_timed(&self) -> bool {
        self.part.is_some() || !self.clocks.is_empty()
    }

    /// Whether it happens on a day that is not named.
    pub(crate) fn wants_day(&self) -> bool {
        match &self.rhythm {
            Rhythm::Weeks { days, .. } => days.is_empty(),
            Rhythm::Months { days, .. } => days.is_empty(),
            Rhythm::Years { date, .. } => date.is_none(),
            Rhythm::Elapsed { .. } | Rhythm::Hours { .. } | Rhythm::Days { .. } => false,
        }
    }

    /// Whether it happens at times of the day.
    pub(crate) const fn wants_time(&self) -> bool {
        !matches!(self.rhythm, Rhythm::Elapsed { .. } | Rhythm::Hours { .. })
    }
}

/// The words that make a repetition one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) rhythm: Result<Rhythm, Problem>,
    /// The part of the day that is in its name: “every morning”.
    pub(super) part: Option<DayPart>,
    /// The time of day that is in its name: “every noon”.
    pub(super) clock: Option<Clock>,
    pub(super) standing: Standing,
    pub(super) sure: bool,
    pub(super) read_as: Option<String>,
    /// How often it is to happen in each stretch of time, when only that is said.
    pub(super) often: Option<Often>,
}

/// “twice a day”: how often, but not when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Often {
    pub(super) times: u64,
    pub(super) unit: Unit,
    /// As typed.
    pub(super) said: String,
}

impl Head {
    /// Words that can mean nothing else: “every day”.
    pub(super) fn sure(rhythm: Result<Rhythm, Problem>) -> Self {
        Self {
            rhythm,
            part: None,
            clock: None,
            standing: Standing::Anywhere,
            sure: true,
            read_as: None,
            often: None,
        }
    }

    /// Words that are part of a text as often: “daily”.
    pub(super) fn maybe(rhythm: Result<Rhythm, Problem>) -> Self {
        Self { standing: Standing::Edge, sure: false, ..Self::sure(rhythm) }
    }

    pub(super) fn into_pattern(
        self,
        part: Option<DayPart>,
        clocks: Vec<Clock>,
        zone: Option<Tz>,
    ) -> Result<Pattern, Problem> {
        let rhythm = self.rhythm?;
        if let Some(often) = &self.often {
            often.check(&rhythm, clocks.len())?;
        }
        let on = BTreeSet::new();
        Ok(Pattern { rhythm, part, clocks, on, zone, read_as: self.read_as })
    }
}

impl Often {
    /// Whether the times or days that are named are as many as this says.
    fn check(&self, rhythm: &Rhythm, clocks: usize) -> Result<(), Problem> {
        let named = match rhythm {
            Rhythm::Days { .. } => clocks,
            Rhythm::Weeks { days, .. } => days.len() * clocks.max(1),
            Rhythm::Months { days, .. } => days.len() * clocks.max(1),
            Rhythm::Elapsed { .. } | Rhythm::Hours { .. } | Rhythm::Years { .. } => 0,
        };
        if u64::try_from(named) == Ok(self.times) {
            return Ok(());
        }
        let example = match self.unit {
            Unit::Day => "every day at 9:00 and 17:00",
            Unit::Week => "every monday and thursday at 9:00",
            Unit::Month => "on the 1st and 15th of every month",
            Unit::Year => "every 6 months on the 1st",
            Unit::Second | Unit::Minute | Unit::Hour => "every 30 minutes",
        };
        Err(Problem::new(
            format!("“{}” says how often, but not when.", self.said),
            format!("Say when, such as {example}."),
        ))
    }
}
