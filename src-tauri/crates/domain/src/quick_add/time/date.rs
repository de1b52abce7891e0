//! Days of the calendar: “2026-12-01”, “1 december”, “dec 24th 2027”.

use super::Found;
use super::day::Day;
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at};
use chrono::NaiveDate;

/// A year that has every day, to ask whether a day can be at all.
const LEAP_YEAR: i32 = 2028;
/// Years that a number of four digits can mean.
const YEARS: std::ops::Range<i32> = 1900..2200;

/// The date at the beginning of `words`, or why the calendar has none like it.
pub(crate) fn date(words: &[Word<'_>]) -> Option<Found<Result<Day, Problem>>> {
    if let Some(date) = words.first().and_then(|word| iso_date(word.key())) {
        return Some(Found::new(date.map(Day::Date), 1));
    }
    let named = day_then_month(words).or_else(|| month_then_day(words))?;
    let (month, day) = named.what;
    let year = words.get(named.words).and_then(|word| year(word.key()));
    let used = named.words + usize::from(year.is_some());
    let exists = NaiveDate::from_ymd_opt(year.unwrap_or(LEAP_YEAR), month, day);
    let date = match (exists, year) {
        (Some(date), Some(_)) => Ok(Day::Date(date)),
        (Some(_), None) => Ok(Day::Annual { month, day }),
        (None, _) => {
            let said: Vec<_> = words[..used].iter().map(Word::bare).collect();
            Err(no_such_day(&said.join(" ")))
        }
    };
    Some(Found::new(date, used))
}

/// A date as ISO 8601 writes it: four digits, two, two. A problem when the calendar has no such
/// day.
pub(crate) fn iso_date(word: &str) -> Option<Result<NaiveDate, Problem>> {
    let shaped = word.len() == 10
        && word.bytes().enumerate().all(|(index, b)| match index {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    shaped.then(|| NaiveDate::parse_from_str(word, "%Y-%m-%d").map_err(|_| no_such_day(word)))
}

fn no_such_day(said: &str) -> Problem {
    Problem::new(
        format!("“{said}” is not a day of the calendar."),
        "Write the year, the month and the day, such as 2026-12-31.",
    )
}

/// “24 december”, “the 24th of december”: the month and the day.
fn day_then_month(words: &[Word<'_>]) -> Option<Found<(u32, u32)>> {
    let the = usize::from(is_at(words, 0, "the"));
    let day = day_of_month(words.get(the)?.key())?;
    let of = the + 1 + usize::from(is_at(words, the + 1, "of"));
    let month = month(words.get(of)?.key())?;
    Some(Found::new((month, day), of + 1))
}

/// “december 24th”: the month and the day.
fn month_then_day(words: &[Word<'_>]) -> Option<Found<(u32, u32)>> {
    let month = month(words.first()?.key())?;
    let the = usize::from(is_at(words, 1, "the"));
    let day = day_of_month(words.get(1 + the)?.key())?;
    Some(Found::new((month, day), 2 + the))
}

fn day_of_month(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
    let digits = digits.unwrap_or(word);
    let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let day = is_number.then(|| digits.parse().ok()).flatten()?;
    (1..=31).contains(&day).then_some(day)
}

fn year(word: &str) -> Option<i32> {
    let is_number = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| word.parse().ok()).flatten().filter(|year| YEARS.contains(year))
}

/// The number of the month with this name.
pub(super) fn month(name: &str) -> Option<u32> {
    Some(match name {
        "january" | "jan" => 1,
        "february" | "feb" => 2,
        "march" | "mar" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sep" | "sept" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("2026-12-01 at", "2026-12-01", 1)]
    #[case("1 december 2026", "2026-12-01", 3)]
    #[case("Dec 24th, 2027 at", "2027-12-24", 3)]
    #[case("the 3rd of march 2027", "2027-03-03", 5)]
    #[case("29 feb 2028", "2028-02-29", 3)]
    fn a_date_with_a_year_is_a_day(
        #[case] said: &str,
        #[case] expected: NaiveDate,
        #[case] words: usize,
    ) {
        assert_eq!(date(&split(said)), Some(Found::new(Ok(Day::Date(expected)), words)), "{said}");
    }

    #[rstest]
    #[case("1 december", 12, 1, 2)]
    #[case("may the 4th", 5, 4, 3)]
    #[case("the 22nd of June at", 6, 22, 4)]
    #[case("29 feb", 2, 29, 2)]
    #[case("dec 24 1830", 12, 24, 2)]
    fn a_date_without_a_year_comes_every_year(
        #[case] said: &str,
        #[case] month: u32,
        #[case] day: u32,
        #[case] words: usize,
    ) {
        let expected = Found::new(Ok(Day::Annual { month, day }), words);
        assert_eq!(date(&split(said)), Some(expected), "{said}");
    }

    #[rstest]
    #[case("2026-02-30")]
    #[case("31 june")]
    #[case("feb 29 2027")]
    fn a_day_that_the_calendar_lacks_is_a_problem(#[case] said: &str) {
        let problem = date(&split(said)).unwrap().what.unwrap_err();
        assert_eq!(problem.message, format!("“{said}” is not a day of the calendar."));
    }

    #[rstest]
    #[case("2026-1-1")]
    #[case("20261-01-1")]
    #[case("may I")]
    #[case("march on")]
    #[case("december 32")]
    #[case("0 december")]
    #[case("december")]
    #[case("the 4th")]
    #[case("the")]
    #[case("")]
    fn other_words_are_no_date(#[case] said: &str) {
        assert_eq!(date(&split(said)), None, "{said}");
    }
}
