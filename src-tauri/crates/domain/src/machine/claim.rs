//! Taking work on, beginning it, and saying how far it is.

use super::decision::Draw;
use super::gate::queued;
use super::{Decision, Hint, Refused, RunRef, Slice};
use crate::{
    Actor, Ctx, EventKind, Outcome, ProcessIdentity, Progress, QueueReason, Run, RunEnd, RunId,
    RunReason, State, TaskStatus,
};

pub(super) fn claim(
    slice: &Slice,
    run: RunId,
    agent: &str,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let task = slice.standing_task()?;
    if task.status == TaskStatus::Archived {
        return Err(Refused::TaskArchived);
    }
    let reason = match &occurrence.state {
        State::Queued { reason, not_before, .. } if *not_before <= ctx.now => match reason {
            QueueReason::First => RunReason::First,
            QueueReason::AgentLost | QueueReason::Retry => RunReason::Retry,
            QueueReason::Rework => RunReason::Rework,
            QueueReason::Resume => RunReason::Resume,
            QueueReason::Interrupted => RunReason::Interrupted,
        },
        state => return Err(Refused::Illegal { from: state.name(), verb: "be claimed now" }),
    };
    let run = Run {
        id: run,
        occurrence: occurrence.id,
        task: task.id,
        number: slice.next.run,
        token: slice.next.token,
        reason,
        agent: agent.to_owned(),
        assigned_at: ctx.now,
        started_at: None,
        process: None,
        progress: None,
        end: None,
    };
    let mut draw = Draw::new(ctx.now, &Actor::System);
    draw.go(&mut occurrence, State::Assigned { run: run.id });
    draw.event(
        task.id,
        Some(occurrence.id),
        Some(run.id),
        EventKind::RunAssigned { number: run.number, reason },
    );
    Ok(draw.occurrence(occurrence).run(run).done())
}

pub(super) fn start(
    slice: &Slice,
    claim: RunRef,
    process: Option<&ProcessIdentity>,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut run = slice.held_run(claim)?;
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Assigned { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "start" });
    }
    run.started_at = Some(ctx.now);
    run.process = process.cloned();
    let mut draw = Draw::new(ctx.now, &Actor::System);
    draw.go(&mut occurrence, State::Executing { run: run.id, since: ctx.now });
    if occurrence.cancel.is_some() {
        draw.hint(Hint::Kill(run.id));
    }
    Ok(draw.occurrence(occurrence).run(run).done())
}

pub(super) fn lose_agent(slice: &Slice, claim: RunRef, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut run = slice.held_run(claim)?;
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Assigned { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "lose its agent" });
    }
    run.end =
        Some(RunEnd { at: ctx.now, outcome: Outcome::AgentLost, exit_code: None, log_len: 0 });
    let mut draw = Draw::new(ctx.now, &Actor::System);
    draw.go(&mut occurrence, queued(QueueReason::AgentLost, ctx.now, slice.task()?));
    if let Some(cancel) = occurrence.cancel.clone() {
        draw.go(&mut occurrence, State::Cancelled { at: ctx.now, by: cancel.by });
    }
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).run(run).done())
}

pub(super) fn progress(
    slice: &Slice,
    claim: RunRef,
    progress: &Progress,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut run = slice.held_run(claim)?;
    run.progress = Some(progress.clone());
    let mut draw = Draw::new(ctx.now, &Actor::Agent(run.agent.clone()));
    let kind = EventKind::Progressed { progress: progress.clone() };
    draw.event(run.task, Some(run.occurrence), Some(run.id), kind);
    Ok(draw.run(run).done())
}
