//! What is said beside the output of work that is watched.

use super::{Until, watched};
use crate::output::Output;
use crate::render::{Canvas, time, visible, words};
use aegis_domain::{OccurrenceId, QueueReason, State, StateName};
use aegis_protocol::TaskView;

/// What was said last, so that nothing is said twice.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    said: Option<(StateName, u32)>,
}

impl Remarks {
    /// Says what a person has to know, or to do, when the occurrence has come to another state.
    pub(super) fn make(&mut self, view: &TaskView, until: Until, out: &mut Output) {
        let Some(occurrence) = watched(view, until) else {
            return;
        };
        let attempts = view.runs.iter().filter(|run| run.occurrence == occurrence.id).count();
        let here = (occurrence.state.name(), u32::try_from(attempts).unwrap_or(u32::MAX));
        if self.said == Some(here) {
            return;
        }
        self.said = Some(here);
        if let Some(sentence) = sentence(view, &occurrence.state, &out.error_canvas()) {
            out.note(&sentence);
        }
    }
}

fn sentence(view: &TaskView, state: &State, canvas: &Canvas) -> Option<String> {
    let number = view.card.number;
    match state {
        State::Awaiting { ask, .. } => Some(format!(
            "#{number} asks: {} Answer with: aegis task answer {number} --grant, --deny or --text …",
            ask.question
        )),
        State::Reviewing { .. } => Some(format!(
            "#{number} waits for a review: aegis task review {number} --pass, or --reject …"
        )),
        State::Paused { .. } => {
            Some(format!("#{number} is paused. Let it go on with: aegis task resume {number}"))
        }
        State::Blocked { .. } => {
            let waits = words::waits(&view.card);
            Some(waits.map_or_else(
                || format!("#{number} is blocked: something is missing."),
                |waits| format!("#{number} waits for {waits}."),
            ))
        }
        State::Queued { reason: QueueReason::Retry, not_before, .. } => Some(format!(
            "The attempt failed; the next one starts {}.",
            time::relative(*not_before, canvas)
        )),
        _ => None,
    }
}

/// How it ended: `#12 failed · exit 101 · took 1.2s`, and why.
pub(super) fn ending(view: &TaskView, occurrence: OccurrenceId, canvas: &Canvas) -> String {
    let Some(occurrence) = view.occurrences.iter().find(|o| o.id == occurrence) else {
        return format!("#{} has ended.", view.card.number);
    };
    let run = view.runs.iter().find(|run| run.occurrence == occurrence.id);
    let end = run.and_then(|run| run.end.as_ref());
    let exit_code = end.and_then(|end| end.exit_code);
    let (tone, word) = words::state(&occurrence.state, exit_code, canvas);
    let mut line = format!("#{} {}", view.card.number, canvas.paint.apply(tone, &word));
    if let Some((started, end)) = run.and_then(|run| run.started_at).zip(end) {
        line.push_str(&format!(" · took {}", time::span(end.at - started)));
    }
    if let State::Failed { message, .. } = &occurrence.state {
        line.push_str(&format!("\n  {}", visible::cell(message)));
    }
    line
}
