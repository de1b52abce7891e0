//! What a line says about its repetition, put together from wherever it stands.

use super::choice::Places;
use crate::quick_add::piece::Meaning;
use crate::quick_add::reading::Problem;
use crate::quick_add::time::{Pattern, Phrase, Repetition, Rhythm, SaidTime, When, two_zones};
use std::collections::BTreeSet;

/// Words that limit a repetition when a day or a time follows them.
const LIMITING: [&str; 7] = ["until", "till", "starting", "beginning", "from", "between", "ending"];
/// Words that can hardly mean anything behind a repetition but that it leaves something out.
const EXCEPTING: [&str; 3] = ["except", "excluding", "unless"];

/// The repetition of a line, of which `repeats` are the pieces that can be one. The pieces that
/// belong to it are added to `taken`, also when there is a problem with them.
pub(super) fn find<'a>(
    places: &Places<'a>,
    repeats: &[usize],
    taken: &mut Vec<usize>,
    assumptions: &mut Vec<String>,
) -> Result<Repetition<'a>, Problem> {
    let (main, mut pattern) = patterns(places, repeats, taken, assumptions)?;
    another_schedule(places, taken)?;
    times(places, main, &mut pattern, taken, assumptions)?;
    let mut bounds = Vec::new();
    for index in 0..places.pieces.len() {
        let Meaning::Bound(bound) = &places.pieces[index].meaning else { continue };
        if places.limits(index, bound, !pattern.wants_time()) {
            taken.push(index);
            bounds.push((places.said(index), bound));
        }
    }
    unclear(places, &pattern, taken, assumptions)?;
    Ok(Repetition { said: places.said(main), pattern, bounds })
}

/// The one pattern that the repetitions make together, and the piece that says most of it.
fn patterns(
    places: &Places<'_>,
    repeats: &[usize],
    taken: &mut Vec<usize>,
    assumptions: &mut Vec<String>,
) -> Result<(usize, Pattern), Problem> {
    let mut chosen: Option<(usize, bool, Pattern)> = None;
    for &index in repeats {
        let Meaning::Repeat(repeat) = &places.pieces[index].meaning else { continue };
        let Some((main, sure, before)) = chosen.take() else {
            taken.push(index);
            chosen = Some((index, repeat.sure, repeat.pattern.clone()?));
            continue;
        };
        let pattern = repeat.pattern.clone()?;
        let weak = |sure: bool, pattern: &Pattern| !sure && !pattern.is_timed();
        let beside = places.side_by_side(main, index);
        chosen = Some(if let Some(together) = together(&before, &pattern, beside)? {
            taken.push(index);
            (main, sure || repeat.sure, together)
        } else if weak(repeat.sure, &pattern) {
            assumptions.push(places.kept(index, main));
            (main, sure, before)
        } else if weak(sure, &before) {
            taken.retain(|taken| *taken != main);
            taken.push(index);
            assumptions.push(places.kept(main, index));
            (index, repeat.sure, pattern)
        } else {
            taken.push(index);
            return Err(two(places.said(main), places.said(index)));
        });
    }
    match chosen {
        Some((main, _, pattern)) => Ok((main, pattern)),
        None => Err(Problem::new("Nothing says how often.", "Say it, such as every day at 7:00.")),
    }
}

/// One repetition that says how often, and another that says on which days. “daily” does so
/// `beside` the days only, because it is part of a text too often.
fn together(one: &Pattern, other: &Pattern, beside: bool) -> Result<Option<Pattern>, Problem> {
    let (often, on) = if other.names_days() { (one, other) } else { (other, one) };
    let Rhythm::Weeks { days, .. } = &on.rhythm else { return Ok(None) };
    if !on.names_days() || (often.is_timed() && on.is_timed()) {
        return Ok(None);
    }
    let mut pattern = if on.is_timed() {
        Pattern { part: on.part, clocks: on.clocks.clone(), ..often.clone() }
    } else {
        often.clone()
    };
    match &mut pattern.rhythm {
        Rhythm::Elapsed { .. } | Rhythm::Hours { .. } if !on.is_timed() => {
            pattern.on.clone_from(days);
        }
        Rhythm::Days { every: 1 } if beside => {
            pattern.rhythm = Rhythm::Weeks { every: 1, days: days.clone() };
        }
        Rhythm::Weeks { days: none, .. } if none.is_empty() => none.clone_from(days),
        _ => return Ok(None),
    }
    pattern.zone = one_zone(often, on.zone)?;
    Ok(Some(pattern))
}

