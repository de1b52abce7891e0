//! What says more about a repetition: “weekly on monday”, “every year on 24 december”, “every hour
//! at :15”.

use super::super::date::date;
use super::super::day::Day;
use super::month_days::month_days;
use super::rhythm::{Head, Rhythm};
use super::weekdays::weekdays;
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at, joint};

/// Most minutes of an hour that a list names.
const MOST_MINUTES: usize = 60;

/// Takes the days at the beginning of `words` into a repetition that names none, and says how many
/// words that were.
pub(super) fn specify(head: &mut Head, words: &[Word<'_>]) -> usize {
    let on = usize::from(is_at(words, 0, "on"));
    match &mut head.rhythm {
        Ok(Rhythm::Weeks { days, .. }) if days.is_empty() && on == 1 => {
            let Some(found) = weekdays(&words[1..], false) else { return 0 };
            *days = found.what.days;
            1 + found.words
        }
        Ok(Rhythm::Months { days, .. }) if days.is_empty() => {
            let marked = on == 1 || is_at(words, 0, "the");
            let Some(found) = month_days(words, true).filter(|_| marked) else { return 0 };
            if found.what.months.is_some() {
                return 0;
            }
            match found.what.days {
                Ok(named) => *days = named,
                Err(problem) => head.rhythm = Err(problem),
            }
            found.words
        }
        Ok(Rhythm::Years { date: named @ None, .. }) => {
            let Some(found) = date(&words[on..]) else { return 0 };
            match found.what {
                Ok(Day::Annual { month, day }) => *named = Some((month, day)),
                Ok(_) => return 0,
                Err(problem) => head.rhythm = Err(problem),
            }
            on + found.words
        }
        _ => 0,
    }
}

/// Takes the minutes at the beginning of `words` into an hourly repetition, and says how many words
/// that were.
pub(super) fn minutes(head: &mut Head, words: &[Word<'_>]) -> usize {
    let Ok(Rhythm::Hours { minutes }) = &mut head.rhythm else { return 0 };
    if is_at(words, 0, "on") && is_at(words, 1, "the") && is_at(words, 2, "hour") {
        minutes.insert(0);
        return 3;
    }
    if !is_at(words, 0, "at") {
        return 0;
    }
    let mut used = 1;
    let mut bare = false;
    let mut gap = 0;
    for _ in 0..MOST_MINUTES {
        let Some((minute, length, number)) = words.get(used + gap..).and_then(minute) else {
            break;
        };
        let Some(minute) = minute else {
            head.rhythm = Err(Problem::new(
                "An hour has the minutes 0 to 59.",
                "Name one of them, such as every hour at :15.",
            ));
            return used + gap + length;
        };
        minutes.insert(minute);
        bare |= number;
        used += gap + length;
        match joint(words, used) {
            Some(joined) => gap = joined,
            None => break,
        }
    }
    if minutes.is_empty() {
        return 0;
    }
    if bare {
        let list: Vec<_> = minutes.iter().map(|minute| format!(":{minute:02}")).collect();
        head.read_as = Some(format!("every hour at {}", list.join(" and ")));
    }
    used
}

/// “at :15” behind a length of time, where it can mean nothing: how many words.
pub(super) fn minute_of_elapsed(words: &[Word<'_>]) -> Option<usize> {
    if !is_at(words, 0, "at") {
        return None;
    }
    let (_, length, bare) = minute(&words[1..])?;
    (!bare).then_some(1 + length)
}

pub(super) fn no_minute() -> Problem {
    Problem::new(
        "A length of time counts from its beginning and has no minute of the hour.",
        "Say when it begins, such as every 2 hours starting at 8:15.",
    )
}

/// “:15”, “minute 15”, “quarter past”, “15 past”, “15”: the minute, how many words, and whether it
/// is a number that could be an hour.
fn minute(words: &[Word<'_>]) -> Option<(Option<u8>, usize, bool)> {
    let key = words.first()?.key();
    let number = |digits: &str| -> Option<Option<u8>> {
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.parse().ok().filter(|minute| *minute < 60))
    };
    let past = usize::from(is_at(words, 1, "past"));
    match key {
        "minute" => return Some((number(words.get(1)?.key())?, 2, false)),
        "quarter" if past == 1 => return Some((Some(15), 2, false)),
        "half" if past == 1 => return Some((Some(30), 2, false)),
        _ => {}
    }
    if let Some(digits) = key.strip_prefix(':').or_else(|| key.strip_prefix("xx:")) {
        return Some((number(digits)?, 1, false));
    }
    Some((number(key)?, 1 + past, past == 0))
}
