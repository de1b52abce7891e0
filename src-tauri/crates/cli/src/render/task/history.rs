//! What became of a task: its occurrences, their runs, and what these left behind.

use crate::render::{Canvas, Cell, Column, Table, Tone, knowledge, time, words};
use aegis_domain::{Kept, Occurrence, Progress, Run};
use aegis_protocol::TaskView;

pub(super) fn occurrences(view: &TaskView, canvas: &Canvas) -> Option<String> {
    if view.occurrences.is_empty() {
        return None;
    }
    let mut table = Table::new([
        Column::new("").right(),
        Column::new("State").gives_way(),
        Column::new("Because"),
        Column::new("With").dispensable(),
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
            Cell::new(knowledge::values(&occurrence.parameters)),
            Cell::new(occurrence.retries.to_string()),
            Cell::toned(Tone::Faint, time::exact(occurrence.updated_at, canvas)),
        ]);
    }
    Some(table.draw(canvas))
}

/// 1 for the oldest of those that are shown.
fn position(view: &TaskView, occurrence: &Occurrence) -> usize {
    let newer = view.occurrences.iter().position(|other| other.id == occurrence.id).unwrap_or(0);
    view.occurrences.len() - newer
}

pub(super) fn runs(view: &TaskView, canvas: &Canvas) -> Option<String> {
    if view.runs.is_empty() {
        return None;
    }
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
            Cell::new(run.end.as_ref().map(|end| words::bytes(end.log_len)).unwrap_or_default()),
            Cell::toned(Tone::Faint, time::exact(begun, canvas)),
        ]);
    }
    Some(table.draw(canvas))
}

/// `2.1`: the first attempt at the second occurrence.
fn run_name(view: &TaskView, run: &Run) -> String {
    let occurrence = view.occurrences.iter().find(|o| o.id == run.occurrence);
    occurrence.map_or_else(
        || run.number.to_string(),
        |occurrence| format!("{}.{}", position(view, occurrence), run.number),
    )
}

pub(super) fn reviews(view: &TaskView, canvas: &Canvas) -> Option<String> {
    let mut table = Table::new([
        Column::new("").right(),
        Column::new("Verdict").gives_way(),
        Column::new("By"),
        Column::new("When"),
    ]);
    let mut any = false;
    for occurrence in &view.occurrences {
        for review in occurrence.reviews.iter().rev() {
            let (tone, words) = words::review(review);
            any = true;
            table.row([
                Cell::toned(Tone::Strong, position(view, occurrence).to_string()),
                Cell::toned(tone, words),
                Cell::new(words::actor(&review.by)),
                Cell::toned(Tone::Faint, time::exact(review.at, canvas)),
            ]);
        }
    }
    any.then(|| table.draw(canvas))
}

/// How far it said it was; and when it will be done, while it is at work.
fn progress(progress: &Progress, run: &Run, canvas: &Canvas) -> String {
    let done_at = progress.done_at.filter(|_| run.end.is_none());
    let parts = [
        progress.percent.map(|percent| format!("{percent} %")),
        progress.step.clone(),
        done_at.map(|at| format!("done about {}", time::exact(at, canvas))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Results, progress, sessions, use of models, checkpoints and files of the runs that have some.
pub(super) fn traces(view: &TaskView, canvas: &Canvas) -> Option<String> {
    let mut table = Table::new([
        Column::new("").right(),
        Column::new("What"),
        Column::new("In detail").gives_way(),
    ]);
    let mut any = false;
    for run in &view.runs {
        for (what, detail) in traces_of(run, canvas) {
            any = true;
            table.row([
                Cell::toned(Tone::Strong, run_name(view, run)),
                Cell::toned(Tone::Faint, what),
                Cell::new(detail),
            ]);
        }
    }
    any.then(|| table.draw(canvas))
}

fn traces_of(run: &Run, canvas: &Canvas) -> Vec<(&'static str, String)> {
    let mut traces = Vec::new();
    let result = run.end.as_ref().map(|end| &end.result).filter(|result| !result.is_null());
    traces.extend(result.map(|result| ("result", result.to_string())));
    traces.extend(run.progress.as_ref().map(|said| ("progress", progress(said, run, canvas))));
    traces.extend(run.usage.as_ref().map(|usage| ("used", words::usage(usage))));
    traces.extend(run.session.as_ref().map(|session| ("session", session.clone())));
    traces.extend(run.checkpoints.iter().map(|checkpoint| {
        let at = time::exact(checkpoint.at, canvas);
        ("checkpoint", format!("{} · {at}", checkpoint.label))
    }));
    traces.extend(run.artifacts.iter().map(|artifact| {
        let mut detail = format!("{} · {}", artifact.path, words::bytes(artifact.bytes));
        if let Kept::LeftOut { why } = &artifact.kept {
            detail.push_str(&format!(" · left out: {}", why.reason()));
        }
        ("file", detail)
    }));
    traces
}
