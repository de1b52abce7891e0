//! Time zones in words: “europe/berlin”, “UTC”.

use super::Found;
use crate::quick_add::Problem;
use crate::quick_add::word::{Quote, Word, is_at};
use chrono_tz::{TZ_VARIANTS, Tz};

/// What names of zones begin with: a word that does and is no zone is a slip of the pen.
const AREAS: [&str; 10] = [
    "africa",
    "america",
    "antarctica",
    "arctic",
    "asia",
    "atlantic",
    "australia",
    "europe",
    "indian",
    "pacific",
];

/// Abbreviations that stand for several zones, or for a zone in half of the year. English words
/// among them (`eat`, `met`, `west`) are left out.
const ABBREVIATIONS: [&str; 29] = [
    "acst", "aest", "aedt", "akdt", "akst", "bst", "cdt", "cest", "cet", "cst", "edt", "eest",
    "eet", "est", "gmt", "hst", "ist", "jst", "kst", "mdt", "msk", "mst", "nzdt", "nzst", "pdt",
    "pst", "sast", "wib", "wita",
];

/// Abbreviations that are too short to be one unless they are in capitals.
const SHORT: [&str; 4] = ["ET", "CT", "MT", "PT"];

const HINT: &str =
    "Use the name of the IANA database, such as Europe/Berlin, America/New_York or UTC.";

/// The zone at the beginning of `words`, which follow a time; or why it is none.
pub(crate) fn zone(words: &[Word<'_>]) -> Option<Found<Result<Tz, Problem>>> {
    let (zone, used) = match named(words.first()?) {
        Some(zone) => (zone, 1),
        None if is_at(words, 0, "in") => {
            let zone = named(words.get(1)?)?;
            (zone.is_ok() || words[1].key().contains('/')).then_some((zone, 2))?
        }
        None => return None,
    };
    // “9 utc europe/berlin”: what is wrong with the second one matters less than that there is one.
    if let Some(second) = words.get(used).filter(|word| named(word).is_some()) {
        let said: Vec<_> = words[..used].iter().map(Word::bare).collect();
        return Some(Found::new(Err(two(&said.join(" "), second.bare())), used + 1));
    }
    Some(Found::new(zone, used))
}

/// What is said when two zones are given.
pub(crate) fn two(one: &str, other: &str) -> Problem {
    Problem::new(
        format!("Two time zones are given: “{one}” and “{other}”."),
        "Keep one, or put the other in double quotes to keep it as text.",
    )
}

fn named(word: &Word<'_>) -> Option<Result<Tz, Problem>> {
    if word.quote != Quote::None {
        return None;
    }
    let (key, typed) = (word.key(), word.bare());
    if key == "utc" {
        return Some(Ok(Tz::UTC));
    }
    if let Some((area, _)) = key.split_once('/') {
        return match TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(key)) {
            Some(zone) => Some(Ok(*zone)),
            None if AREAS.contains(&area) => {
                Some(Err(Problem::new(format!("There is no time zone “{typed}”."), HINT)))
            }
            None => None,
        };
    }
    if ABBREVIATIONS.contains(&key) || SHORT.contains(&typed) {
        return Some(Err(Problem::new(
            format!("“{typed}” can mean more than one time zone."),
            format!("{HINT} To keep it as text, put it in double quotes."),
        )));
    }
    let offset = key.strip_prefix("utc").or_else(|| key.strip_prefix("gmt"))?;
    let is_offset =
        offset.starts_with(['+', '-']) && offset.ends_with(|c: char| c.is_ascii_digit());
    is_offset.then(|| {
        Err(Problem::new(
            format!("“{typed}” is an offset, which is no time zone."),
            format!("{HINT} For an instant, write 2026-12-01T14:30:00+02:00."),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("europe/berlin", Tz::Europe__Berlin, 1)]
    #[case("America/New_York, tomorrow", Tz::America__New_York, 1)]
    #[case("america/argentina/buenos_aires", Tz::America__Argentina__Buenos_Aires, 1)]
    #[case("US/Eastern", Tz::US__Eastern, 1)]
    #[case("UTC", Tz::UTC, 1)]
    #[case("in asia/tokyo", Tz::Asia__Tokyo, 2)]
    fn a_zone_is_found(#[case] said: &str, #[case] expected: Tz, #[case] words: usize) {
        assert_eq!(zone(&split(said)), Some(Found::new(Ok(expected), words)), "{said}");
    }

    #[rstest]
    #[case("europe/berlinn", "There is no time zone “europe/berlinn”.")]
    #[case("EST", "“EST” can mean more than one time zone.")]
    #[case("cest", "“cest” can mean more than one time zone.")]
    #[case("PT", "“PT” can mean more than one time zone.")]
    #[case("UTC+2", "“UTC+2” is an offset, which is no time zone.")]
    #[case("utc europe/berlin", "Two time zones are given: “utc” and “europe/berlin”.")]
    fn what_is_no_zone_for_sure_is_a_problem(#[case] said: &str, #[case] message: &str) {
        assert_eq!(zone(&split(said)).unwrap().what.unwrap_err().message, message);
    }

    #[rstest]
    #[case("and/or")]
    #[case("either/or")]
    #[case("eat")]
    #[case("pt")]
    #[case("in est")]
    #[case("in europe")]
    #[case("\"europe/berlin\"")]
    #[case("zulu")]
    #[case("")]
    fn other_words_are_no_zone(#[case] said: &str) {
        assert_eq!(zone(&split(said)), None, "{said}");
    }
}
