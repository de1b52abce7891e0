//! `claude: <prompt>`, with a time, a priority and other marks before it.

use super::{Line, front, tail};
use crate::placeholder::escape;
use crate::quick_add::opening::CLAUDE;
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::{Sketch, Subject};
use crate::{ClaudeCodeSettings, NewTask, Schedule, Title};

/// Reads a line whose piece `opening` begins with `claude:`. Everything after it is the prompt.
pub(crate) fn read(
    line: &Line<'_>,
    opening: usize,
    sketch: &mut Sketch,
) -> Result<NewTask, Problem> {
    let start = line.words[line.pieces[opening].words.start].start;
    let prefix = start..start + CLAUDE.len();
    let after = &line.text[prefix.end..];
    let prompt = after.trim();
    let from = prefix.end + after.len() - after.trim_start().len();
    sketch.mark(prefix, SpanKind::Executor);
    sketch.mark(from..from + prompt.len(), SpanKind::Command);
    sketch.subject = Subject::Prompt(prompt.to_owned());
    front::take(line, opening, sketch)?;
    if prompt.is_empty() {
        return Err(Problem::new(
            format!("There is no prompt after “{CLAUDE}”."),
            "Write what is to be done, such as claude: fix the failing test.",
        ));
    }
    sketch.assumptions.extend(tail::kept_in(prompt, "prompt", CLAUDE));
    let settings =
        ClaudeCodeSettings { prompt: Some(escape(prompt)), ..ClaudeCodeSettings::default() };
    Ok(NewTask {
        title: Title::lossy(prompt, "Prompt").into(),
        executor: Some(settings.into_spec()),
        schedule: sketch.schedule.clone().unwrap_or(Schedule::Now),
        ..sketch.task()
    })
}
