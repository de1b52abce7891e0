//! What happened, in a line.

use super::{Canvas, Tone, schedule, visible, words};
use aegis_domain::{Event, EventKind, StateName, TaskNumber};
use console::truncate_str;

/// What usually stands in a line beside the title, in columns.
const BESIDE_TITLE: usize = 68;

/// `14:31:05  #12 cargo test  queued → running  by Aegis`.
pub(crate) fn line(
    event: &Event,
    number: Option<TaskNumber>,
    title: &str,
    canvas: &Canvas,
) -> String {
    let at = (canvas.local)(event.what.at).format("%Y-%m-%d %H:%M:%S").to_string();
    let number = number.map_or_else(|| "a deleted task".to_owned(), |n| format!("#{n}"));
    let (tone, what) = sentence(&event.what.kind);
    let by = format!("by {}", words::actor(&event.what.actor));
    let title = visible::cell(title);
    let title = match canvas.width {
        Some(width) => truncate_str(&title, width.saturating_sub(BESIDE_TITLE).max(12), "…"),
        None => title,
    };
    format!(
        "{}  {} {}  {}  {}",
        canvas.paint.apply(Tone::Faint, &at),
        canvas.paint.apply(Tone::Strong, &number),
        title,
        canvas.paint.apply(tone, &visible::cell(&what)),
        canvas.paint.apply(Tone::Faint, &visible::cell(&by)),
    )
}

fn sentence(kind: &EventKind) -> (Tone, String) {
    let plain = |text: &str| (Tone::Plain, text.to_owned());
    match kind {
        EventKind::TaskCreated => plain("created"),
        EventKind::TaskEdited { fields } => (Tone::Plain, format!("edited: {}", fields.join(", "))),
        EventKind::TaskDeleted => plain("deleted"),
        EventKind::TaskRestored => plain("restored"),
        EventKind::TaskArchived => plain("archived"),
        EventKind::TaskPaused => plain("turned off"),
        EventKind::TaskResumed => plain("turned on"),
        EventKind::InstantsSkipped { range } => {
            (Tone::Attention, format!("missed: {}", schedule::skipped(range)))
        }
        EventKind::OccurrenceCreated { cause } => plain(words::cause(*cause)),
        EventKind::Moved { from, to } => (tone(to.name()), format!("{from} → {}", to.name())),
        EventKind::CancelRequested => (Tone::Attention, "asked to end".to_owned()),
        EventKind::RunAssigned { number, reason } => {
            (Tone::Plain, format!("attempt {number} ({})", words::run_reason(*reason)))
        }
        EventKind::RunEnded { outcome, exit_code } => {
            let (tone, word) = words::outcome(outcome, *exit_code);
            (tone, format!("attempt {word}"))
        }
        EventKind::Reviewed { review } => {
            let (tone, words) = words::review(review);
            (tone, format!("review {words}"))
        }
        EventKind::UsageReported { usage } => (Tone::Faint, words::usage(usage)),
        EventKind::CheckpointMade { label } => (Tone::Faint, format!("checkpoint: {label}")),
        EventKind::DidNothing { idle } => (Tone::Attention, idle.to_string()),
        EventKind::ArtifactsAdded { artifacts } => {
            let paths: Vec<&str> = artifacts.iter().map(|a| a.path.as_str()).collect();
            (Tone::Plain, format!("left behind: {}", paths.join(", ")))
        }
        EventKind::Progressed { progress } => {
            let percent = progress.percent.map(|percent| format!("{percent} %"));
            let parts: Vec<String> = percent.into_iter().chain(progress.step.clone()).collect();
            (Tone::Faint, parts.join(" "))
        }
    }
}

const fn tone(state: StateName) -> Tone {
    match state {
        StateName::Assigned | StateName::Executing => Tone::Running,
        StateName::Blocked | StateName::Awaiting | StateName::Paused | StateName::Reviewing => {
            Tone::Attention
        }
        StateName::Completed => Tone::Done,
        StateName::Failed | StateName::Cancelled | StateName::Expired => Tone::Failed,
        StateName::Created | StateName::Queued | StateName::Skipped => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn everything_that_happens_can_be_told() {
        let canvas = Canvas::for_tests(100);
        let lines: Vec<String> = samples::events()
            .iter()
            .map(|event| line(event, Some(TaskNumber(12)), "cargo test", &canvas))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
