//! Repetitions in words: “every weekday at 7am”, “monthly on the 15th”, “at 7 and 19 every day”.
//!
//! ```text
//! repetition = [clocks] head ["on" days] [part of the day] ["at" clocks] ["on" days] [zone]
//! head       = "every" …       in `every`
//!            | "daily" …       in `name`
//!            | "mon, wed, fri" in `weekdays`
//!            | "the 1st and 15th of every month" in `month_days`
//! ```

mod clocks;
mod every;
mod month_days;
mod name;
mod rhythm;
mod specify;
mod weekdays;

pub(crate) use rhythm::{Pattern, Rhythm};
pub(super) use weekdays::weekdays;

use super::Found;
use super::clock::{day_part, in_the_part};
use super::phrase::Standing;
use super::zone::{self, zone};
use crate::quick_add::Problem;
use crate::quick_add::word::{Word, is_at};
use rhythm::Head;

/// A repetition in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// Where in a line it has to stand to be taken for one.
    pub(crate) standing: Standing,
    /// Whether it is one in every line. “daily” may be part of a text.
    pub(crate) sure: bool,
    /// What it says, or why that cannot be.
    pub(crate) pattern: Result<Pattern, Problem>,
}

/// The longest repetition at the beginning of `words`.
pub(crate) fn repeat(words: &[Word<'_>]) -> Option<Found<Repeat>> {
    if let Some(found) = headed(words) {
        return Some(found);
    }
    let before = clocks::clocks(words)?;
    let zone = zone(&words[before.words..]);
    let used = before.words + zone.as_ref().map_or(0, |zone| zone.words);
    let mut found = headed(&words[used..])?;
    found.words += used;
    found.what.sure |= found.what.standing == Standing::Anywhere;
    found.what.standing = Standing::Anywhere;
    found.what.pattern = found.what.pattern.and_then(|mut pattern| {
        if !pattern.clocks.is_empty() {
            return Err(two_times(&words[..before.words]));
        }
        pattern.clocks = before.what?;
        if let Some(named) = zone {
            let named = named.what?;
            if let Some(second) = pattern.zone.replace(named) {
                return Err(zone::two(named.name(), second.name()));
            }
        }
        Ok(pattern)
    });
    Some(found)
}

fn two_times(before: &[Word<'_>]) -> Problem {
    let said: Vec<_> = before.iter().map(Word::bare).collect();
    Problem::new(
        format!("“{}” stands before a repetition that has its own times.", said.join(" ")),
        "Put all times behind it, such as every day at 7:00 and 19:00.",
    )
}

/// A repetition without times in front of it.
fn headed(words: &[Word<'_>]) -> Option<Found<Repeat>> {
    let found = every::every(words).or_else(|| name::name(words))?;
    let (mut head, mut used) = (found.what, found.words);
    used += specify::specify(&mut head, &words[used..]);
    let mut part = head.part;
    if let Some(named) = part_of_day(&head, &words[used..]) {
        (part, used) = (Some(named.what), used + named.words);
    }
    let mut clocks = Ok(head.clock.into_iter().collect::<Vec<_>>());
    if matches!(head.rhythm, Ok(Rhythm::Hours { .. })) {
        used += specify::minutes(&mut head, &words[used..]);
    } else if matches!(head.rhythm, Ok(Rhythm::Elapsed { .. }))
        && let Some(minute) = specify::minute_of_elapsed(&words[used..])
    {
        used += minute;
        head.rhythm = Err(specify::no_minute());
    } else if head.clock.is_none()
        && let Some(listed) = clocks::clocks(&words[used..])
    {
        (clocks, used) = (listed.what, used + listed.words);
        // “monthly at 9:00 on the 15th” names its day last.
        used += specify::specify(&mut head, &words[used..]);
    }
    let timed = !matches!(clocks.as_deref(), Ok([])) || part.is_some();
    let mut pattern = Ok(());
    let mut named = None;
    if let Some(zone) = zone(&words[used..]) {
        used += zone.words;
        match zone.what {
            Ok(zone) => named = Some(zone),
            Err(problem) => pattern = Err(problem),
        }
    }
    let standing = if timed { Standing::Anywhere } else { head.standing };
    let sure = head.sure;
    let pattern = pattern.and_then(|()| head.into_pattern(part, clocks?, named));
    Some(Found::new(Repeat { standing, sure, pattern }, used))
}

/// “morning” after “every monday”, and “in the morning” after any head.
fn part_of_day(head: &Head, words: &[Word<'_>]) -> Option<Found<super::clock::DayPart>> {
    if head.part.is_some() || head.clock.is_some() {
        return None;
    }
    let at_night = is_at(words, 0, "at") && is_at(words, 1, "night");
    if at_night {
        return Some(Found::new(super::clock::DayPart::Night, 2));
    }
    let bare = matches!(&head.rhythm, Ok(Rhythm::Weeks { .. }));
    in_the_part(words).or_else(|| if bare { day_part(words) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("every day", 2, Standing::Anywhere)]
    #[case("every day at 7 and 19 to", 6, Standing::Anywhere)]
    #[case("at 7 and 19 every day to", 6, Standing::Anywhere)]
    #[case("every other tuesday at 18:30", 5, Standing::Anywhere)]
    #[case("every 45 min between", 3, Standing::Anywhere)]
    #[case("every 5m", 2, Standing::Anywhere)]
    #[case("every two weeks on friday to", 5, Standing::Anywhere)]
    #[case("every second day", 3, Standing::Anywhere)]
    #[case("every mon, wed", 3, Standing::Anywhere)]
    #[case("each morning at 7", 4, Standing::Anywhere)]
    #[case("every hour at :15", 4, Standing::Anywhere)]
    #[case("daily", 1, Standing::Edge)]
    #[case("daily at 9", 3, Standing::Anywhere)]
    #[case("on mondays", 2, Standing::Edge)]
    #[case("weekdays", 1, Standing::Edge)]
    #[case("mon, wed, fri 6:30am", 4, Standing::Anywhere)]
    #[case("first monday of the month", 5, Standing::Edge)]
    #[case("on the last friday of every month at 17:00 utc", 10, Standing::Anywhere)]
    #[case("on the 1st and 15th", 5, Standing::Edge)]
    #[case("every 24 december at noon", 5, Standing::Anywhere)]
    fn a_repetition_is_found(#[case] said: &str, #[case] words: usize, #[case] standing: Standing) {
        let found = repeat(&split(said)).unwrap();
        assert_eq!((found.words, found.what.standing), (words, standing), "{said}");
        assert!(found.what.pattern.is_ok(), "{said}: {:?}", found.what.pattern);
    }

    #[rstest]
    #[case("every window")]
    #[case("every second")]
    #[case("every second counts")]
    #[case("every time")]
    #[case("each of them")]
    #[case("every")]
    #[case("days")]
    #[case("on daily")]
    #[case("monday")]
    #[case("on the 15th")]
    #[case("first monday")]
    #[case("at 9 on monday")]
    #[case("every \"day\"")]
    #[case("second to none")]
    #[case("twice")]
    fn other_words_are_no_repetition(#[case] said: &str) {
        assert_eq!(repeat(&split(said)), None, "{said}");
    }
}
