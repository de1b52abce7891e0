//! `run: <command> [in <directory>]`, with a time, a priority and tags before it.

use super::{Line, marks, timing};
use crate::quick_add::command;
use crate::quick_add::opening::RUN;
use crate::quick_add::piece::{Piece, scan};
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::{Sketch, Subject};
use crate::quick_add::word;
use crate::{NewTask, Schedule, ShellSettings, Title};

/// Reads a line whose piece `opening` begins with `run:`. Everything after it is the command.
pub(crate) fn read(
    line: &Line<'_>,
    opening: usize,
    sketch: &mut Sketch,
) -> Result<NewTask, Problem> {
    let start = line.words[line.pieces[opening].words.start].start;
    let prefix = start..start + RUN.len();
    let command = command::read(line.text, prefix.end);
    sketch.mark(prefix, SpanKind::Executor);
    sketch.mark(command.bytes.clone(), SpanKind::Command);
    if let Some(place) = &command.place {
        sketch.mark(place.bytes.clone(), SpanKind::Place);
    }
    let text = &line.text[command.bytes];
    let directory = command.place.map(|place| place.directory);
    sketch.subject = Subject::Command { text: text.to_owned(), place: directory.clone() };

    let before = &line.pieces[..opening];
    let marked = marks::take(line, before, sketch);
    let timed = timing::take(line, before, |_| false, sketch);
    marked?;
    timed?;
    let command = command.argv?;
    sketch.assumptions.extend(command.assumptions);
    sketch.assumptions.extend(marks_in_command(text));

    let settings =
        ShellSettings { command: command.argv, cwd: directory, ..ShellSettings::default() };
    Ok(NewTask {
        title: Title::lossy(text, "Command").into(),
        executor: Some(settings.into_spec()),
        schedule: sketch.due.map_or(Schedule::Now, |at| Schedule::At { at }),
        ..sketch.task()
    })
}

/// A sentence about what would be a time, a priority or a tag if it stood before `run:`.
fn marks_in_command(text: &str) -> Option<String> {
    let words = word::split(text);
    let pieces = scan(&words);
    let first = pieces.iter().rposition(Piece::is_text)? + 1;
    let tail = pieces.get(first)?.bytes(&words).start;
    Some(format!("“{}” is part of the command; what is not goes before “{RUN}”.", &text[tail..]))
}
