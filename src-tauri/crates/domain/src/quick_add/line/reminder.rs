//! `remind me to <what> <when>`, in any order that people write it in.

use super::{Line, marks, text, timing};
use crate::quick_add::piece::Meaning;
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::{Sketch, Subject};
use crate::{NewTask, ReminderSettings, Schedule};

/// Words between “remind me” and what it is about.
const JOINING: [&str; 4] = ["to", "that", "about", "of"];

/// Reads a line whose pieces `opening` and the one after it are “remind me”.
pub(crate) fn read(
    line: &Line<'_>,
    opening: usize,
    sketch: &mut Sketch,
) -> Result<NewTask, Problem> {
    sketch.subject = Subject::Reminder;
    let pieces = line.pieces;
    let (remind, me) = (pieces[opening].bytes(line.words), pieces[opening + 1].bytes(line.words));
    sketch.mark(remind.start..me.end, SpanKind::Executor);

    let joining = joining_word(line, opening + 2);
    about(line, |index| index == opening || index == opening + 1 || Some(index) == joining, sketch)
}

/// Reads what a reminder is about from all pieces but those that `skipped` names.
pub(super) fn about(
    line: &Line<'_>,
    skipped: impl Fn(usize) -> bool,
    sketch: &mut Sketch,
) -> Result<NewTask, Problem> {
    let pieces = line.pieces;
    let marked = marks::take(line, pieces, sketch);
    let timed = timing::take(line, pieces, &skipped, sketch);
    sketch.assumptions.extend(text::unclosed_quote(line.words));
    marked?;
    let taken = timed?;
    for (index, piece) in pieces.iter().enumerate() {
        let limit = matches!(&piece.meaning, Meaning::Bound(bound) if bound.is_time());
        if limit && !taken.contains(&index) {
            sketch.assume(format!("“{}” is kept as text.", line.said(piece)));
        }
    }

    let title = text::of(line, pieces, |index| {
        !skipped(index) && !taken.contains(&index) && !pieces[index].is_mark()
    });
    // Without a time, it comes when what it waits for is done.
    let waits = (!sketch.dependencies.is_empty()).then_some(Schedule::Now);
    match (sketch.schedule.clone().or(waits), title.is_empty()) {
        (Some(schedule), false) => Ok(NewTask {
            title,
            executor: Some(ReminderSettings::default().into_spec()),
            schedule,
            ..sketch.task()
        }),
        (None, false) => Err(Problem::new(
            "A reminder needs a time.",
            "Say when: in 10 minutes, at 14:30, tomorrow at 7am, every weekday at 7am.",
        )),
        (Some(_), true) => Err(Problem::new(
            "A reminder needs a text.",
            "Say what about: remind me in 10 minutes to stretch.",
        )),
        (None, true) => Err(Problem::new(
            "A reminder needs a text and a time.",
            "Say what and when: remind me in 10 minutes to stretch.",
        )),
    }
}

/// The piece of the “to” in “remind me tomorrow to”: the first text after “remind me”.
fn joining_word(line: &Line<'_>, from: usize) -> Option<usize> {
    let first = (from..line.pieces.len()).find(|&index| line.pieces[index].is_text())?;
    let word = &line.words[line.pieces[first].words.start];
    JOINING.contains(&word.key()).then_some(first)
}
