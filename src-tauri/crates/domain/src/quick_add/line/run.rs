//! `run: <command> [in <directory>]`, with a time, a priority and other marks before it.

use super::{Line, front, tail};
use crate::quick_add::command;
use crate::quick_add::opening::RUN;
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::{Sketch, Subject};
use crate::{NewTask, Schedule, ShellSettings, Title, placeholder};

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

    front::take(line, opening, sketch)?;
    let command = command.argv?;
    sketch.assumptions.extend(command.assumptions);
    sketch.assumptions.extend(tail::kept_in(text, "command", RUN));

    // A line has no parameters, so braces mean themselves.
    let command = command.argv.iter().map(|word| placeholder::escape(word)).collect();
    let settings = ShellSettings { command, cwd: directory, ..ShellSettings::default() };
    Ok(NewTask {
        title: Title::lossy(text, "Command").into(),
        executor: Some(settings.into_spec()),
        schedule: sketch.schedule.clone().unwrap_or(Schedule::Now),
        ..sketch.task()
    })
}
