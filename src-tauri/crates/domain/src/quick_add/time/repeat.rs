//! Words that ask for more than one time: “every day”, “daily”, “on mondays”.

use super::Found;
use super::day::weekday_named;
use super::length::{is_unit, number_word};
use super::phrase::Standing;
use crate::quick_add::word::{Word, is_at};

/// A repetition in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// Where in a line it has to stand to be taken for one.
    pub(crate) standing: Standing,
}

/// The repetition at the beginning of `words`.
pub(crate) fn repeat(words: &[Word<'_>]) -> Option<Found<Repeat>> {
    if let Some(words) = every(words) {
        return Some(Found::new(Repeat { standing: Standing::Anywhere }, words));
    }
    let on = usize::from(is_at(words, 0, "on"));
    let name = words.get(on)?.key();
    let edge = Some(Found::new(Repeat { standing: Standing::Edge }, on + 1));
    match name {
        "hourly" | "daily" | "nightly" | "weekly" | "monthly" | "yearly" if on == 0 => edge,
        "weekdays" | "weekends" => edge,
        _ => {
            name.strip_suffix("days").and_then(|day| weekday_named(&format!("{day}day"))).and(edge)
        }
    }
}

/// “every day”, “every other tuesday”, “each 45 min”, “every mon”: how many words.
fn every(words: &[Word<'_>]) -> Option<usize> {
    if !is_at(words, 0, "every") && !is_at(words, 0, "each") {
        return None;
    }
    let counted = words.get(1).is_some_and(|word| counts(word.key()));
    if counted && words.get(2).is_some_and(|word| recurs(word.key())) {
        return Some(3);
    }
    // “make every second count” is about no repetition.
    words.get(1).is_some_and(|word| recurs(word.key()) && !word.is("second")).then_some(2)
}

/// Whether a name of a time comes again and again: `day`, `tuesdays`, `45min`.
fn recurs(name: &str) -> bool {
    let glued = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let singular = name.strip_suffix('s').unwrap_or(name);
    is_unit(name)
        || (glued.len() < name.len() && is_unit(glued))
        || weekday_named(name).or_else(|| weekday_named(singular)).is_some()
        || matches!(
            singular,
            "weekday"
                | "weekend"
                | "workday"
                | "morning"
                | "afternoon"
                | "evening"
                | "night"
                | "noon"
                | "midnight"
        )
}

fn counts(word: &str) -> bool {
    matches!(word, "other" | "single" | "first" | "second" | "third" | "fourth" | "last")
        || number_word(word).is_some()
        || (!word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("every day", 2, Standing::Anywhere)]
    #[case("every other tuesday at", 3, Standing::Anywhere)]
    #[case("every 45 min", 3, Standing::Anywhere)]
    #[case("every 5m", 2, Standing::Anywhere)]
    #[case("every two weeks", 3, Standing::Anywhere)]
    #[case("every second day", 3, Standing::Anywhere)]
    #[case("every mon, wed", 2, Standing::Anywhere)]
    #[case("every weekday", 2, Standing::Anywhere)]
    #[case("each morning", 2, Standing::Anywhere)]
    #[case("daily", 1, Standing::Edge)]
    #[case("on mondays", 2, Standing::Edge)]
    #[case("weekdays", 1, Standing::Edge)]
    fn a_repetition_is_found(#[case] said: &str, #[case] words: usize, #[case] standing: Standing) {
        assert_eq!(repeat(&split(said)), Some(Found::new(Repeat { standing }, words)), "{said}");
    }

    #[rstest]
    #[case("every window")]
    #[case("every second")]
    #[case("every time")]
    #[case("each of them")]
    #[case("every")]
    #[case("days")]
    #[case("on daily")]
    #[case("monday")]
    #[case("every \"day\"")]
    fn other_words_are_no_repetition(#[case] said: &str) {
        assert_eq!(repeat(&split(said)), None, "{said}");
    }
}
