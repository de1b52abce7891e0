//! How long: “1 hour and 5 minutes”, “1h30”, “half an hour”, “2 days”.

use super::Found;
use super::number::number_word;
use crate::quick_add::word::{Word, is_at};

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// A length of time in the parts that a calendar keeps apart.
///
/// Months and days move the date and leave the time of day as it is; seconds are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Length {
    /// Months, years included.
    pub(crate) months: u64,
    /// Days, weeks included.
    pub(crate) days: u64,
    /// Seconds, minutes and hours included.
    pub(crate) seconds: u64,
}

impl Length {
    /// Whether it is nothing at all.
    pub(crate) fn is_zero(self) -> bool {
        self == Self::default()
    }

    fn add(&mut self, term: Term) -> Option<()> {
        let (part, size) = match term.unit {
            Unit::Year => (&mut self.months, 12),
            Unit::Month => (&mut self.months, 1),
            Unit::Week => (&mut self.days, 7),
            Unit::Day => (&mut self.days, 1),
            Unit::Hour => (&mut self.seconds, 3_600),
            Unit::Minute => (&mut self.seconds, 60),
            Unit::Second => (&mut self.seconds, 1),
        };
        let hundredths = term.hundredths * size;
        let rest = hundredths % 100;
        *part += hundredths / 100;
        match term.unit {
            // A month has no fixed half.
            Unit::Year | Unit::Month if rest != 0 => return None,
            Unit::Week | Unit::Day => self.seconds += rest * SECONDS_PER_DAY / 100,
            _ => {}
        }
        Some(())
    }
}

