//! Times of day: “14:30”, “7am”, “noon”, “8 in the evening”.

use super::Found;
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at};
use chrono::{NaiveTime, Timelike};

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// What the clock shows.
    pub(crate) time: NaiveTime,
    /// How sure that is.
    pub(crate) form: Form,
}

/// How sure a time of day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// It can only mean this.
    Exact,
    /// 1:00 to 11:59 without am, pm or a leading zero: the afternoon could be meant.
    HalfDay,
    /// “midnight”: the end of a day as much as the beginning of one.
    Midnight,
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayPart {
    Morning,
    Afternoon,
    Evening,
    Night,
}

impl DayPart {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "morning" => Self::Morning,
            "afternoon" => Self::Afternoon,
            "evening" => Self::Evening,
            "night" => Self::Night,
            _ => return None,
        })
    }

    /// The hour that stands for it when no time is named.
    pub(crate) fn time(self) -> NaiveTime {
        hour(match self {
            Self::Morning => 9,
            Self::Afternoon => 15,
            Self::Evening => 18,
            Self::Night => 20,
        })
    }
}

/// A full hour. `hour` is at most 23.
fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}

/// A time of day in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClockPhrase {
    /// The time, or why there is none like it.
    pub(crate) clock: Result<Clock, Problem>,
    /// Whether it is only a number, which means a time after “at” alone.
    pub(crate) only_number: bool,
}

impl Clock {
    pub(crate) const fn exact(time: NaiveTime) -> Self {
        Self { time, form: Form::Exact }
    }

    /// This time moved into a part of the day: 8 in the evening is 20:00. `None` when it is not in
    /// that part, and never is.
    pub(crate) fn within(self, part: DayPart) -> Option<Self> {
        let (hour, twelve_hours) = (self.time.hour(), self.form == Form::HalfDay);
        let moved = match (part, hour) {
            (DayPart::Night, 12) => {
                return self.time.with_hour(0).map(|time| Self { time, form: Form::Midnight });
            }
            (DayPart::Morning, 0..=11) => hour,
            (DayPart::Afternoon, 1..=6) | (DayPart::Evening, 4..=11) | (DayPart::Night, 6..=11)
                if twelve_hours =>
            {
                hour + 12
            }
            (DayPart::Afternoon, 12..=18)
            | (DayPart::Evening, 16..=23)
            | (DayPart::Night, 18..=23 | 0..=5) => hour,
            _ => return None,
        };
        self.time.with_hour(moved).map(Self::exact)
    }
}

