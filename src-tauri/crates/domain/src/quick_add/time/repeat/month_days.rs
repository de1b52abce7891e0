//! Days of the month in words: “the 1st and 15th”, “first monday of the month”, “last day of
//! every month”.

use super::super::Found;
use super::super::date::month;
use super::super::day::weekday_named;
use super::super::number::{cardinal, ordinal};
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at, joint};
use crate::schedule::{MonthDay, Weekday};
use std::collections::BTreeSet;

/// Most days that a list names.
const MOST: usize = 31;

/// Days of the month, as said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MonthDays {
    /// The days, or why there are none like them.
    pub(super) days: Result<BTreeSet<MonthDay>, Problem>,
    /// The months that they are days of, when that is said.
    pub(super) months: Option<MonthsOf>,
    /// How many are named.
    pub(super) named: usize,
    /// Whether “the” stands before the first.
    pub(super) definite: bool,
}

/// “of the month”, “of every 3 months”.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MonthsOf {
    pub(super) every: u64,
    /// Whether it says that there are several: “of every month”.
    pub(super) several: bool,
}

/// The days of the month at the beginning of `words`. With `numbers`, “15” is a day like “15th”.
pub(super) fn month_days(words: &[Word<'_>], numbers: bool) -> Option<Found<MonthDays>> {
    let on = usize::from(is_at(words, 0, "on"));
    let definite = is_at(words, on, "the");
    let mut used = on + usize::from(definite);
    let mut items = Vec::new();
    let mut gap = 0;
    for _ in 0..MOST {
        let mut from = used + gap;
        if !items.is_empty() {
            from += usize::from(is_at(words, from, "on"));
            from += usize::from(is_at(words, from, "the"));
        }
        let Some(next) = words.get(from..).and_then(|rest| item(rest, numbers)) else { break };
        items.push(next.what);
        used = from + next.words;
        match joint(words, used) {
            Some(joined) => gap = joined,
            None => break,
        }
    }
    let months = months_of(&words[used..]);
    used += months.as_ref().map_or(0, |months| months.words);
    let of = usize::from(is_at(words, used, "of"));
    let of_a_year = words.get(used + of).is_some_and(|word| month(word.key()).is_some());
    inherit_nouns(&mut items);
    // “second to none”, “the last of them”: nothing says that it is about days.
    let vague = items.iter().any(|item| item.noun.is_none() && !item.digits);
    if items.is_empty() || of_a_year || (vague && months.is_none()) {
        return None;
    }
    let days = items.iter().map(Item::day).collect();
    let months = months.map(|months| months.what);
    Some(Found::new(MonthDays { days, months, named: items.len(), definite }, used))
}

/// Which of the days of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Nth(u64),
    Last,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noun {
    Day,
    Workday,
    Weekday(Weekday),
}

/// One part of a list.
#[derive(Debug, Clone, Copy)]
struct Item {
    place: Place,
    noun: Option<Noun>,
    /// Whether it is written in digits.
    digits: bool,
}

fn item(words: &[Word<'_>], numbers: bool) -> Option<Found<Item>> {
    let key = words.first()?.key();
    let digits = key.starts_with(|c: char| c.is_ascii_digit());
    let place = match key {
        "last" => Place::Last,
        _ => {
            let number = ordinal(key).or_else(|| cardinal(key).filter(|_| numbers && digits))?;
            Place::Nth(number)
        }
    };
    let noun = noun(&words[1..]);
    let used = 1 + noun.as_ref().map_or(0, |noun| noun.words);
    Some(Found::new(Item { place, noun: noun.map(|noun| noun.what), digits }, used))
}

fn noun(words: &[Word<'_>]) -> Option<Found<Noun>> {
    match words.first()?.key() {
        "day" => Some(Found::new(Noun::Day, 1)),
        "weekday" | "workday" => Some(Found::new(Noun::Workday, 1)),
        "business" | "working" | "work" if is_at(words, 1, "day") => {
            Some(Found::new(Noun::Workday, 2))
        }
        name => weekday_named(name).map(|day| Found::new(Noun::Weekday(day.into()), 1)),
    }
}

/// In “the first and third monday” the first one is a Monday too. No month has a sixth.
fn inherit_nouns(items: &mut [Item]) {
    let mut later = None;
    for item in items.iter_mut().rev() {
        let few = matches!(item.place, Place::Nth(1..=5) | Place::Last);
        if item.noun.is_none() && few {
            item.noun = later;
        }
        later = item.noun;
    }
}

impl Item {
    fn day(&self) -> Result<MonthDay, Problem> {
        let day = match (self.place, self.noun) {
            (Place::Last, None | Some(Noun::Day)) => Some(MonthDay::Last(0)),
            (Place::Last, Some(Noun::Workday)) => Some(MonthDay::LastWorkday),
            (Place::Last, Some(Noun::Weekday(day))) => Some(MonthDay::LastWeekday(day)),
            // The workday nearest to the 1st that lies in the month is its first.
            (Place::Nth(1), Some(Noun::Workday)) => Some(MonthDay::NearestWorkday(1)),
            (Place::Nth(_), Some(Noun::Workday)) => None,
            (Place::Nth(number), Some(Noun::Weekday(day))) => {
                u8::try_from(number).ok().filter(|n| *n <= 5).map(|n| MonthDay::Nth(day, n))
            }
            (Place::Nth(number), None | Some(Noun::Day)) => {
                u8::try_from(number).ok().filter(|n| (1..=31).contains(n)).map(MonthDay::Day)
            }
        };
        day.ok_or_else(|| {
            Problem::new(
                "No schedule can name such a day of the month.",
                "Name a day from the 1st to the 31st, the first to fifth or last of a day of the \
                 week, or the first or last workday.",
            )
        })
    }
}

/// “of the month”, “of every other month”, “every month”.
fn months_of(words: &[Word<'_>]) -> Option<Found<MonthsOf>> {
    let of = usize::from(is_at(words, 0, "of") || is_at(words, 0, "in"));
    if of == 1 && is_at(words, 1, "the") && is_at(words, 2, "month") {
        return Some(Found::new(MonthsOf { every: 1, several: false }, 3));
    }
    if !(is_at(words, of, "every") || is_at(words, of, "each")) {
        return None;
    }
    let is_month = |index| is_at(words, index, "month") || is_at(words, index, "months");
    if is_month(of + 1) {
        return Some(Found::new(MonthsOf { every: 1, several: true }, of + 2));
    }
    let every = interval(words.get(of + 1)?.key())?;
    is_month(of + 2).then_some(Found::new(MonthsOf { every, several: true }, of + 3))
}

/// How many of something there are from one to the next: “other”, “3”, “third”.
pub(super) fn interval(word: &str) -> Option<u64> {
    match word {
        "other" => Some(2),
        _ => cardinal(word).or_else(|| ordinal(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("first monday of the month", 5, "mon#1", Some(1))]
    #[case("on the last friday of every month at", 7, "friL", Some(1))]
    #[case("the first and third monday of the month", 8, "mon#1 mon#3", Some(1))]
    #[case("last day of every other month", 6, "L", Some(2))]
    #[case("the last of the month", 5, "L", Some(1))]
    #[case("first day of every 3 months", 6, "1", Some(3))]
    #[case("on the 1st and 15th to", 5, "1 15", None)]
    #[case("the 1st, the 10th and the 20th of each month", 10, "1 10 20", Some(1))]
    #[case("15th and last day of the month", 7, "15 L", Some(1))]
    #[case("first workday of the month", 5, "1W", Some(1))]
    #[case("last business day of the month", 6, "LW", Some(1))]
    #[case("15th", 1, "15", None)]
    #[case("first monday", 2, "mon#1", None)]
    #[case("1st every month", 3, "1", Some(1))]
    fn days_are_listed(
        #[case] said: &str,
        #[case] words: usize,
        #[case] days: &str,
        #[case] every: Option<u64>,
    ) {
        let found = month_days(&split(said), false).unwrap();
        let shown: Vec<_> = found.what.days.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!((found.words, shown.join(" ").as_str()), (words, days), "{said}");
        assert_eq!(found.what.months.map(|months| months.every), every, "{said}");
    }

    #[rstest]
    #[case("sixth monday of the month")]
    #[case("32nd of the month")]
    #[case("second workday of the month")]
    fn a_day_that_no_schedule_can_name_is_a_problem(#[case] said: &str) {
        let problem = month_days(&split(said), false).unwrap().what.days.unwrap_err();
        assert_eq!(problem.message, "No schedule can name such a day of the month.");
    }

    #[rstest]
    #[case("second")]
    #[case("first place")]
    #[case("last of them")]
    #[case("15")]
    #[case("24th of december")]
    #[case("the 1st and 2nd december")]
    #[case("the")]
    #[case("")]
    fn other_words_are_no_days(#[case] said: &str) {
        assert_eq!(month_days(&split(said), false), None, "{said}");
    }
}
