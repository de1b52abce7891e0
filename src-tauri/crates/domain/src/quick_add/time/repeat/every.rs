//! What can follow “every”: “day”, “other tuesday”, “45 min”, “1st and 15th”, “24 december”.

use super::super::Found;
use super::super::clock::{Clock, clock, day_part};
use super::super::date::date;
use super::super::day::Day;
use super::super::length::{Unit, length};
use super::month_days::{interval, month_days};
use super::rhythm::{Head, Rhythm};
use super::weekdays::weekdays;
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at};
use crate::schedule::MonthDay;
use std::collections::BTreeSet;

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// “every …” at the beginning of `words`.
pub(super) fn every(words: &[Word<'_>]) -> Option<Found<Head>> {
    let once = usize::from(is_at(words, 0, "once"));
    if !is_at(words, once, "every") && !is_at(words, once, "each") {
        return None;
    }
    let single = usize::from(is_at(words, once + 1, "single"));
    let before = once + 1 + single;
    let rest = words.get(before..)?;
    let found = on_date(rest)
        .or_else(|| of_months(rest))
        .or_else(|| counted(rest))
        .or_else(|| on_weekdays(rest))
        .or_else(|| on_days(rest))
        .or_else(|| elapsed(rest))
        .or_else(|| named(rest))?;
    Some(Found::new(found.what, before + found.words))
}

/// “24 december”.
fn on_date(words: &[Word<'_>]) -> Option<Found<Head>> {
    let found = date(words)?;
    let rhythm = match found.what {
        Ok(Day::Annual { month, day }) => Ok(Rhythm::Years { every: 1, date: Some((month, day)) }),
        Err(problem) => Err(problem),
        Ok(_) => return None,
    };
    Some(Found::new(Head::sure(rhythm), found.words))
}

/// “first monday of the month”, “2nd of every other month”.
fn of_months(words: &[Word<'_>]) -> Option<Found<Head>> {
    let found = month_days(words, false)?;
    let every = found.what.months?.every;
    let rhythm = found.what.days.map(|days| Rhythm::Months { every, days });
    Some(Found::new(Head::sure(rhythm), found.words))
}

/// “2 weeks”, “other tuesday”, “third day”, “2d”.
fn counted(words: &[Word<'_>]) -> Option<Found<Head>> {
    let key = words.first()?.key();
    if matches!(key, "first" | "1st") {
        return None;
    }
    if let Some((every, unit)) = glued(key).or_else(|| {
        let unit = Unit::named(words.get(1)?.key())?;
        Some((interval(key)?, unit))
    }) {
        let used = if glued(key).is_some() { 1 } else { 2 };
        // “1 day 12 hours” is a length of time.
        if length(words).is_some_and(|length| length.words > used && length.what.seconds > 0) {
            return None;
        }
        return of_unit(every, unit).map(|rhythm| Found::new(Head::sure(rhythm), used));
    }
    let every = interval(key).filter(|every| *every != 1)?;
    let rest = &words[1..];
    if let Some(part) = day_part(rest) {
        let head = Head { part: Some(part.what), ..Head::sure(Ok(Rhythm::Days { every })) };
        return Some(Found::new(head, 2));
    }
    if is_at(rest, 0, "fortnight") || is_at(rest, 0, "fortnights") {
        let every = every.saturating_mul(2);
        return Some(Found::new(Head::sure(Ok(Rhythm::Weeks { every, days: BTreeSet::new() })), 2));
    }
    let found = weekdays(rest, true)?;
    let used = 1 + found.words;
    let said = words[..used].iter().map(Word::bare).collect::<Vec<_>>().join(" ");
    if found.what.group && found.what.days.len() > 2 {
        let problem = Problem::new(
            format!("“every {said}” can mean more than one thing."),
            "Say which days, such as every mon, wed and fri, or every 2 weeks on friday.",
        );
        return Some(Found::new(Head::sure(Err(problem)), used));
    }
    let rhythm = Rhythm::Weeks { every, days: found.what.days };
    // “every second tuesday” could be the second one of the month.
    let in_month = key != "other" && (2..=5).contains(&every) && interval(key).is_some();
    let read_as = in_month
        .then(|| format!("every {every} weeks; for the one of the month, add “of the month”"));
    Some(Found::new(Head { read_as, ..Head::sure(Ok(rhythm)) }, used))
}

/// “2d”, “3weeks”: a number with the name of a unit right behind it.
fn glued(key: &str) -> Option<(u64, Unit)> {
    let digits = key.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = key.split_at(digits);
    let unit = Unit::named(unit).filter(|unit| *unit >= Unit::Day)?;
    (!number.is_empty()).then(|| (number.parse().unwrap_or(u64::MAX), unit))
}

/// Units that the calendar counts, and the hour by itself. Shorter ones are lengths of time.
fn of_unit(every: u64, unit: Unit) -> Option<Result<Rhythm, Problem>> {
    if every == 0 {
        return Some(Err(nothing_between()));
    }
    Some(Ok(match unit {
        Unit::Day => Rhythm::Days { every },
        Unit::Week => Rhythm::Weeks { every, days: BTreeSet::new() },
        Unit::Month => Rhythm::Months { every, days: BTreeSet::new() },
        Unit::Year => Rhythm::Years { every, date: None },
        Unit::Hour if every == 1 => Rhythm::Hours { minutes: BTreeSet::new() },
        Unit::Second | Unit::Minute | Unit::Hour => return None,
    }))
}

fn nothing_between() -> Problem {
    Problem::new(
        "Nothing would lie between one time and the next.",
        "Give at least a second, such as every 30 seconds.",
    )
}

/// “monday and thursday”, “weekday”.
fn on_weekdays(words: &[Word<'_>]) -> Option<Found<Head>> {
    let found = weekdays(words, true)?;
    let rhythm = Rhythm::Weeks { every: 1, days: found.what.days };
    Some(Found::new(Head::sure(Ok(rhythm)), found.words))
}

/// “1st and 15th”, “last friday”: of the month, although that is not said.
fn on_days(words: &[Word<'_>]) -> Option<Found<Head>> {
    let found = month_days(words, false)?;
    let of_weekday = |day: &MonthDay| matches!(day, MonthDay::Nth(..) | MonthDay::LastWeekday(_));
    let read_as = match &found.what.days {
        Ok(days) if days.iter().any(of_weekday) => Some("a day of every month".to_owned()),
        _ => None,
    };
    let rhythm = found.what.days.map(|days| Rhythm::Months { every: 1, days });
    Some(Found::new(Head { read_as, ..Head::sure(rhythm) }, found.words))
}

/// “45 min”, “1h30”, “half hour”.
fn elapsed(words: &[Word<'_>]) -> Option<Found<Head>> {
    let found = length(words)?;
    let length = found.what;
    let rhythm = if length.is_zero() {
        Err(nothing_between())
    } else if length.months > 0 {
        Err(Problem::new(
            "A month or a year has no fixed length in days and hours.",
            "Use whole months, such as every 3 months on the 1st, or days, such as every 45 days.",
        ))
    } else {
        let secs = length.days.saturating_mul(SECONDS_PER_DAY).saturating_add(length.seconds);
        Ok(Rhythm::Elapsed { secs })
    };
    Some(Found::new(Head::sure(rhythm), found.words))
}

/// “day”, “morning”, “noon”, “fortnight”.
fn named(words: &[Word<'_>]) -> Option<Found<Head>> {
    let key = words.first()?.key();
    let daily = Head::sure(Ok(Rhythm::Days { every: 1 }));
    if let Some(part) = day_part(words) {
        return Some(Found::new(Head { part: Some(part.what), ..daily }, 1));
    }
    if matches!(key, "noon" | "midnight") {
        let found = clock(&words[..1])?;
        let time: Clock = found.what.clock.ok()?;
        // Nobody can take the midnight of every day for another one.
        return Some(Found::new(Head { clock: Some(Clock::exact(time.time)), ..daily }, 1));
    }
    let and_a_half = ["and", "a", "half"].iter().enumerate();
    if key == "hour" && and_a_half.into_iter().all(|(index, word)| is_at(words, index + 1, word)) {
        return Some(Found::new(Head::sure(Ok(Rhythm::Elapsed { secs: 90 * 60 })), 4));
    }
    let rhythm = match key {
        "minute" => Rhythm::Elapsed { secs: 60 },
        "hour" => Rhythm::Hours { minutes: BTreeSet::new() },
        "day" => Rhythm::Days { every: 1 },
        "week" => Rhythm::Weeks { every: 1, days: BTreeSet::new() },
        "fortnight" => Rhythm::Weeks { every: 2, days: BTreeSet::new() },
        "month" => Rhythm::Months { every: 1, days: BTreeSet::new() },
        "quarter" => Rhythm::Months { every: 3, days: BTreeSet::new() },
        "year" => Rhythm::Years { every: 1, date: None },
        _ => return None,
    };
    Some(Found::new(Head::sure(Ok(rhythm)), 1))
}
