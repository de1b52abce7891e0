//! From a repetition as said to the schedule that it means.

mod limits;
mod rule;
mod times;

use super::bound::Bound;
use super::moment::Moment;
use super::repeat::Pattern;
use super::said::Said;
use super::zone;
use crate::quick_add::Problem;
use crate::schedule::{Recurrence, ZoneName};
use chrono_tz::Tz;
use limits::Limits;

/// Everything that a line says about its repetition.
#[derive(Debug)]
pub(crate) struct Repetition<'a> {
    /// The repetition as typed.
    pub(crate) said: &'a str,
    pub(crate) pattern: Pattern,
    /// Its limits, each as typed.
    pub(crate) bounds: Vec<(&'a str, &'a Bound)>,
}

/// A schedule that repeats.
#[derive(Debug)]
pub(crate) struct Recurring {
    pub(crate) recurrence: Recurrence,
    /// What had to be assumed, each a sentence.
    pub(crate) assumptions: Vec<String>,
}

/// The schedule that a repetition means when it is said at `moment`.
pub(crate) fn recur(repetition: &Repetition<'_>, moment: &Moment) -> Result<Recurring, Problem> {
    let moment = moment.in_zone(the_zone(repetition)?.unwrap_or(moment.zone()));
    let said = Said { text: repetition.said, moment: &moment };
    let mut assumptions = Vec::new();
    if let Some(meaning) = &repetition.pattern.read_as {
        assumptions.push(said.read_as(meaning));
    }
    let limits = limits::limits(&repetition.bounds, &moment, &mut assumptions)?;
    let rule = rule::rule(&repetition.pattern, &limits, said, &mut assumptions)?;
    let mut told = Vec::new();
    assumptions.retain(|sentence| {
        let new = !told.contains(sentence);
        told.push(sentence.clone());
        new
    });
    let Limits { until, count, exclude, .. } = limits;
    let zone = ZoneName::from(moment.zone());
    let recurrence = Recurrence {
        starts: rule.starts,
        until,
        count,
        exclude,
        ..Recurrence::new(rule.rule, zone)
    };
    Ok(Recurring { recurrence, assumptions })
}

/// The one zone that is named, if any.
fn the_zone(repetition: &Repetition<'_>) -> Result<Option<Tz>, Problem> {
    let mut zone = repetition.pattern.zone;
    for other in repetition.bounds.iter().filter_map(|(_, bound)| bound.zone) {
        match zone {
            Some(one) if one != other => return Err(zone::two(one.name(), other.name())),
            _ => zone = Some(other),
        }
    }
    Ok(zone)
}
