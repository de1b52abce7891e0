//! Several times of a day: “at 7 and 19”, “7am, noon and 7pm”.

use super::super::Found;
use super::super::clock::{Clock, clock};
use super::super::phrase::{at_clock, clock_with_or_without_at};
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at, joint};

/// Most times of one day.
const MOST: usize = 24;

/// The times of day at the beginning of `words`. A plain number is one after “at” only.
pub(super) fn clocks(words: &[Word<'_>]) -> Option<Found<Result<Vec<Clock>, Problem>>> {
    let first = clock_with_or_without_at(words)?;
    let numbers = is_at(words, 0, "at");
    let (mut clocks, mut used) = (first.what.map(|clock| vec![clock]), first.words);
    for _ in 1..MOST {
        let Some(gap) = joint(words, used) else { break };
        let rest = &words[used + gap..];
        let Some(next) = at_clock(rest).or_else(|| plain(rest, numbers)) else { break };
        clocks = clocks.and_then(|mut all| {
            all.push(next.what?);
            Ok(all)
        });
        used += gap + next.words;
    }
    Some(Found::new(clocks, used))
}

/// “19:00”, and “19” where numbers are times.
fn plain(words: &[Word<'_>], numbers: bool) -> Option<Found<Result<Clock, Problem>>> {
    let found = clock(words).filter(|found| numbers || !found.what.only_number)?;
    // “at 7 and 10 times” has one time.
    let counts = words.get(found.words).is_some_and(|word| word.is("times"));
    (!counts).then(|| Found::new(found.what.clock, found.words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("at 7 and 19 every", 4, &["07:00", "19:00"])]
    #[case("at 7:00, 12:00 and 19:00", 5, &["07:00", "12:00", "19:00"])]
    #[case("7am, noon, and 7pm", 4, &["07:00", "12:00", "19:00"])]
    #[case("at 7 and at 19", 5, &["07:00", "19:00"])]
    #[case("7am and 8 people", 1, &["07:00"])]
    #[case("at 7 and 10 times", 2, &["07:00"])]
    #[case("at 8 in the morning and 6 in the evening", 10, &["08:00", "18:00"])]
    fn times_are_listed(#[case] said: &str, #[case] words: usize, #[case] expected: &[&str]) {
        let found = clocks(&split(said)).unwrap();
        let shown: Vec<_> =
            found.what.unwrap().iter().map(|c| c.time.format("%H:%M").to_string()).collect();
        assert_eq!(
            (found.words, shown),
            (words, expected.iter().map(ToString::to_string).collect()),
            "{said}"
        );
    }

    #[test]
    fn no_more_times_are_read_than_a_day_can_have() {
        let line = vec!["12:00"; 40].join(", ");
        let found = clocks(&split(&line)).unwrap();
        assert_eq!((found.words, found.what.unwrap().len()), (MOST, MOST));
    }
}
