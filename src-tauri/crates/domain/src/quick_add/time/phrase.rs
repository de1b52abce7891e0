//! A whole time in words, put together from lengths, days and times of day.

use super::Found;
use super::clock::{self, Clock, DayPart, clock, day_part, in_the_part};
use super::date::iso_date;
use super::day::{self, Day, DayPhrase, Weight};
use super::length::{Length, length};
use super::zone::{self, zone};
use crate::Timestamp;
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at};
use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use chrono_tz::Tz;

/// A time as said, before anybody looks at a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// After a length of time; with a time of day, on the day that this leads to.
    In { length: Length, clock: Option<Clock> },
    /// On a day.
    On { day: Day, time: DayTime },
    /// At the next time that the clock shows this.
    Next(TimeOfDay),
    /// At an instant that needs no zone.
    Instant(Timestamp),
}

/// A time of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayTime {
    /// None is named.
    Open,
    /// This one.
    Day(TimeOfDay),
    /// In the night that begins on the day; at its usual hour when none is named.
    Night(Option<Clock>),
}

/// A time of day, or the part of the day that stands for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeOfDay {
    Clock(Clock),
    Part(DayPart),
}

/// Where in a line a phrase has to stand to be taken for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In front of the text: “wed” could be a verb elsewhere.
    Front,
    /// In front of the text or behind it: “the friday menu” is not about a time.
    Edge,
    /// Anywhere.
    Anywhere,
}

/// A time in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    /// Where it has to stand.
    pub(crate) standing: Standing,
    /// What it says, or why that cannot be.
    pub(crate) when: Result<When, Problem>,
    /// Whose clocks it is about, when it says so.
    pub(crate) zone: Option<Tz>,
}

type FoundPhrase = Option<Found<Phrase>>;

fn found(standing: Standing, when: Result<When, Problem>, words: usize) -> FoundPhrase {
    Some(Found::new(Phrase { standing, when, zone: None }, words))
}