/// The time of day at the beginning of `words`.
pub(crate) fn clock(words: &[Word<'_>]) -> Option<Found<ClockPhrase>> {
    let first = words.first()?;
    let certain = |clock, words| {
        Some(Found::new(ClockPhrase { clock: Ok(clock), only_number: false }, words))
    };
    match first.key() {
        "noon" => return certain(Clock::exact(hour(12)), 1),
        "midnight" => {
            return certain(Clock { time: NaiveTime::MIN, form: Form::Midnight }, 1);
        }
        _ => {}
    }
    let digits = Digits::read(first.key())?;
    let mut used = 1;
    let mut half = digits.half;
    if half.is_none()
        && let Some(next) = words.get(1).and_then(|word| Half::named(word.key()))
    {
        half = Some(next);
        used = 2;
    }
    let oclock = half.is_none() && digits.minute.is_none() && is_oclock(words.get(used));
    used += usize::from(oclock);
    let part = (half.is_none()).then(|| part_after_clock(&words[used..])).flatten();
    used += part.as_ref().map_or(0, |part| part.words);

    let only_number = digits.minute.is_none() && half.is_none() && part.is_none() && !oclock;
    if only_number && digits.hour > 23 {
        return None;
    }
    let said = words[..used].iter().map(Word::bare).collect::<Vec<_>>().join(" ");
    let clock = digits
        .clock(half)
        .and_then(|clock| part.map_or(Some(clock), |part| clock.within(part.what)))
        .ok_or_else(|| impossible(&said));
    Some(Found::new(ClockPhrase { clock, only_number }, used))
}

pub(crate) fn impossible(said: &str) -> Problem {
    Problem::new(
        format!("“{said}” is not a time of day."),
        "Use 00:00 to 23:59, or 1 to 12 with am or pm.",
    )
}

fn is_oclock(word: Option<&Word<'_>>) -> bool {
    word.is_some_and(|word| matches!(word.key(), "o'clock" | "o’clock" | "oclock"))
}

/// “in the morning” or “at night” after a time of day.
fn part_after_clock(words: &[Word<'_>]) -> Option<Found<DayPart>> {
    if is_at(words, 0, "at") && is_at(words, 1, "night") {
        return Some(Found::new(DayPart::Night, 2));
    }
    in_the_part(words)
}

/// “in the morning”.
pub(crate) fn in_the_part(words: &[Word<'_>]) -> Option<Found<DayPart>> {
    if !(is_at(words, 0, "in") && is_at(words, 1, "the")) {
        return None;
    }
    day_part(words.get(2..)?).map(|part| Found::new(part.what, 3))
}

/// “morning”.
pub(crate) fn day_part(words: &[Word<'_>]) -> Option<Found<DayPart>> {
    DayPart::named(words.first()?.key()).map(|part| Found::new(part, 1))
}

#[derive(Debug, Clone, Copy)]
enum Half {
    Am,
    Pm,
}

impl Half {
    fn named(name: &str) -> Option<Self> {
        match name {
            "am" | "a.m" => Some(Self::Am),
            "pm" | "p.m" => Some(Self::Pm),
            _ => None,
        }
    }
}

/// The digits of a time: `7`, `07:30`, `7:30pm`.
struct Digits {
    hour: u32,
    leading_zero: bool,
    minute: Option<u32>,
    half: Option<Half>,
}

impl Digits {
    fn read(word: &str) -> Option<Self> {
        let split = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (hour, mut rest) = word.split_at(split);
        if !(1..=2).contains(&hour.len()) {
            return None;
        }
        let mut minute = None;
        if let Some(after) = rest.strip_prefix(':') {
            let digits = after.get(..2).filter(|m| m.bytes().all(|b| b.is_ascii_digit()))?;
            minute = Some(digits.parse().ok()?);
            rest = &after[2..];
        }
        let half = match rest {
            "" => None,
            name => Some(Half::named(name)?),
        };
        let leading_zero = hour.len() == 2 && hour.starts_with('0');
        Some(Self { hour: hour.parse().ok()?, leading_zero, minute, half })
    }

    fn clock(&self, half: Option<Half>) -> Option<Clock> {
        let hour = match half {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(Half::Am) => self.hour % 12,
            Some(Half::Pm) => self.hour % 12 + 12,
        };
        let time = NaiveTime::from_hms_opt(hour, self.minute.unwrap_or(0), 0)?;
        let open = half.is_none() && !self.leading_zero && (1..=11).contains(&hour);
        Some(Clock { time, form: if open { Form::HalfDay } else { Form::Exact } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("14:30", "14:30", Form::Exact, 1)]
    #[case("7am tomorrow", "07:00", Form::Exact, 1)]
    #[case("7 am", "07:00", Form::Exact, 2)]
    #[case("12am", "00:00", Form::Exact, 1)]
    #[case("12pm", "12:00", Form::Exact, 1)]
    #[case("7:30pm", "19:30", Form::Exact, 1)]
    #[case("7:30 p.m.", "19:30", Form::Exact, 2)]
    #[case("noon", "12:00", Form::Exact, 1)]
    #[case("midnight", "00:00", Form::Midnight, 1)]
    #[case("7", "07:00", Form::HalfDay, 1)]
    #[case("07:00", "07:00", Form::Exact, 1)]
    #[case("7:15,", "07:15", Form::HalfDay, 1)]
    #[case("8 o'clock", "08:00", Form::HalfDay, 2)]
    #[case("8 in the evening", "20:00", Form::Exact, 4)]
    #[case("8 o’clock in the morning", "08:00", Form::Exact, 5)]
    #[case("11 at night", "23:00", Form::Exact, 3)]
    #[case("2 at night", "02:00", Form::Exact, 3)]
    #[case("12 at night", "00:00", Form::Midnight, 3)]
    #[case("3 in the afternoon", "15:00", Form::Exact, 4)]
    #[case("20 in the evening", "20:00", Form::Exact, 4)]
    fn a_time_of_day_is_found(
        #[case] said: &str,
        #[case] shown: &str,
        #[case] form: Form,
        #[case] words: usize,
    ) {
        let found = clock(&split(said)).unwrap();
        let clock = found.what.clock.unwrap();
        assert_eq!(clock.time.format("%H:%M").to_string(), shown, "{said}");
        assert_eq!((clock.form, found.words), (form, words), "{said}");
    }

    #[rstest]
    #[case("25:00")]
    #[case("24:00")]
    #[case("7:75")]
    #[case("13pm")]
    #[case("0am")]
    #[case("99 pm")]
    #[case("3 in the evening")]
    #[case("15:00 in the morning")]
    fn an_impossible_time_of_day_is_a_problem(#[case] said: &str) {
        let problem = clock(&split(said)).unwrap().what.clock.unwrap_err();
        assert_eq!(problem.message, format!("“{said}” is not a time of day."));
    }

    #[rstest]
    #[case("24")]
    #[case("100")]
    #[case("7x")]
    #[case("7:3")]
    #[case("7:300")]
    #[case("14:30:15")]
    #[case("3:é")]
    #[case("\"14:30\"")]
    #[case("")]
    fn other_words_are_no_time_of_day(#[case] said: &str) {
        assert_eq!(clock(&split(said)), None, "{said}");
    }
}
