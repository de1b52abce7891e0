//! Days: “tomorrow”, “on friday”, “next fri”, “on 2026-12-01”.

use super::Found;
use super::date::date;
use super::number::ordinal;
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at};
use chrono::{NaiveDate, Weekday};

/// A day, as said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// This one.
    Today,
    /// So many days ahead: tomorrow is 1.
    Ahead(u64),
    /// The first with this name; with `next`, the first after today.
    Weekday { weekday: Weekday, next: bool },
    /// This one of the calendar.
    Date(NaiveDate),
    /// The first with this name in the calendar; 29 February waits for its year.
    Annual { month: u32, day: u32 },
    /// The first with this number in its month; the 31st waits for its month.
    OfMonth(u32),
}

/// How much a name of a day says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Also another English word: `sun`, `sat`, `wed`.
    Faint,
    /// A day, or part of a name: `friday`, `2026-12-01`.
    Plain,
    /// A time: `tomorrow`, `on friday`.
    Full,
}

/// A day in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DayPhrase {
    /// The day, or why there is none like it.
    pub(crate) day: Result<Day, Problem>,
    /// Whether the night that begins on it is meant.
    pub(crate) night: bool,
    /// How much it says by itself.
    pub(crate) weight: Weight,
}

/// The day at the beginning of `words`.
pub(crate) fn day(words: &[Word<'_>]) -> Option<Found<DayPhrase>> {
    let sure = |day, night, words| {
        Some(Found::new(DayPhrase { day: Ok(day), night, weight: Weight::Full }, words))
    };
    match words.first()?.key() {
        "today" => return sure(Day::Today, false, 1),
        "tonight" => return sure(Day::Today, true, 1),
        "tomorrow" => return sure(Day::Ahead(1), false, 1),
        _ => {}
    }
    if let Some(words) = after_tomorrow(words) {
        return sure(Day::Ahead(2), false, words);
    }
    weekday(words).or_else(|| on_date(words)).or_else(|| on_the_nth(words))
}

/// “day after tomorrow” with or without “the”: how many words.
fn after_tomorrow(words: &[Word<'_>]) -> Option<usize> {
    let the = usize::from(is_at(words, 0, "the"));
    let rest = ["day", "after", "tomorrow"];
    rest.iter()
        .enumerate()
        .all(|(index, key)| is_at(words, the + index, key))
        .then_some(the + rest.len())
}

fn weekday(words: &[Word<'_>]) -> Option<Found<DayPhrase>> {
    let on = usize::from(is_at(words, 0, "on"));
    let next = is_at(words, on, "next");
    let before = on + usize::from(next || is_at(words, on, "this"));
    let name = words.get(before)?.key();
    let weekday = weekday_named(name)?;
    let weight = match (before, name.len()) {
        (1.., _) => Weight::Full,
        (0, 6..) => Weight::Plain,
        (0, _) => Weight::Faint,
    };
    let phrase = DayPhrase { day: Ok(Day::Weekday { weekday, next }), night: false, weight };
    Some(Found::new(phrase, before + 1))
}

/// The day of the week with this name, whole or short.
pub(crate) fn weekday_named(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" | "mon" => Weekday::Mon,
        "tuesday" | "tue" | "tues" => Weekday::Tue,
        "wednesday" | "wed" => Weekday::Wed,
        "thursday" | "thu" | "thur" | "thurs" => Weekday::Thu,
        "friday" | "fri" => Weekday::Fri,
        "saturday" | "sat" => Weekday::Sat,
        "sunday" | "sun" => Weekday::Sun,
        _ => return None,
    })
}

/// A date, with or without “on”.
fn on_date(words: &[Word<'_>]) -> Option<Found<DayPhrase>> {
    let on = usize::from(is_at(words, 0, "on"));
    let weight = if on == 1 { Weight::Full } else { Weight::Plain };
    let found = date(words.get(on..)?)?;
    Some(Found::new(DayPhrase { day: found.what, night: false, weight }, on + found.words))
}

/// “on the 15th”.
fn on_the_nth(words: &[Word<'_>]) -> Option<Found<DayPhrase>> {
    if !(is_at(words, 0, "on") && is_at(words, 1, "the")) {
        return None;
    }
    let name = words.get(2)?.key();
    let number = ordinal(name).filter(|_| name.starts_with(|c: char| c.is_ascii_digit()))?;
    let day = u32::try_from(number).ok().filter(|day| *day <= 31)?;
    let phrase = DayPhrase { day: Ok(Day::OfMonth(day)), night: false, weight: Weight::Plain };
    Some(Found::new(phrase, 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    const FRIDAY: Day = Day::Weekday { weekday: Weekday::Fri, next: false };
    const NEXT_FRIDAY: Day = Day::Weekday { weekday: Weekday::Fri, next: true };

    #[rstest]
    #[case("today", Day::Today, Weight::Full, 1)]
    #[case("Tomorrow,", Day::Ahead(1), Weight::Full, 1)]
    #[case("the day after tomorrow", Day::Ahead(2), Weight::Full, 4)]
    #[case("day after tomorrow", Day::Ahead(2), Weight::Full, 3)]
    #[case("friday", FRIDAY, Weight::Plain, 1)]
    #[case("fri", FRIDAY, Weight::Faint, 1)]
    #[case("on fri", FRIDAY, Weight::Full, 2)]
    #[case("this friday", FRIDAY, Weight::Full, 2)]
    #[case("next fri", NEXT_FRIDAY, Weight::Full, 2)]
    #[case("on next friday", NEXT_FRIDAY, Weight::Full, 3)]
    #[case("on 1 december", Day::Annual { month: 12, day: 1 }, Weight::Full, 3)]
    #[case("on the 15th", Day::OfMonth(15), Weight::Plain, 3)]
    #[case("december 1", Day::Annual { month: 12, day: 1 }, Weight::Plain, 2)]
    fn a_day_is_found(
        #[case] said: &str,
        #[case] expected: Day,
        #[case] weight: Weight,
        #[case] words: usize,
    ) {
        let phrase = DayPhrase { day: Ok(expected), night: false, weight };
        assert_eq!(day(&split(said)), Some(Found::new(phrase, words)), "{said}");
    }

    #[test]
    fn tonight_is_the_night_that_begins_today() {
        let found = day(&split("tonight")).unwrap();
        assert_eq!((found.what.day, found.what.night), (Ok(Day::Today), true));
    }

    #[rstest]
    #[case("\"tomorrow\"")]
    #[case("tomorrow's")]
    #[case("next week")]
    #[case("day after")]
    #[case("on")]
    #[case("")]
    fn other_words_are_no_day(#[case] said: &str) {
        assert_eq!(day(&split(said)), None, "{said}");
    }
}
