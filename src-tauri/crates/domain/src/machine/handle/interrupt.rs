//! Runs that were cut off with the machine or with Aegis.

use super::ask;
use super::draw::Draw;
use super::gate::queued;
use crate::machine::{CRASH_LOOP_LIMIT, Decision, Hint, Refused, Slice};
use crate::{
    Actor, Ask, AskId, AskKind, Ctx, ErrorCategory, EventKind, FailureReason, Occurrence,
    OnInterrupt, Outcome, QueueReason, RunEnd, State, Task,
};

pub(super) fn interrupt(slice: &Slice, ctx: &mut Ctx) -> Result<Decision, Refused> {
    let mut run = slice.run.as_deref().ok_or(Refused::NoSuchRun)?.clone();
    let mut occurrence = slice.occurrence()?;
    let task = slice.task()?;
    if run.end.is_some() || occurrence.state.live_run() != Some(run.id) {
        return Err(Refused::StaleToken { given: run.token, current: run.token });
    }
    let started = !matches!(occurrence.state, State::Assigned { .. });
    let outcome = if started { Outcome::Interrupted } else { Outcome::AgentLost };
    run.end = Some(RunEnd::new(ctx.now, outcome.clone()));
    let mut draw = Draw::new(ctx.now, &Actor::System);
    Draw::spent(&mut occurrence, &run);
    draw.event(
        task.id,
        Some(occurrence.id),
        Some(run.id),
        EventKind::RunEnded { outcome, exit_code: None },
    );
    match (occurrence.cancel.clone(), &mut occurrence.state) {
        (Some(cancel), _) => {
            draw.go(&mut occurrence, State::Cancelled { at: ctx.now, by: cancel.by });
        }
        (None, State::Awaiting { run: live, .. } | State::Paused { run: live, .. }) => {
            *live = None;
            occurrence.updated_at = ctx.now;
        }
        (None, State::Assigned { .. }) => {
            draw.go(&mut occurrence, queued(QueueReason::AgentLost, ctx.now, task));
        }
        (None, _) => settle(&mut draw, &mut occurrence, task, true, ctx),
    }
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).run(run).done())
}

/// Where a cut-off run leaves its occurrence. A planned stop of Aegis is not `counted`: it says
/// nothing about the run.
pub(super) fn settle(
    draw: &mut Draw,
    occurrence: &mut Occurrence,
    task: &Task,
    counted: bool,
    ctx: &mut Ctx,
) {
    if counted {
        occurrence.interruptions += 1;
    }
    if occurrence.interruptions >= CRASH_LOOP_LIMIT {
        let message = format!(
            "It was cut off {CRASH_LOOP_LIMIT} times in a row and may bring the machine down. \
             Look at its log, then run it again."
        );
        let (why, category) = (FailureReason::CrashLoop, ErrorCategory::CrashLoop);
        draw.fail(occurrence, task, why, category, message);
        return;
    }
    match task.definition.on_interrupt {
        OnInterrupt::Rerun => {
            draw.go(occurrence, queued(QueueReason::Interrupted, ctx.now, task));
        }
        OnInterrupt::Fail => draw.go(
            occurrence,
            State::Failed {
                at: ctx.now,
                why: FailureReason::Interrupted,
                category: ErrorCategory::Interrupted,
                message: "It was cut off when Aegis or the machine stopped, and the task says \
                          not to repeat it. Run it again if that is safe."
                    .to_owned(),
            },
        ),
        OnInterrupt::Ask => {
            let question = "It was cut off when Aegis or the machine stopped. Run it again?";
            let (id, now) = (AskId(ctx.uuid()), ctx.now);
            let ask = Ask::new(id, AskKind::Approval, question.to_owned(), now);
            let ask = Ask { until: ask::until(None, ctx), ..ask };
            draw.ask(task, &ask);
            draw.go(occurrence, State::Awaiting { ask, run: None });
        }
    }
}
