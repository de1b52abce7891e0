//! A task in one line, and in three.

use super::{Canvas, Tone, time, visible, words};
use aegis_domain::{State, TaskKind};
use aegis_protocol::CardView;

/// What became of a task: `#12 queued · cargo --version · in ~`.
pub(crate) fn line(card: &CardView, canvas: &Canvas) -> String {
    let mut parts = vec![head(card, canvas), visible::cell(&card.title).into_owned()];
    if let Some(place) = &card.place {
        parts.push(format!("in {}", visible::cell(place)));
    }
    if let Some(schedule) = again(card) {
        parts.push(schedule);
    }
    if let Some(due) = card.due.filter(|due| *due > canvas.now) {
        parts.push(format!("due {} ({})", time::relative(due, canvas), time::near(due, canvas)));
    }
    if let Some(waits) = words::waits(card) {
        parts.push(format!("waits for {}", visible::cell(&waits)));
    }
    if card.executor.is_none() {
        parts.push("yours to do".to_owned());
    }
    parts.join(" · ")
}

/// The schedule of a task that repeats; of others, the time that it is due at says it all.
fn again(card: &CardView) -> Option<String> {
    let schedule = card.schedule.as_deref().filter(|_| card.kind == TaskKind::Recurring)?;
    Some(visible::cell(schedule).into_owned())
}

/// The short view: where it stands, what is known of the last attempt, what can be done.
pub(crate) fn status(card: &CardView, canvas: &Canvas) -> String {
    let mut lines = vec![format!("{} · {}", head(card, canvas), visible::cell(&card.title))];
    lines.push(format!("  {}", facts(card, canvas).join(" · ")));
    match &card.state {
        Some(State::Awaiting { ask, .. }) => {
            lines.push(format!("  “{}”", visible::cell(&ask.question)));
        }
        Some(State::Failed { message, .. }) => {
            lines.push(format!("  {}", visible::cell(message)));
        }
        _ => {}
    }
    if let Some(waits) = words::waits(card) {
        lines.push(format!("  Waits for {}", visible::cell(&waits)));
    }
    if let Some(idle) = &card.idle {
        lines.push(format!("  {}", canvas.paint.apply(Tone::Attention, &idle.to_string())));
    }
    if let Some(line) = card.run.as_ref().and_then(|run| run.last_line.as_deref()) {
        lines.push(format!("  {}", canvas.paint.apply(Tone::Faint, &visible::cell(line))));
    }
    if let Some(actions) = words::actions(card) {
        lines
            .push(format!("  {}", canvas.paint.apply(Tone::Faint, &format!("You can: {actions}"))));
    }
    lines.join("\n")
}

fn head(card: &CardView, canvas: &Canvas) -> String {
    let (tone, word) = words::standing(card, canvas);
    let number = canvas.paint.apply(Tone::Strong, &format!("#{}", card.number));
    format!("{number} {}", canvas.paint.apply(tone, &word))
}

fn facts(card: &CardView, canvas: &Canvas) -> Vec<String> {
    let mut facts = vec![words::executor(card.executor.as_deref()).to_owned()];
    if let Some(place) = &card.place {
        facts.push(format!("in {}", visible::cell(place)));
    }
    facts.extend(again(card));
    if let Some(due) = card.due.filter(|due| *due > canvas.now) {
        facts.push(format!("due {} ({})", time::relative(due, canvas), time::near(due, canvas)));
    }
    if !card.cost.is_zero() {
        facts.push(format!("${}", card.cost));
    }
    let Some(run) = &card.run else {
        facts.push(format!("created {}", time::relative(card.created_at, canvas)));
        return facts;
    };
    if run.number > 1 {
        facts.push(format!("attempt {}", run.number));
    }
    match (run.started_at, run.ended_at) {
        (Some(started), Some(ended)) => {
            facts.push(format!("took {}", time::span(ended - started)));
            facts.push(format!("ended {}", time::relative(ended, canvas)));
        }
        (Some(started), None) => facts.push(format!("for {}", time::span(canvas.now - started))),
        (None, Some(ended)) => facts.push(format!("ended {}", time::relative(ended, canvas))),
        (None, None) => {}
    }
    if let (Some(progress), None) = (&run.progress, run.ended_at) {
        facts.extend(progress.percent.map(|percent| format!("{percent} %")));
        facts.extend(progress.step.as_deref().map(|step| visible::cell(step).into_owned()));
        let executing = matches!(card.state, Some(State::Executing { .. }));
        let done_at = progress.done_at.filter(|at| executing && *at > canvas.now);
        facts.extend(done_at.map(|at| format!("done {}", time::relative(at, canvas))));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn what_became_of_a_task_is_one_line() {
        let canvas = Canvas::for_tests(100);
        let lines: Vec<String> = samples::cards().iter().map(|card| line(card, &canvas)).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn the_short_view_says_what_one_wants_to_know_next() {
        let canvas = Canvas::for_tests(100);
        let shown: Vec<String> =
            samples::cards().iter().map(|card| status(card, &canvas)).collect();
        insta::assert_snapshot!(shown.join("\n\n"));
    }
}
