//! Asking a person, and their answer.

use super::draw::Draw;
use super::gate::queued;
use crate::machine::{Answer, Decision, Hint, Refused, RunRef, Slice};
use crate::{
    Actor, Ask, AskId, AskKind, Ctx, ErrorCategory, FailureReason, Outcome, QueueReason, State,
};

pub(super) fn ask(
    slice: &Slice,
    claim: RunRef,
    kind: AskKind,
    question: &str,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    let run = slice.held_run(claim)?;
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Executing { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "ask" });
    }
    let ask = Ask { id: AskId(ctx.uuid()), kind, question: question.to_owned(), since: ctx.now };
    let mut draw = Draw::new(ctx.now, &Actor::Agent(run.agent));
    let task = slice.task()?;
    draw.notify(ask.id.to_string(), format!("#{} needs you", task.number), question.to_owned());
    draw.go(&mut occurrence, State::Awaiting { ask, run: Some(run.id) });
    // Whoever waits for a person gives its slot to the next.
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).done())
}

pub(super) fn answer(
    slice: &Slice,
    ask: AskId,
    answer: &Answer,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let State::Awaiting { ask: open, run } = occurrence.state.clone() else {
        return Err(Refused::AskClosed);
    };
    if open.id != ask {
        return Err(Refused::AskClosed);
    }
    let mut draw = Draw::new(ctx.now, by);
    let mut closed = None;
    match (answer, run) {
        (Answer::Deny, live) => {
            closed = super::finish::close_live_run(slice, &occurrence, Outcome::Suspended, ctx);
            draw.go(
                &mut occurrence,
                State::Failed {
                    at: ctx.now,
                    why: FailureReason::Denied,
                    category: ErrorCategory::PolicyDenied,
                    message: format!("A person said no to: {}", open.question),
                },
            );
            if let Some(run) = live {
                draw.hint(Hint::Kill(run));
            }
        }
        (Answer::Grant | Answer::Text(_), Some(run)) => {
            draw.go(&mut occurrence, State::Executing { run, since: ctx.now });
            draw.hint(Hint::Continue(run));
        }
        (Answer::Grant | Answer::Text(_), None) => {
            draw.go(&mut occurrence, queued(QueueReason::Resume, ctx.now, slice.task()?));
            draw.hint(Hint::Wake);
        }
    }
    let draw = draw.occurrence(occurrence);
    Ok(match closed {
        Some(run) => draw.run(run).done(),
        None => draw.done(),
    })
}
