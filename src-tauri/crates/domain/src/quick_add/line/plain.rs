//! A line without a prefix: a task for a person, which waits in the backlog, or reminds of itself
//! when it repeats.

use super::choice::Places;
use super::{Line, marks, reminder, text};
use crate::quick_add::opening::{CLAUDE, RUN, begins_with};
use crate::quick_add::piece::Meaning;
use crate::quick_add::reading::Problem;
use crate::quick_add::sketch::{Sketch, Subject};
use crate::quick_add::time::{Pattern, Standing};
use crate::{NewTask, Schedule};

pub(crate) fn read(line: &Line<'_>, sketch: &mut Sketch) -> Result<NewTask, Problem> {
    let places = Places::new(line, line.pieces, |_| false);
    let standing = places.repeats(&mut Vec::new());
    if standing.iter().any(|&index| repeats(&places, index)) {
        sketch.subject = Subject::Reminder;
        sketch.assume("A task for a person that repeats reminds you each time.");
        return reminder::about(line, |_| false, sketch);
    }
    marks::take(line, line.pieces, sketch)?;
    let title = text::of(line, line.pieces, |index| !line.pieces[index].is_mark());
    if title.is_empty() {
        return Err(Problem::new(
            "There is nothing to do in this line.",
            "Say what is to be done, such as “call the bank p8 #money”.",
        ));
    }
    sketch.assumptions.extend(prefix_in_text(line));
    sketch.assumptions.extend(time_in_text(line, places, &standing));
    sketch.assumptions.extend(text::unclosed_quote(line.words));
    Ok(NewTask { title, schedule: Schedule::Manual, ..sketch.task() })
}

/// “daily” and “make every day count” may be about anything; “daily at 7” hardly.
fn repeats(places: &Places<'_>, index: usize) -> bool {
    let Meaning::Repeat(repeat) = &places.pieces[index].meaning else { return false };
    let timed = repeat.pattern.as_ref().is_ok_and(Pattern::is_timed);
    timed || (repeat.sure && places.stands(index, Standing::Edge))
}

/// A sentence about a prefix that does not come first.
fn prefix_in_text(line: &Line<'_>) -> Option<String> {
    let has = |prefix: &str| line.words.iter().any(|word| begins_with(word, prefix));
    if has(RUN) {
        return Some(format!("“{RUN}” is kept as text: a command needs it in front."));
    }
    has(CLAUDE).then(|| format!("“{CLAUDE}” is kept as text: a prompt needs it in front."))
}

/// A sentence about a time that would count in a reminder.
fn time_in_text(line: &Line<'_>, places: Places<'_>, repeats: &[usize]) -> Option<String> {
    let places = places.without_repetition();
    let mut told = places.times();
    // “wed” in front of a text is a verb as often as a day.
    told.retain(|&index| match &line.pieces[index].meaning {
        Meaning::Time(phrase) => phrase.standing != Standing::Front,
        _ => false,
    });
    told.extend(repeats);
    told.extend((0..line.pieces.len()).filter(
        |&index| matches!(&line.pieces[index].meaning, Meaning::Bound(bound) if bound.is_time()),
    ));
    let piece = &line.pieces[told.into_iter().min()?];
    let again =
        if matches!(piece.meaning, Meaning::Repeat(_)) { " again and again" } else { " then" };
    Some(format!(
        "“{}” is kept as text, because this task waits until somebody does it; to be reminded\
         {again}, begin with “remind me to”.",
        line.said(piece)
    ))
}