fn one_zone(
    pattern: &Pattern,
    other: Option<chrono_tz::Tz>,
) -> Result<Option<chrono_tz::Tz>, Problem> {
    match (pattern.zone, other) {
        (Some(one), Some(other)) if one != other => Err(two_zones(one.name(), other.name())),
        (one, other) => Ok(one.or(other)),
    }
}

/// “every weekday at 7 and sat at 9” are two schedules, whatever the second one is like.
fn another_schedule(places: &Places<'_>, taken: &[usize]) -> Result<(), Problem> {
    for &index in taken {
        let and = places.text_is(index + 1, &["and", "&"]);
        if and && places.pieces.get(index + 2).is_some_and(|piece| piece.says_when()) {
            return Err(two(places.said(index), places.said(index + 2)));
        }
    }
    Ok(())
}

/// Takes the time of day that stands elsewhere in the line into a pattern that has none.
fn times(
    places: &Places<'_>,
    main: usize,
    pattern: &mut Pattern,
    taken: &mut Vec<usize>,
    assumptions: &mut Vec<String>,
) -> Result<(), Problem> {
    let mut wanted = pattern.wants_time() && !pattern.is_timed();
    let mut used = None;
    for index in places.free_times(assumptions) {
        let Meaning::Time(Phrase { when, zone, .. }) = &places.pieces[index].meaning else {
            continue;
        };
        let time = match when {
            Err(_) if wanted => Some(when.clone()?),
            when => when.clone().ok(),
        };
        match time {
            Some(When::Next(time)) if wanted => {
                match time {
                    SaidTime::Clock(clock) => pattern.clocks.push(clock),
                    SaidTime::Part(part) => pattern.part = Some(part),
                }
                pattern.zone = one_zone(pattern, *zone)?;
                taken.push(index);
                used = Some(index);
                wanted = false;
            }
            _ if places.in_front(main) && !places.in_front(index) => {
                assumptions.push(places.kept(index, used.unwrap_or(main)));
            }
            _ => {
                taken.push(index);
                return Err(both(places.said(main), places.said(index)));
            }
        }
    }
    Ok(())
}

/// Tells about words that would say more about the repetition if something that is understood
/// followed.
fn unclear(
    places: &Places<'_>,
    pattern: &Pattern,
    taken: &[usize],
    assumptions: &mut Vec<String>,
) -> Result<(), Problem> {
    let behind: BTreeSet<_> = taken.iter().map(|index| index + 1).collect();
    for index in behind {
        if places.text_is(index, &EXCEPTING) {
            return Err(Problem::new(
                format!("No day follows “{}” that is understood.", places.said(index)),
                "Name days, such as except sundays or except 24 december, or put the word in \
                 double quotes.",
            ));
        }
        if pattern.wants_day() && places.text_is(index, &["on"]) {
            return Err(Problem::new(
                format!("No day follows “{}” that is understood.", places.said(index)),
                "Name one, such as weekly on monday, monthly on the 15th, or yearly on 24 december.",
            ));
        }
        if places.text_is(index, &LIMITING) {
            assumptions.push(format!(
                "“{}” is kept as text, because no day or time follows it.",
                places.said(index)
            ));
        }
    }
    Ok(())
}

fn two(one: &str, other: &str) -> Problem {
    Problem::new(
        format!("Two schedules are given: “{one}” and “{other}”."),
        "Make a line for each, or put one in double quotes to keep it as text.",
    )
}

fn both(repetition: &str, time: &str) -> Problem {
    Problem::new(
        format!("“{repetition}” repeats, and “{time}” is another time."),
        "Keep one; write “starting” before a day on which it begins, or put what is text in double \
         quotes.",
    )
}
