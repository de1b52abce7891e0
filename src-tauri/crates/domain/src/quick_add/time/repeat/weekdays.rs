//! Days of the week in words: “mon, wed and fri”, “mondays”, “monday to friday”, “weekends”.

use super::super::Found;
use super::super::day::weekday_named;
use crate::quick_add::word::{Word, is_at, joint};
use crate::schedule::Weekday;
use std::collections::BTreeSet;

/// Most days that a list names before it is a text.
const MOST: usize = 14;

/// Days of the week, as said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Weekdays {
    pub(crate) days: BTreeSet<Weekday>,
    /// Whether they are named as days that come again: “mondays”, “weekdays”, “mon-fri”.
    pub(crate) recurring: bool,
    /// How many parts the list has.
    pub(crate) parts: usize,
    /// Whether several are named by one word, so that “every second” cannot go before it.
    pub(crate) group: bool,
}

/// The days of the week at the beginning of `words`.
///
/// With `every`, which stands before them, the parts of a list need no comma, and “every” or “on”
/// may go before each.
pub(crate) fn weekdays(words: &[Word<'_>], every: bool) -> Option<Found<Weekdays>> {
    let mut found = item(words)?;
    for _ in 1..MOST {
        let joined = joint(words, found.words);
        let Some(gap) = joined.or(every.then_some(0)) else { break };
        let rest = &words[found.words + gap..];
        let again =
            joined.is_some() && ["every", "each", "on"].iter().any(|key| is_at(rest, 0, key));
        let again = usize::from(every && again);
        let Some(next) = item(&rest[again..]) else { break };
        found.what.days.extend(next.what.days);
        found.what.recurring |= next.what.recurring;
        found.what.group |= next.what.group;
        found.what.parts += next.what.parts;
        found.words += gap + again + next.words;
    }
    Some(found)
}

/// One part of a list.
fn item(words: &[Word<'_>]) -> Option<Found<Weekdays>> {
    let key = words.first()?.key();
    if let Some(found) = group(words) {
        return Some(found);
    }
    if key.contains(',') {
        return listed(key);
    }
    let (day, plural) = named(key)?;
    if let Some(last) = range_end(words, key) {
        return Some(Found::new(range(day, last), 3));
    }
    let days = BTreeSet::from([day]);
    Some(Found::new(Weekdays { days, recurring: plural, parts: 1, group: false }, 1))
}

/// “weekdays”, “business days”, “weekend”, “mon-fri”.
fn group(words: &[Word<'_>]) -> Option<Found<Weekdays>> {
    let key = words.first()?.key();
    let is_plural = |index: usize| words.get(index).is_some_and(|word| word.key().ends_with('s'));
    let all = |days: &[Weekday], words: usize| {
        let days = days.iter().copied().collect();
        // “on the weekend” is one of them.
        let recurring = is_plural(words - 1);
        Some(Found::new(Weekdays { days, recurring, parts: 1, group: true }, words))
    };
    let (work, free) = Weekday::ALL.split_at(5);
    let two_words = matches!(key, "business" | "working" | "work")
        && (is_at(words, 1, "day") || is_at(words, 1, "days"));
    match key {
        "weekday" | "weekdays" | "workday" | "workdays" => return all(work, 1),
        "weekend" | "weekends" => return all(free, 1),
        _ if two_words => return all(work, 2),
        _ => {}
    }
    let (first, last) = key.split_once(['-', '–'])?;
    Some(Found::new(range(named(first)?.0, named(last)?.0), 1))
}

/// “mon,wed,fri”.
fn listed(key: &str) -> Option<Found<Weekdays>> {
    let named: Option<Vec<_>> = key.split(',').map(named).collect();
    let named = named?;
    let recurring = named.iter().any(|(_, plural)| *plural);
    let parts = named.len();
    let days = named.into_iter().map(|(day, _)| day).collect();
    Some(Found::new(Weekdays { days, recurring, parts, group: false }, 1))
}

/// The day behind “to”. “monday to sun” is no range: a short name goes with a short one.
fn range_end(words: &[Word<'_>], first: &str) -> Option<Weekday> {
    let to = ["to", "through", "thru", "-", "–"].iter().any(|key| is_at(words, 1, key));
    let last = words.get(2).filter(|_| to)?.key();
    let (day, plural) = named(last)?;
    ((last.len() < 6) == (first.len() < 6) && !plural).then_some(day)
}

/// From one day to another, over the end of the week if need be.
fn range(first: Weekday, last: Weekday) -> Weekdays {
    let from = Weekday::ALL.iter().position(|day| *day == first).unwrap_or(0);
    let mut days = BTreeSet::new();
    for day in Weekday::ALL.iter().cycle().skip(from).take(7) {
        days.insert(*day);
        if *day == last {
            break;
        }
    }
    Weekdays { days, recurring: true, parts: 1, group: true }
}

/// The day with this name, and whether it is in the plural.
fn named(name: &str) -> Option<(Weekday, bool)> {
    if let Some(day) = weekday_named(name) {
        return Some((day.into(), false));
    }
    let singular = name.strip_suffix('s').filter(|singular| singular.ends_with("day"))?;
    weekday_named(singular).map(|day| (day.into(), true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    fn shown(days: &BTreeSet<Weekday>) -> String {
        days.iter().map(|day| day.name()).collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case("monday at", 1, "mon", false)]
    #[case("mondays", 1, "mon", true)]
    #[case("mon, wed, fri 6:30am", 3, "mon wed fri", false)]
    #[case("mon,wed,fri", 1, "mon wed fri", false)]
    #[case("saturday and sunday", 3, "sat sun", false)]
    #[case("mondays, and thursdays", 3, "mon thu", true)]
    #[case("weekdays", 1, "mon tue wed thu fri", true)]
    #[case("business days", 2, "mon tue wed thu fri", true)]
    #[case("weekends", 1, "sat sun", true)]
    #[case("weekend", 1, "sat sun", false)]
    #[case("mon-fri", 1, "mon tue wed thu fri", true)]
    #[case("fri–mon", 1, "mon fri sat sun", true)]
    #[case("monday to friday at", 3, "mon tue wed thu fri", true)]
    #[case("mon to wed", 3, "mon tue wed", true)]
    #[case("monday to sun", 1, "mon", false)]
    #[case("mon wed", 1, "mon", false)]
    #[case("friday and run", 1, "fri", false)]
    fn days_are_listed(
        #[case] said: &str,
        #[case] words: usize,
        #[case] days: &str,
        #[case] recurring: bool,
    ) {
        let found = weekdays(&split(said), false).unwrap();
        assert_eq!(found.words, words, "{said}");
        assert_eq!((shown(&found.what.days).as_str(), found.what.recurring), (days, recurring));
    }

    #[rstest]
    #[case("mon wed fri at", 3, "mon wed fri")]
    #[case("monday and every thursday", 4, "mon thu")]
    #[case("monday and on thursdays", 4, "mon thu")]
    #[case("monday every thursday", 1, "mon")]
    fn behind_every_a_list_is_freer(#[case] said: &str, #[case] words: usize, #[case] days: &str) {
        let found = weekdays(&split(said), true).unwrap();
        assert_eq!((found.words, shown(&found.what.days).as_str()), (words, days), "{said}");
    }

    #[rstest]
    #[case("days")]
    #[case("work hard")]
    #[case("mon,tuna")]
    #[case("fri-day")]
    #[case("suns")]
    #[case("")]
    fn other_words_are_no_days(#[case] said: &str) {
        assert_eq!(weekdays(&split(said), true), None, "{said}");
    }
}
