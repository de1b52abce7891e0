//! Everything about a task.

use super::{Canvas, Cell, Column, Fields, Table, Tone, card, time, visible, words};
use aegis_domain::{
    ExecutorSpec, Occurrence, OnInterrupt, Run, ShellSettings, State, Task, TaskStatus,
};
use aegis_protocol::TaskView;

/// The definition, the occurrences and their runs.
pub(crate) fn draw(view: &TaskView, canvas: &Canvas) -> String {
    let mut parts = vec![card::line(&view.card, canvas) + "\n", definition(view, canvas)];
    if !view.task.description.is_empty() {
        let text = visible::paragraphs(&view.task.description);
        let lines: Vec<String> =
            text.lines().map(|line| format!("  {line}").trim_end().to_owned()).collect();
        parts.push(format!("{}\n{}\n", heading("Description", canvas), lines.join("\n")));
    }
    if !view.occurrences.is_empty() {
        let title = heading("Occurrences", canvas);
        parts.push(format!("{title}\n{}", occurrences(view, canvas)));
    }
    if !view.runs.is_empty() {
        parts.push(format!("{}\n{}", heading("Runs", canvas), runs(view, canvas)));
    }
    parts.join("\n")
}

fn heading(text: &str, canvas: &Canvas) -> String {
    canvas.paint.apply(Tone::Strong, text)
}

fn definition(view: &TaskView, canvas: &Canvas) -> String {
    let (card, task) = (&view.card, &view.task);
    let mut fields = Fields::new();
    fields
        .add_some("Why", trouble(card.state.as_ref()))
        .add("Done by", task.executor.as_ref().map_or_else(|| "you".to_owned(), executor))
        .add_some("In", card.place.as_deref())
        .add("When", words::schedule(&task.schedule, canvas))
        .add("Priority", format!("{} ({})", task.priority, task.priority.band()))
        .add_some("Tags", tags(task))
        .add_some("Status", status(task, canvas));
    if task.executor.is_some() {
        fields
            .add(
                "Time limit",
                task.timeout_secs.map_or_else(
                    || "the usual one".to_owned(),
                    |secs| time::span(chrono::TimeDelta::seconds(secs.cast_signed())),
                ),
            )
            .add("Retries", task.max_retries.to_string())
            .add("If cut off", on_interrupt(task.on_interrupt))
            .add("Review", if task.review_required { "needed" } else { "not needed" });
    }
    fields
        .add(
            "Asked for",
            format!(
                "{} by {}",
                time::exact(task.created_at, canvas),
                words::actor(&task.requester)
            ),
        )
        .add("Ids", format!("#{}, {}, {}", task.number, task.short_id, task.id))
        .add_some("You can", words::actions(card));
    fields.draw(canvas)
}

/// What is to be known before anything else: a question, what is missing, what went wrong.
fn trouble(state: Option<&State>) -> Option<String> {
    match state? {
        State::Awaiting { ask, .. } => Some(format!("It asks: {}", ask.question)),
        State::Failed { message, .. } => Some(message.clone()),
        State::Skipped { why, .. } => Some(words::skip(*why).to_owned()),
        State::Cancelled { by, .. } => Some(format!("Called off by {}.", words::actor(by))),
        _ => None,
    }
}

/// The executor's name, and its settings in a form that people know.
fn executor(spec: &ExecutorSpec) -> String {
    let shell = (spec.name.as_str() == ShellSettings::EXECUTOR)
        .then(|| serde_json::from_value::<ShellSettings>(spec.settings.clone()).ok())
        .flatten();
    match shell {
        Some(settings) => format!("{}: {}", spec.name, shell_words::join(settings.command)),
        None => spec.name.to_string(),
    }
}

fn tags(task: &Task) -> Option<String> {
    let tags: Vec<String> = task.tags.iter().map(|tag| format!("#{tag}")).collect();
    (!tags.is_empty()).then(|| tags.join(" "))
}