/// A unit of time, from small to large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "s" | "sec" | "secs" | "second" | "seconds" => Self::Second,
            "m" | "min" | "mins" | "minute" | "minutes" => Self::Minute,
            "h" | "hr" | "hrs" | "hour" | "hours" => Self::Hour,
            "d" | "day" | "days" => Self::Day,
            "w" | "wk" | "wks" | "week" | "weeks" => Self::Week,
            "mo" | "month" | "months" => Self::Month,
            "y" | "yr" | "yrs" | "year" | "years" => Self::Year,
            _ => return None,
        })
    }

    /// The unit of the second number in “1h30”.
    const fn implied(self) -> Option<Self> {
        match self {
            Self::Hour => Some(Self::Minute),
            Self::Minute => Some(Self::Second),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Term {
    hundredths: u64,
    unit: Unit,
}

/// The longest length at the beginning of `words`. Units go from large to small, so that two
/// lengths that happen to stand side by side are not added up.
pub(crate) fn length(words: &[Word<'_>]) -> Option<Found<Length>> {
    let mut length = Length::default();
    let mut smallest: Option<Unit> = None;
    let mut used = 0;
    loop {
        let from = used + usize::from(smallest.is_some() && is_at(words, used, "and"));
        let rest = words.get(from..).unwrap_or_default();
        let Some(found) = half(rest, smallest).or_else(|| terms(rest)) else { break };
        let mut extended = length;
        let mut unit = smallest;
        let fits = found.what.iter().all(|term| {
            let shrinks = unit.is_none_or(|unit| term.unit < unit);
            unit = Some(term.unit);
            shrinks && extended.add(*term).is_some()
        });
        if !fits {
            break;
        }
        (length, smallest, used) = (extended, unit, from + found.words);
    }
    smallest.map(|_| Found::new(length, used))
}

/// “half an hour”, and “a half” after hours or minutes.
fn half(words: &[Word<'_>], after: Option<Unit>) -> Option<Found<Vec<Term>>> {
    let article = usize::from(is_at(words, 0, "a"));
    if !is_at(words, article, "half") {
        return None;
    }
    if let Some(larger) = after {
        let term = Term { hundredths: 50, unit: larger }.in_smaller_unit()?;
        return (article == 1).then_some(Found::new(vec![term], 2));
    }
    let inner = article + 1;
    let named = inner + usize::from(is_at(words, inner, "a") || is_at(words, inner, "an"));
    let unit = Unit::named(words.get(named)?.key())?;
    Some(Found::new(vec![Term { hundredths: 50, unit }.in_smaller_unit()?], named + 1))
}

impl Term {
    /// Half an hour in minutes: so that “an hour and a half” goes from large to small.
    fn in_smaller_unit(self) -> Option<Self> {
        let (unit, size) = match self.unit {
            Unit::Day => (Unit::Hour, 24),
            Unit::Hour => (Unit::Minute, 60),
            Unit::Minute => (Unit::Second, 60),
            Unit::Year => (Unit::Month, 12),
            Unit::Second | Unit::Week | Unit::Month => return None,
        };
        Some(Self { hundredths: self.hundredths * size, unit })
    }
}

/// “5 minutes”, “1h30m”, “1h30”, “1h30 minutes”.
fn terms(words: &[Word<'_>]) -> Option<Found<Vec<Term>>> {
    let mut tokens = tokens(words.first()?.key())?.into_iter();
    let mut terms: Vec<Term> = Vec::new();
    let mut used = 1;
    while let Some(token) = tokens.next() {
        let Token::Number(hundredths) = token else { return None };
        let unit = match tokens.next() {
            Some(Token::Unit(unit)) => unit,
            Some(Token::Number(_)) => return None,
            None => match words.get(1).and_then(|word| Unit::named(word.key())) {
                Some(unit) => {
                    used = 2;
                    unit
                }
                None => terms.last()?.unit.implied()?,
            },
        };
        terms.push(Term { hundredths, unit });
    }
    Some(Found::new(terms, used))
}

#[derive(Debug, Clone, Copy)]
enum Token {
    /// In hundredths.
    Number(u64),
    Unit(Unit),
}

/// A word as numbers and units: `1h30m` has four; `an` is the number one.
fn tokens(word: &str) -> Option<Vec<Token>> {
    if let Some(number) = number_word(word) {
        return Some(vec![Token::Number(number * 100)]);
    }
    let mut tokens = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if number > 0 {
            tokens.push(Token::Number(hundredths(&rest[..number])?));
            rest = &rest[number..];
        } else {
            let unit = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            tokens.push(Token::Unit(Unit::named(&rest[..unit])?));
            rest = &rest[unit..];
        }
    }
    matches!(tokens.first(), Some(Token::Number(_))).then_some(tokens)
}

/// Numbers above this one stay there: they are out of reach in every unit, and can be multiplied.
const OUT_OF_REACH: u64 = 1_000_000_000_000;

/// `1.5` as 150.
fn hundredths(number: &str) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || fraction.len() > 2 {
        return None;
    }
    let tenths = fraction.len() == 1;
    let fraction = fraction.parse::<u64>().ok()? * if tenths { 10 } else { 1 };
    Some(whole.parse().map_or(OUT_OF_REACH, |whole: u64| whole.min(OUT_OF_REACH)) * 100 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("30 seconds", 2, 0, 0, 30)]
    #[case("1 minute to", 2, 0, 0, 60)]
    #[case("90min", 1, 0, 0, 5_400)]
    #[case("1h", 1, 0, 0, 3_600)]
    #[case("1h30", 1, 0, 0, 5_400)]
    #[case("1h30m", 1, 0, 0, 5_400)]
    #[case("1h30 minutes", 2, 0, 0, 5_400)]
    #[case("1h 30m", 2, 0, 0, 5_400)]
    #[case("1 h 30 min", 4, 0, 0, 5_400)]
    #[case("2m30", 1, 0, 0, 150)]
    #[case("1 hour and 5 minutes and", 5, 0, 0, 3_900)]
    #[case("an hour and a half", 5, 0, 0, 5_400)]
    #[case("half an hour", 3, 0, 0, 1_800)]
    #[case("half a minute", 3, 0, 0, 30)]
    #[case("a half hour", 3, 0, 0, 1_800)]
    #[case("half a day", 3, 0, 0, 43_200)]
    #[case("1.5 hours", 2, 0, 0, 5_400)]
    #[case("0.25h", 1, 0, 0, 900)]
    #[case("1.5 days", 2, 0, 1, 43_200)]
    #[case("2 days", 2, 0, 2, 0)]
    #[case("a week", 2, 0, 7, 0)]
    #[case("1d12h", 1, 0, 1, 43_200)]
    #[case("six months", 2, 6, 0, 0)]
    #[case("1.5 years", 2, 18, 0, 0)]
    #[case("1 year, 2 weeks", 4, 12, 14, 0)]
    #[case("5 minutes 2 hours of", 2, 0, 0, 300)]
    #[case("1h 30", 1, 0, 0, 3_600)]
    fn a_length_is_found(
        #[case] said: &str,
        #[case] words: usize,
        #[case] months: u64,
        #[case] days: u64,
        #[case] seconds: u64,
    ) {
        let expected = Found::new(Length { months, days, seconds }, words);
        assert_eq!(length(&split(said)), Some(expected), "{said}");
    }

    #[rstest]
    #[case("5")]
    #[case("minutes")]
    #[case("5 people")]
    #[case("1.5 months")]
    #[case("1..5 h")]
    #[case("1.234 h")]
    #[case("h30")]
    #[case("5x30")]
    #[case("\"5 minutes\"")]
    #[case("")]
    fn other_words_are_no_length(#[case] said: &str) {
        assert_eq!(length(&split(said)), None, "{said}");
    }

    #[test]
    fn a_number_of_any_size_is_a_length() {
        for unit in ["seconds", "hours", "days", "weeks", "months", "years"] {
            let found = length(&split(&format!("{} {unit}", "9".repeat(300)))).unwrap();
            let Length { months, days, seconds } = found.what;
            assert!(months + days + seconds >= OUT_OF_REACH, "{unit}");
        }
    }
}