/// The longest time at the beginning of `words`, with the zone behind it.
pub(crate) fn phrase(words: &[Word<'_>]) -> FoundPhrase {
    let time = after_length(words)
        .or_else(|| rfc3339(words))
        .or_else(|| day_first(words))
        .or_else(|| clock_first(words))
        .or_else(|| part_alone(words))?;
    // Neither a length of time nor an instant depends on a zone.
    let fixed = matches!(time.what.when, Ok(When::In { clock: None, .. } | When::Instant(_)));
    if fixed { Some(time) } else { Some(with_zone(time, words)) }
}

fn with_zone(time: Found<Phrase>, words: &[Word<'_>]) -> Found<Phrase> {
    let Some(named) = zone(&words[time.words..]) else { return time };
    let used = time.words + named.words;
    // A zone makes even “noon” a time and no part of a text.
    let mut phrase = Phrase { standing: Standing::Anywhere, ..time.what };
    match (named.what, phrase.zone) {
        (Ok(_), Some(first)) => {
            let second = words[time.words].bare();
            phrase.when = phrase.when.and(Err(zone::two(first.name(), second)));
        }
        (Ok(zone), None) => phrase.zone = Some(zone),
        (Err(problem), _) => phrase.when = phrase.when.and(Err(problem)),
    }
    Found::new(phrase, used)
}

/// “in 2 days at 9”.
fn after_length(words: &[Word<'_>]) -> FoundPhrase {
    if !is_at(words, 0, "in") {
        return None;
    }
    let length = length(&words[1..])?;
    let mut used = 1 + length.words;
    let length = length.what;
    if length.is_zero() {
        let problem = Problem::new(
            "A time of no length is now.",
            "Give at least a second, such as in 10 seconds.",
        );
        return found(Standing::Anywhere, Err(problem), used);
    }
    let mut clock = Ok(None);
    if length.seconds == 0
        && let Some(at) = at_clock(&words[used..])
    {
        used += at.words;
        clock = at.what.map(Some);
    }
    found(Standing::Anywhere, clock.map(|clock| When::In { length, clock }), used)
}

/// “at 14:30”.
pub(super) fn at_clock(words: &[Word<'_>]) -> Option<Found<Result<Clock, Problem>>> {
    if !is_at(words, 0, "at") {
        return None;
    }
    clock(&words[1..]).map(|at| Found::new(at.what.clock, at.words + 1))
}

/// “at 14:30” or “14:30”, but not “14”.
pub(super) fn clock_with_or_without_at(
    words: &[Word<'_>],
) -> Option<Found<Result<Clock, Problem>>> {
    at_clock(words).or_else(|| {
        clock(words)
            .filter(|found| !found.what.only_number)
            .map(|found| Found::new(found.what.clock, found.words))
    })
}

/// “2026-12-01T14:30” in the zone of the clocks, or with an offset of its own.
fn rfc3339(words: &[Word<'_>]) -> FoundPhrase {
    let on = usize::from(is_at(words, 0, "on") || is_at(words, 0, "at"));
    let key = words.get(on)?.key();
    let (date, _) = key.split_once('t')?;
    if let Err(problem) = iso_date(date)? {
        return found(Standing::Edge, Err(problem), on + 1);
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(key) {
        let instant = instant.with_timezone(&Utc).trunc_subsecs(3);
        return found(Standing::Anywhere, Ok(When::Instant(instant)), on + 1);
    }
    let local = ["%Y-%m-%dt%H:%M", "%Y-%m-%dt%H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(key, format).ok());
    let when = match local {
        Some(local) => Ok(When::On {
            day: Day::Date(local.date()),
            time: DayTime::Day(TimeOfDay::Clock(Clock::exact(local.time()))),
        }),
        None => Err(clock::impossible(words[on].bare())),
    };
    found(Standing::Anywhere, when, on + 1)
}

/// “tomorrow at 7am”, “friday evening at 8”, “2026-12-01 14:30”.
fn day_first(words: &[Word<'_>]) -> FoundPhrase {
    let named = day::day(words)?;
    let time = time_of_day(&words[named.words..]);
    let used = named.words + time.as_ref().map_or(0, |time| time.words);
    let standing = standing(named.what.weight, time.is_some());
    found(standing, on_day(named.what, time.map(|time| time.what), &words[..used]), used)
}

/// “at 7am tomorrow”, “at 8 tomorrow evening”, “7am”.
fn clock_first(words: &[Word<'_>]) -> FoundPhrase {
    let at = at_clock(words);
    let standing = if at.is_some() { Standing::Anywhere } else { Standing::Edge };
    let time = at.or_else(|| clock_with_or_without_at(words))?;
    let comes_next =
        |clock: Result<Clock, Problem>| clock.map(|clock| When::Next(TimeOfDay::Clock(clock)));
    let zone = zone(&words[time.words..]);
    let before_day = time.words + zone.as_ref().map_or(0, |zone| zone.words);
    let after = &words[before_day..];
    let Some(named) = day::day(after).filter(|named| named.what.weight > Weight::Faint) else {
        return found(standing, comes_next(time.what), time.words);
    };
    let part = day_part(&after[named.words..]);
    let used = before_day + named.words + part.as_ref().map_or(0, |part| part.words);
    let time = TimeWords { part: part.map(|part| part.what), clock: Some(time.what) };
    let when = on_day(named.what, Some(time), &words[..used]);
    let (when, zone) = match zone.map(|zone| zone.what).transpose() {
        Ok(zone) => (when, zone),
        Err(problem) => (when.and(Err(problem)), None),
    };
    Some(Found::new(Phrase { standing: Standing::Anywhere, when, zone }, used))
}

/// “this evening”, “in the morning”.
fn part_alone(words: &[Word<'_>]) -> FoundPhrase {
    if let Some(part) = in_the_part(words) {
        let when = When::Next(TimeOfDay::Part(part.what));
        return found(Standing::Anywhere, Ok(when), part.words);
    }
    if !is_at(words, 0, "this") {
        return None;
    }
    let part = day_part(&words[1..])?;
    let clock = at_clock(&words[1 + part.words..]);
    let used = 1 + part.words + clock.as_ref().map_or(0, |clock| clock.words);
    let today = DayPhrase { day: Ok(Day::Today), night: false, weight: Weight::Full };
    let time = TimeWords { part: Some(part.what), clock: clock.map(|clock| clock.what) };
    found(Standing::Anywhere, on_day(today, Some(time), &words[..used]), used)
}

/// What follows a day: “evening at 8”.
struct TimeWords {
    part: Option<DayPart>,
    clock: Option<Result<Clock, Problem>>,
}

fn time_of_day(words: &[Word<'_>]) -> Option<Found<TimeWords>> {
    let part = day_part(words).or_else(|| in_the_part(words));
    let after = part.as_ref().map_or(0, |part| part.words);
    let clock = clock_with_or_without_at(&words[after..]);
    let used = after + clock.as_ref().map_or(0, |clock| clock.words);
    let words =
        TimeWords { part: part.map(|part| part.what), clock: clock.map(|clock| clock.what) };
    (used > 0).then_some(Found::new(words, used))
}

fn standing(weight: Weight, timed: bool) -> Standing {
    match (weight, timed) {
        (Weight::Faint, _) => Standing::Front,
        (Weight::Plain, false) => Standing::Edge,
        (Weight::Plain, true) | (Weight::Full, _) => Standing::Anywhere,
    }
}

fn on_day(named: DayPhrase, time: Option<TimeWords>, said: &[Word<'_>]) -> Result<When, Problem> {
    let day = named.day?;
    let (part, clock) = match time {
        None => (None, None),
        Some(time) => (time.part, time.clock.transpose()?),
    };
    let night = named.night || part == Some(DayPart::Night);
    let time = match (part, clock) {
        _ if night => DayTime::Night(clock),
        (None, None) => DayTime::Open,
        (None, Some(clock)) => DayTime::Day(TimeOfDay::Clock(clock)),
        (Some(part), None) => DayTime::Day(TimeOfDay::Part(part)),
        (Some(part), Some(clock)) => {
            let said = || said.iter().map(Word::bare).collect::<Vec<_>>().join(" ");
            let clock = clock.within(part).ok_or_else(|| clock::impossible(&said()))?;
            DayTime::Day(TimeOfDay::Clock(clock))
        }
    };
    Ok(When::On { day, time })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("in 1 minute to stretch", 3, Standing::Anywhere)]
    #[case("in 2 days at 9 go", 5, Standing::Anywhere)]
    #[case("in 2 hours at 9", 3, Standing::Anywhere)]
    #[case("in the morning", 3, Standing::Anywhere)]
    #[case("at 14:30 to", 2, Standing::Anywhere)]
    #[case("14:30", 1, Standing::Edge)]
    #[case("7am", 1, Standing::Edge)]
    #[case("noon", 1, Standing::Edge)]
    #[case("tomorrow 7am", 2, Standing::Anywhere)]
    #[case("tomorrow 7 people", 1, Standing::Anywhere)]
    #[case("tomorrow at 7", 3, Standing::Anywhere)]
    #[case("tomorrow morning at 7", 4, Standing::Anywhere)]
    #[case("tomorrow in the morning", 4, Standing::Anywhere)]
    #[case("at 7 tomorrow evening", 4, Standing::Anywhere)]
    #[case("at 7am on friday", 4, Standing::Anywhere)]
    #[case("at 9 sun cream", 2, Standing::Anywhere)]
    #[case("this evening at 8", 4, Standing::Anywhere)]
    #[case("friday", 1, Standing::Edge)]
    #[case("friday at 9", 3, Standing::Anywhere)]
    #[case("sun", 1, Standing::Front)]
    #[case("sun at 9", 3, Standing::Front)]
    #[case("next sun", 2, Standing::Anywhere)]
    #[case("2026-12-01 14:30", 2, Standing::Anywhere)]
    #[case("on 2026-12-01", 2, Standing::Anywhere)]
    #[case("2026-12-01", 1, Standing::Edge)]
    #[case("2026-12-01T14:30:00Z", 1, Standing::Anywhere)]
    #[case("on 2026-12-01T14:30", 2, Standing::Anywhere)]
    #[case("noon europe/berlin to", 2, Standing::Anywhere)]
    #[case("at 9 utc tomorrow to", 4, Standing::Anywhere)]
    #[case("tomorrow at 9 in asia/tokyo", 5, Standing::Anywhere)]
    #[case("in 5 minutes utc", 3, Standing::Anywhere)]
    #[case("on the 15th to", 3, Standing::Edge)]
    #[case("on the 15th at noon", 5, Standing::Anywhere)]
    fn a_time_is_found(#[case] said: &str, #[case] words: usize, #[case] standing: Standing) {
        let found = phrase(&split(said)).unwrap();
        assert_eq!((found.words, found.what.standing), (words, standing), "{said}");
        assert!(found.what.when.is_ok(), "{said}");
    }

    #[rstest]
    #[case("in 0 minutes")]
    #[case("at 25:00")]
    #[case("tomorrow at 13pm")]
    #[case("tomorrow morning at 15:00")]
    #[case("2026-02-30")]
    #[case("2026-02-30T10:00")]
    #[case("2026-02-28T30:00")]
    fn an_impossible_time_is_a_problem(#[case] said: &str) {
        let words = split(said);
        let found = phrase(&words).unwrap();
        assert_eq!(found.words, words.len(), "{said}");
        assert!(found.what.when.is_err(), "{said}");
    }

    #[rstest]
    #[case("7")]
    #[case("in 5")]
    #[case("in the box")]
    #[case("at home")]
    #[case("at 75 Main Street")]
    #[case("next week")]
    #[case("this time")]
    #[case("on the first")]
    #[case("on the 32nd")]
    #[case("the 4th")]
    #[case("at")]
    #[case("in")]
    #[case("t")]
    fn other_words_are_no_time(#[case] said: &str) {
        assert_eq!(phrase(&split(said)), None, "{said}");
    }
}
