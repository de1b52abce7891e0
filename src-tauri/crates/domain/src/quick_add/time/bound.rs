//! What limits a repetition: “until 1 march”, “starting monday”, “10 times”, “except 24 december”,
//! “between 9 and 17”.

use super::Found;
use super::clock::{Clock, ClockPhrase, clock};
use super::day::{self, Day};
use super::length::{Length, length};
use super::number::cardinal;
use super::phrase::{When, phrase};
use super::repeat::weekdays;
use super::zone::zone;
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at, joint};
use crate::schedule::Weekday;
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// Most days that “except” names.
const MOST_EXCEPTIONS: usize = 50;

/// A limit in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    /// What it says, or why that cannot be.
    pub(crate) limit: Result<Limit, Problem>,
    /// Whether it has to stand beside something else that says when: “ten times” may be part of a
    /// text.
    pub(crate) beside: bool,
    /// Whose clocks it is about, when it says so.
    pub(crate) zone: Option<Tz>,
}

/// What a limit says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Not before this.
    Starting(When),
    /// Not after this.
    Until(When),
    /// Not before one, and not after the other.
    Between(When, When),
    /// Only at these times of the day.
    Hours { from: Clock, to: Clock },
    /// So many times.
    Times(u64),
    /// For so long.
    For(Length),
    /// Not on these days.
    Except(Exceptions),
}

/// Days that are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Exceptions {
    /// From one day to another, or one alone.
    pub(crate) dates: Vec<(Day, Option<Day>)>,
    /// Always on these days of the week.
    pub(crate) weekdays: BTreeSet<Weekday>,
}

impl Bound {
    const fn new(limit: Result<Limit, Problem>) -> Self {
        Self { limit, beside: false, zone: None }
    }

    /// Whether it names times of the day alone.
    pub(crate) const fn is_of_day(&self) -> bool {
        matches!(
            self.limit,
            Ok(Limit::Hours { .. } | Limit::Starting(When::Next(_)) | Limit::Until(When::Next(_)))
        )
    }

    /// Whether it names a time, so that a line in which it means nothing has to say so.
    pub(crate) const fn is_time(&self) -> bool {
        matches!(
            self.limit,
            Ok(Limit::Starting(_) | Limit::Until(_) | Limit::Between(..) | Limit::Hours { .. })
        )
    }
}

