//! The times of day at which something repeats.

use super::super::clock::{Clock, DayPart, Form, impossible};
use super::super::phrase::TimeOfDay as SaidTime;
use super::super::repeat::Rhythm;
use super::super::said::{Said, half_a_day_later};
use crate::quick_add::Problem;
use crate::schedule::TimeOfDay;
use std::collections::BTreeSet;

/// Times of the day.
pub(super) struct Times {
    pub(super) at: BTreeSet<TimeOfDay>,
    /// Whether they come after midnight, in the night that began on the day that is named.
    pub(super) next_day: bool,
}

/// The times that `clocks` in a `part` of the day mean.
pub(super) fn times(
    rhythm: &Rhythm,
    part: Option<DayPart>,
    clocks: &[Clock],
    said: Said<'_>,
    assumptions: &mut Vec<String>,
) -> Result<Times, Problem> {
    let mut at = BTreeSet::new();
    let mut early = 0;
    // The hours after midnight of “every night” come every day all the same.
    let matters = !matches!(rhythm, Rhythm::Days { .. });
    if clocks.is_empty() {
        let time = match part {
            Some(part) => said.time_of(SaidTime::Part(part), assumptions),
            None => Said::usual_time(assumptions),
        };
        at.insert(TimeOfDay::new(time));
    }
    for clock in clocks {
        let time = match part {
            Some(DayPart::Night) => {
                let night = said.in_night(*clock)?;
                early += usize::from(night.early);
                let shown = night.time.format("%H:%M");
                if night.early && matters {
                    assumptions.push(said.read_as(&format!("{shown} on the day after")));
                } else if night.half_day {
                    assumptions.push(said.read_as(&shown.to_string()));
                }
                night.time
            }
            Some(part) => clock.within(part).ok_or_else(|| impossible(said.text))?.time,
            None => by_itself(*clock, clocks, rhythm, said, assumptions),
        };
        at.insert(TimeOfDay::new(time));
    }
    if matters && early > 0 && early < clocks.len() {
        return Err(Problem::new(
            format!("“{}” has times before midnight and after it.", said.text),
            "Make two lines of it, or name the days without “night”.",
        ));
    }
    Ok(Times { at, next_day: matters && early > 0 })
}

fn by_itself(
    clock: Clock,
    all: &[Clock],
    rhythm: &Rhythm,
    said: Said<'_>,
    assumptions: &mut Vec<String>,
) -> chrono::NaiveTime {
    match clock.form {
        Form::Midnight if !matches!(rhythm, Rhythm::Days { .. }) => {
            assumptions.push(said.read_as("the beginning of that day"));
            clock.time
        }
        // In “at 7 and 19” the other half of the day is named as well.
        Form::HalfDay if all.iter().any(|other| other.time == half_a_day_later(clock.time)) => {
            clock.time
        }
        _ => said.time_of(SaidTime::Clock(clock), assumptions),
    }
}