fn status(task: &Task, canvas: &Canvas) -> Option<String> {
    match (task.deleted_at, task.status) {
        (Some(at), _) => Some(format!("deleted {}", time::exact(at, canvas))),
        (None, TaskStatus::Active) => None,
        (None, TaskStatus::Paused) => Some("paused".to_owned()),
        (None, TaskStatus::Archived) => Some("archived".to_owned()),
    }
}

const fn on_interrupt(on_interrupt: OnInterrupt) -> &'static str {
    match on_interrupt {
        OnInterrupt::Rerun => "run again",
        OnInterrupt::Ask => "ask you",
        OnInterrupt::Fail => "fail",
    }
}

fn occurrences(view: &TaskView, canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("").right(),
        Column::new("State").gives_way(),
        Column::new("Because"),
        Column::new("Retries").right().dispensable(),
        Column::new("Changed"),
    ]);
    for occurrence in &view.occurrences {
        let last = view.runs.iter().find(|run| run.occurrence == occurrence.id);
        let exit_code = last.and_then(|run| run.end.as_ref()).and_then(|end| end.exit_code);
        let (tone, word) = words::state(&occurrence.state, exit_code, canvas);
        table.row([
            Cell::toned(Tone::Strong, position(view, occurrence).to_string()),
            Cell::toned(tone, word),
            Cell::new(words::cause(occurrence.cause)),
            Cell::new(occurrence.retries.to_string()),
            Cell::toned(Tone::Faint, time::exact(occurrence.updated_at, canvas)),
        ]);
    }
    table.draw(canvas)
}

/// 1 for the oldest of those that are shown.
fn position(view: &TaskView, occurrence: &Occurrence) -> usize {
    let newer = view.occurrences.iter().position(|other| other.id == occurrence.id).unwrap_or(0);
    view.occurrences.len() - newer
}

fn runs(view: &TaskView, canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("").right(),
        Column::new("Outcome").gives_way(),
        Column::new("Reason").dispensable(),
        Column::new("Took").right(),
        Column::new("Log").right().dispensable(),
        Column::new("Started"),
    ]);
    for run in &view.runs {
        let (tone, word) = match &run.end {
            Some(end) => words::outcome(&end.outcome, end.exit_code),
            None if run.started_at.is_some() => (Tone::Running, "running".to_owned()),
            None => (Tone::Running, "starting".to_owned()),
        };
        let begun = run.started_at.unwrap_or(run.assigned_at);
        table.row([
            Cell::toned(Tone::Strong, run_name(view, run)),
            Cell::toned(tone, word),
            Cell::new(words::run_reason(run.reason)),
            Cell::new(time::span(run.end.as_ref().map_or(canvas.now, |end| end.at) - begun)),
            Cell::new(run.end.as_ref().map(|end| bytes(end.log_len)).unwrap_or_default()),
            Cell::toned(Tone::Faint, time::exact(begun, canvas)),
        ]);
    }
    table.draw(canvas)
}

/// `2.1`: the first attempt at the second occurrence.
fn run_name(view: &TaskView, run: &Run) -> String {
    let occurrence = view.occurrences.iter().find(|o| o.id == run.occurrence);
    occurrence.map_or_else(
        || run.number.to_string(),
        |occurrence| format!("{}.{}", position(view, occurrence), run.number),
    )
}

fn bytes(count: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    UNITS.iter().find(|(unit, _)| count >= *unit).map_or_else(
        || format!("{count} B"),
        |(unit, name)| format!("{}.{} {name}", count / unit, count % unit * 10 / unit),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn a_task_is_shown_whole() {
        insta::assert_snapshot!(draw(&samples::task(), &Canvas::for_tests(100)));
    }

    #[test]
    fn sizes_are_in_powers_of_two() {
        let shown: Vec<String> = [0, 1023, 1024, 1536, 5 << 20, (3 << 30) + 1].map(bytes).to_vec();
        assert_eq!(shown, ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "5.0 MiB", "3.0 GiB"]);
    }
}
