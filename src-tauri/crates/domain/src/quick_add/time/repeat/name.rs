//! Repetitions without “every”: “daily”, “twice a day”, “mondays and thursdays”, “first monday of
//! the month”.

use super::super::Found;
use super::super::clock::DayPart;
use super::super::length::Unit;
use super::super::number::cardinal;
use super::month_days::month_days;
use super::rhythm::{Head, Often, Rhythm};
use super::weekdays::weekdays;
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at};
use std::collections::BTreeSet;

/// A repetition at the beginning of `words` that does not begin with “every”.
pub(super) fn name(words: &[Word<'_>]) -> Option<Found<Head>> {
    adverb(words)
        .or_else(|| so_often(words))
        .or_else(|| on_weekdays(words))
        .or_else(|| on_month_days(words))
}

/// “daily”, “weekly”.
fn adverb(words: &[Word<'_>]) -> Option<Found<Head>> {
    let word = words.first()?;
    let rhythm = match word.key() {
        "hourly" => Ok(Rhythm::Hours { minutes: BTreeSet::new() }),
        "daily" | "nightly" => Ok(Rhythm::Days { every: 1 }),
        "weekly" => Ok(Rhythm::Weeks { every: 1, days: BTreeSet::new() }),
        "fortnightly" => Ok(Rhythm::Weeks { every: 2, days: BTreeSet::new() }),
        "monthly" => Ok(Rhythm::Months { every: 1, days: BTreeSet::new() }),
        "quarterly" => Ok(Rhythm::Months { every: 3, days: BTreeSet::new() }),
        "yearly" | "annually" => Ok(Rhythm::Years { every: 1, date: None }),
        "biweekly" => Err(two_meanings(word, "every 2 weeks on friday, or every mon and thu")),
        "bimonthly" => Err(two_meanings(word, "every 2 months on the 1st, or on the 1st and 15th")),
        _ => return None,
    };
    let part = word.is("nightly").then_some(DayPart::Night);
    Some(Found::new(Head { part, ..Head::maybe(rhythm) }, 1))
}

fn two_meanings(word: &Word<'_>, example: &str) -> Problem {
    Problem::new(
        format!("“{}” can mean more than one thing.", word.bare()),
        format!("Say which, such as {example}."),
    )
}

/// “once a week”, “3 times per day”.
fn so_often(words: &[Word<'_>]) -> Option<Found<Head>> {
    let (times, used) = match words.first()?.key() {
        "once" => (1, 1),
        "twice" => (2, 1),
        key if is_at(words, 1, "times") => (cardinal(key)?, 2),
        _ => return None,
    };
    let per = ["a", "an", "per", "each", "every"].iter().any(|key| is_at(words, used, key));
    let unit = Unit::named(words.get(used + 1).filter(|_| per)?.key())?;
    let used = used + 2;
    let said = words[..used].iter().map(Word::bare).collect::<Vec<_>>().join(" ");
    let rhythm = match unit {
        Unit::Second => return None,
        Unit::Minute => Rhythm::Elapsed { secs: 60 },
        Unit::Hour => Rhythm::Hours { minutes: BTreeSet::new() },
        Unit::Day => Rhythm::Days { every: 1 },
        Unit::Week => Rhythm::Weeks { every: 1, days: BTreeSet::new() },
        Unit::Month => Rhythm::Months { every: 1, days: BTreeSet::new() },
        Unit::Year => Rhythm::Years { every: 1, date: None },
    };
    let often = (times != 1).then_some(Often { times, unit, said });
    Some(Found::new(Head { often, ..Head::maybe(Ok(rhythm)) }, used))
}

/// “mondays”, “on weekdays”, “from monday to friday”, “mon, wed, fri”.
fn on_weekdays(words: &[Word<'_>]) -> Option<Found<Head>> {
    let before = usize::from(is_at(words, 0, "on") || is_at(words, 0, "from"));
    let found = weekdays(words.get(before..)?, false)?;
    let days = found.what;
    let is_range = days.group && days.days.len() > 1;
    if !(days.recurring || days.parts > 1) || (is_at(words, 0, "from") && !is_range) {
        return None;
    }
    let read_as = (!days.recurring).then(|| "every week".to_owned());
    let rhythm = Rhythm::Weeks { every: 1, days: days.days };
    Some(Found::new(Head { read_as, ..Head::maybe(Ok(rhythm)) }, before + found.words))
}

/// “first monday of the month”, “on the 1st and 15th”.
fn on_month_days(words: &[Word<'_>]) -> Option<Found<Head>> {
    let found = month_days(words, false)?;
    let days = found.what;
    let (every, several) = match days.months {
        Some(months) => (months.every, months.several),
        // “on the 15th” is one day, “on the 1st and 15th” come again.
        None if days.definite && days.named > 1 => (1, false),
        None => return None,
    };
    let rhythm = days.days.map(|days| Rhythm::Months { every, days });
    let head = if several { Head::sure(rhythm) } else { Head::maybe(rhythm) };
    let read_as = (!several).then(|| "every month".to_owned());
    Some(Found::new(Head { read_as, ..head }, found.words))
}
