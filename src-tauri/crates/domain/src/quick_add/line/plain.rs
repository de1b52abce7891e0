//! A line without a prefix: a task for a person, which waits in the backlog.

use super::choice::{Places, no_repetition};
use super::{Line, marks, text};
use crate::quick_add::opening::{RUN, begins_with_run};
use crate::quick_add::piece::{Meaning, Piece};
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::Sketch;
use crate::quick_add::time::{Repeat, Standing};
use crate::{NewTask, Schedule};

pub(crate) fn read(line: &Line<'_>, sketch: &mut Sketch) -> Result<NewTask, Problem> {
    let marked = marks::take(line, line.pieces, sketch);
    let repetition = line.pieces.iter().find(|piece| repeats(piece));
    if let Some(piece) = repetition {
        sketch.mark(piece.bytes(line.words), SpanKind::Time);
    }
    marked?;
    if let Some(piece) = repetition {
        return Err(no_repetition(line, piece));
    }
    let title = text::of(line, line.pieces, |index| {
        !matches!(line.pieces[index].meaning, Meaning::Priority(_) | Meaning::Tag(_))
    });
    if title.is_empty() {
        return Err(Problem::new(
            "There is nothing to do in this line.",
            "Say what is to be done, such as “call the bank p8 #money”.",
        ));
    }
    sketch.assumptions.extend(command_in_text(line));
    sketch.assumptions.extend(time_in_text(line));
    sketch.assumptions.extend(text::unclosed_quote(line.words));
    Ok(NewTask { title, schedule: Schedule::Manual, ..sketch.task() })
}

/// “daily” alone may be part of a text, “every day” hardly.
const fn repeats(piece: &Piece) -> bool {
    matches!(piece.meaning, Meaning::Repeat(Repeat { standing: Standing::Anywhere }))
}

/// A sentence about a prefix that does not come first.
fn command_in_text(line: &Line<'_>) -> Option<String> {
    let found = line.words.iter().any(begins_with_run);
    found.then(|| format!("“{RUN}” is kept as text: a command needs it in front."))
}

/// A sentence about a time that would count in a reminder.
fn time_in_text(line: &Line<'_>) -> Option<String> {
    let times = Places::new(line, line.pieces, |_| false).times();
    // “wed” in front of a text is a verb as often as a day.
    let certain = |piece: &&Piece| match &piece.meaning {
        Meaning::Time(phrase) => phrase.standing != Standing::Front,
        _ => false,
    };
    let piece = times.into_iter().map(|index| &line.pieces[index]).find(certain)?;
    Some(format!(
        "“{}” is kept as text, because this task waits until somebody does it; to be reminded \
         then, begin with “remind me to”.",
        line.said(piece)
    ))
}