/// The limit at the beginning of `words`.
pub(crate) fn bound(words: &[Word<'_>]) -> Option<Found<Bound>> {
    match words.first()?.key() {
        "until" | "till" | "til" | "through" | "thru" => to_time(words, 1, Limit::Until),
        "ending" => to_time(words, 1, Limit::Until),
        "up" if is_at(words, 1, "to") => to_time(words, 2, Limit::Until),
        "starting" | "beginning" => {
            let from = usize::from(is_at(words, 1, "from"));
            to_time(words, 1 + from, Limit::Starting)
        }
        "from" => hours(words, &["to", "until", "till"]).or_else(|| from(words)),
        "between" => hours(words, &["and"]).or_else(|| between(words, "and")),
        "except" | "excluding" => except(words, 1),
        "but" if is_at(words, 1, "not") => except(words, 2),
        "for" => so_many(words, 1).or_else(|| for_length(words)),
        _ => so_many(words, 0),
    }
}

fn to_time(
    words: &[Word<'_>],
    before: usize,
    limit: impl FnOnce(When) -> Limit,
) -> Option<Found<Bound>> {
    let found = phrase(words.get(before..)?)?;
    let bound = Bound { zone: found.what.zone, ..Bound::new(found.what.when.map(limit)) };
    Some(Found::new(bound, before + found.words))
}

/// “from 1 december”, “from 1 december to 24 december”, “from monday onwards”.
fn from(words: &[Word<'_>]) -> Option<Found<Bound>> {
    for to in ["to", "until", "till"] {
        if let Some(found) = between(words, to) {
            return Some(found);
        }
    }
    let mut found = to_time(words, 1, Limit::Starting)?;
    let onwards = ["onwards", "onward"].iter().any(|key| is_at(words, found.words, key));
    found.words += usize::from(onwards);
    Some(found)
}

/// “between 1 december and 24 december”.
fn between(words: &[Word<'_>], to: &str) -> Option<Found<Bound>> {
    let first = phrase(words.get(1..)?)?;
    let middle = 1 + first.words;
    let second = is_at(words, middle, to).then(|| phrase(&words[middle + 1..])).flatten()?;
    let limit = first
        .what
        .when
        .and_then(|first| second.what.when.map(|second| Limit::Between(first, second)));
    let zone = second.what.zone.or(first.what.zone);
    Some(Found::new(Bound { zone, ..Bound::new(limit) }, middle + 1 + second.words))
}

/// “from 8am to 6pm”, “between 9 and 17”.
fn hours(words: &[Word<'_>], to: &[&str]) -> Option<Found<Bound>> {
    let first = clock(words.get(1..)?)?;
    let middle = 1 + first.words;
    to.iter().find(|to| is_at(words, middle, to))?;
    let second = clock(&words[middle + 1..])?;
    let mut used = middle + 1 + second.words;
    let time = |phrase: ClockPhrase| phrase.clock;
    let mut limit =
        time(first.what).and_then(|from| time(second.what).map(|to| Limit::Hours { from, to }));
    let mut named = None;
    if let Some(zone) = zone(&words[used..]) {
        used += zone.words;
        match zone.what {
            Ok(zone) => named = Some(zone),
            Err(problem) => limit = limit.and(Err(problem)),
        }
    }
    Some(Found::new(Bound { zone: named, ..Bound::new(limit) }, used))
}

/// “10 times”.
fn so_many(words: &[Word<'_>], before: usize) -> Option<Found<Bound>> {
    let times = cardinal(words.get(before)?.key())?;
    if !is_at(words, before + 1, "times") {
        return None;
    }
    let limit = if times == 0 {
        Err(Problem::new(
            "Nothing would happen in 0 times.",
            "Give at least one, such as 10 times.",
        ))
    } else {
        Ok(Limit::Times(times))
    };
    Some(Found::new(Bound { beside: before == 0, ..Bound::new(limit) }, before + 2))
}

/// “for 2 weeks”. Hours and minutes are how long something takes: “walk for 30 minutes”.
fn for_length(words: &[Word<'_>]) -> Option<Found<Bound>> {
    let found = length(&words[1..]).filter(|found| found.what.seconds == 0)?;
    if found.what.is_zero() {
        return None;
    }
    let bound = Bound { beside: true, ..Bound::new(Ok(Limit::For(found.what))) };
    Some(Found::new(bound, 1 + found.words))
}

/// “except 24 december and 1 january”, “except on sundays”.
fn except(words: &[Word<'_>], before: usize) -> Option<Found<Bound>> {
    let mut exceptions = Ok(Exceptions::default());
    let mut used = before;
    let mut gap = usize::from(is_at(words, before, "for"));
    let mut any = false;
    for _ in 0..MOST_EXCEPTIONS {
        let Some(next) = exception(words.get(used + gap..).unwrap_or_default()) else { break };
        used += gap + next.words;
        any = true;
        exceptions = exceptions.and_then(|mut all: Exceptions| {
            let next = next.what?;
            all.dates.extend(next.dates);
            all.weekdays.extend(next.weekdays);
            Ok(all)
        });
        match joint(words, used) {
            Some(joined) => gap = joined,
            None => break,
        }
    }
    any.then(|| Found::new(Bound::new(exceptions.map(Limit::Except)), used))
}

/// One part of what is left out.
fn exception(words: &[Word<'_>]) -> Option<Found<Result<Exceptions, Problem>>> {
    let on = usize::from(is_at(words, 0, "on"));
    if let Some(found) = weekdays(words.get(on..)?, false) {
        let weekdays = found.what.days;
        let exceptions = Exceptions { weekdays, ..Exceptions::default() };
        return Some(Found::new(Ok(exceptions), on + found.words));
    }
    let first = day::day(words).filter(|found| !found.what.night)?;
    let to = ["to", "until", "till"].iter().any(|key| is_at(words, first.words, key));
    let last = to.then(|| day::day(&words[first.words + 1..])).flatten();
    let used = first.words + last.as_ref().map_or(0, |last| 1 + last.words);
    let dates = first.what.day.and_then(|first| {
        let last = last.map(|last| last.what.day).transpose()?;
        Ok(Exceptions { dates: vec![(first, last)], ..Exceptions::default() })
    });
    Some(Found::new(dates, used))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("until 1 march to", 3)]
    #[case("till friday at 18:00", 4)]
    #[case("up to 2026-12-31", 3)]
    #[case("ending on 1 march", 4)]
    #[case("starting monday", 2)]
    #[case("starting from tomorrow at 7am", 5)]
    #[case("from 1 december onwards", 4)]
    #[case("from 1 december to 24 december", 6)]
    #[case("between 1 dec and 24 dec", 6)]
    #[case("between 9 and 17 on weekdays", 4)]
    #[case("from 8am to 6pm utc", 5)]
    #[case("for 10 times", 3)]
    #[case("ten times", 2)]
    #[case("for 2 weeks", 3)]
    #[case("except 24 december and 1 january", 6)]
    #[case("except on sundays", 3)]
    #[case("but not on the 15th", 5)]
    #[case("excluding 24 december to 2 january", 6)]
    fn a_limit_is_found(#[case] said: &str, #[case] words: usize) {
        let found = bound(&split(said)).unwrap();
        assert_eq!(found.words, words, "{said}");
        assert!(found.what.limit.is_ok(), "{said}: {:?}", found.what.limit);
    }

    #[rstest]
    #[case("until dark")]
    #[case("from home")]
    #[case("from 9")]
    #[case("between you and me")]
    #[case("for 30 minutes")]
    #[case("for tomorrow")]
    #[case("except for holidays")]
    #[case("many times")]
    #[case("10 people")]
    #[case("up")]
    #[case("")]
    fn other_words_are_no_limit(#[case] said: &str) {
        assert_eq!(bound(&split(said)), None, "{said}");
    }

    #[rstest]
    #[case("0 times")]
    #[case("until 2026-02-30")]
    #[case("from 25:00 to 26:00")]
    #[case("except 31 june")]
    fn an_impossible_limit_is_a_problem(#[case] said: &str) {
        assert!(bound(&split(said)).unwrap().what.limit.is_err(), "{said}");
    }
}
