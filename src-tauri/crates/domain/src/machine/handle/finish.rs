//! The end of a run, and what it makes of its occurrence.

use super::draw::Draw;
use super::gate::queued;
use super::idle;
use crate::machine::{Decision, Ending, Hint, Refused, RunRef, Slice};
use crate::{
    Actor, Ctx, EventKind, Failure, FailureReason, Occurrence, Outcome, Pause, QueueReason,
    Retryable, Run, RunEnd, State, Task,
};

pub(super) fn finish(
    slice: &Slice,
    claim: RunRef,
    ending: &Ending,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    let Ending { exit_code, result, log_len, .. } = ending;
    let mut run = slice.held_run(claim)?;
    let mut occurrence = slice.occurrence()?;
    let outcome = &what_it_was(ending, &occurrence);
    let task = slice.task()?;
    if matches!(occurrence.state, State::Assigned { .. }) {
        return Err(Refused::Illegal {
            from: occurrence.state.name(),
            verb: "finish before it has started",
        });
    }
    run.end = Some(RunEnd {
        at: ctx.now,
        outcome: outcome.clone(),
        exit_code: *exit_code,
        result: result.clone(),
        log_len: *log_len,
        log_removed: false,
    });
    let mut draw = Draw::new(ctx.now, &Actor::System);
    Draw::spent(&mut occurrence, &run);
    if matches!(outcome, Outcome::Succeeded { .. }) {
        idle::note(&mut draw, slice, &mut occurrence, &run);
    }
    draw.event(
        task.id,
        Some(occurrence.id),
        Some(run.id),
        EventKind::RunEnded { outcome: outcome.clone(), exit_code: *exit_code },
    );
    settle(&mut draw, &mut occurrence, &run, outcome, task, ctx);
    if !occurrence.state.is_terminal() {
        draw.hint(Hint::Wake);
    }
    Ok(draw.occurrence(occurrence).run(run).done())
}

/// How a run ended. Whoever is ended at a checkpoint cannot tell that from being called off.
fn what_it_was(ending: &Ending, occurrence: &Occurrence) -> Outcome {
    let held = matches!(occurrence.state, State::Paused { pause: Pause::Checkpoint, .. });
    match &ending.outcome {
        Outcome::Cancelled if held && occurrence.cancel.is_none() => Outcome::Suspended,
        outcome => outcome.clone(),
    }
}

/// Where an ended run leaves its occurrence.
fn settle(
    draw: &mut Draw,
    occurrence: &mut Occurrence,
    run: &Run,
    outcome: &Outcome,
    task: &Task,
    ctx: &mut Ctx,
) {
    let cancel = occurrence.cancel.clone();
    if let (Some(cancel), false) = (cancel, matches!(outcome, Outcome::Succeeded { .. })) {
        draw.go(occurrence, State::Cancelled { at: ctx.now, by: cancel.by });
        return;
    }
    match (&mut occurrence.state, outcome) {
        // Ended on purpose while a person is asked or while held: it stays where it is, and goes
        // on with a new run.
        (
            State::Awaiting { run: live, .. } | State::Paused { run: live, .. },
            Outcome::Suspended | Outcome::Interrupted,
        ) => {
            *live = None;
            occurrence.updated_at = ctx.now;
            return;
        }
        // Ended by itself although it was held or waiting: it was at work after all.
        (State::Awaiting { .. } | State::Paused { .. }, _) => {
            draw.go(occurrence, State::Executing { run: run.id, since: ctx.now });
        }
        _ => {}
    }
    match outcome {
        Outcome::Succeeded { .. } => {
            occurrence.interruptions = 0;
            let to = if task.definition.review_required {
                State::Reviewing { run: run.id }
            } else {
                State::Completed { at: ctx.now }
            };
            draw.go(occurrence, to);
        }
        Outcome::Failed(failure) => {
            occurrence.interruptions = 0;
            fail(draw, occurrence, failure, task, ctx);
        }
        Outcome::Cancelled => {
            draw.go(occurrence, State::Cancelled { at: ctx.now, by: Actor::System });
        }
        // It was ended because a person was asked, and their answer has come meanwhile.
        Outcome::Suspended => {
            draw.go(occurrence, queued(QueueReason::Resume, ctx.now, task));
        }
        Outcome::Interrupted | Outcome::AgentLost => {
            super::interrupt::settle(draw, occurrence, task, false, ctx);
        }
    }
}

fn fail(
    draw: &mut Draw,
    occurrence: &mut Occurrence,
    failure: &Failure,
    task: &Task,
    ctx: &mut Ctx,
) {
    let retryable = failure.category.retryable();
    let again = match retryable {
        Retryable::Yes => occurrence.retries < task.definition.max_retries,
        Retryable::Wait => true,
        Retryable::No => false,
    };
    if again {
        let backoff = task.definition.backoff.unwrap_or_default();
        let wait = backoff.wait(occurrence.retries + 1, &mut ctx.entropy);
        // Who was told when to come again does not come earlier.
        let from = failure.retry_at.map_or(ctx.now, |at| at.max(ctx.now));
        if retryable == Retryable::Yes {
            occurrence.retries += 1;
        }
        draw.go(occurrence, queued(QueueReason::Retry, from + wait, task));
        return;
    }
    let (why, message) = (FailureReason::RunFailed, failure.sentence());
    draw.fail(occurrence, task, why, failure.category, message);
}

/// The live run of `occurrence`, closed with `outcome`, if there is one.
pub(super) fn close_live_run(
    slice: &Slice,
    occurrence: &mut Occurrence,
    outcome: Outcome,
    ctx: &Ctx,
) -> Option<Run> {
    let live = occurrence.state.live_run()?;
    let mut run = slice.run.as_deref().filter(|r| r.id == live && r.end.is_none())?.clone();
    Draw::spent(occurrence, &run);
    run.end = Some(RunEnd::new(ctx.now, outcome));
    Some(run)
}
