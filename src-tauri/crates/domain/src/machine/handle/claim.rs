//! Taking work on, and beginning it.

use super::budget;
use super::draw::Draw;
use super::gate::queued;
use super::resource;
use crate::machine::{Decision, Hint, Refused, RunRef, Slice};
use crate::{
    Actor, Ctx, EventKind, ExecutorName, Outcome, ProcessIdentity, QueueReason, Run, RunEnd, RunId,
    RunReason, SkipReason, State, TaskStatus,
};

/// Who takes work on.
pub(super) struct Claim<'a> {
    pub(super) run: RunId,
    pub(super) agent: &'a str,
    /// What the watched files are like.
    pub(super) fingerprint: Option<&'a str>,
    /// Executors whose runs begin when they are claimed.
    pub(super) at_once: &'a [ExecutorName],
}

/// Takes an occurrence on; or says, in its state, why it has to wait or is left out after all.
pub(super) fn claim(slice: &Slice, claim: &Claim<'_>, ctx: &Ctx) -> Result<Decision, Refused> {
    let Claim { run, agent, fingerprint, at_once } = *claim;
    let mut occurrence = slice.occurrence()?;
    let task = slice.standing_task()?;
    if task.status == TaskStatus::Archived {
        return Err(Refused::TaskArchived);
    }
    let (why, ready_at, sort_key) = match &occurrence.state {
        State::Queued { reason, not_before, sort_key } if occurrence.may_start(ctx.now) => {
            (*reason, *not_before, *sort_key)
        }
        state => return Err(Refused::Illegal { from: state.name(), verb: "be claimed now" }),
    };
    let mut draw = Draw::new(ctx.now, &Actor::System);
    let instead = if occurrence.expires_at.is_some_and(|at| at < ctx.now) {
        Some(State::Expired { at: ctx.now })
    } else if fingerprint.is_some() && fingerprint == slice.fingerprint.as_deref() {
        Some(State::Skipped { at: ctx.now, why: SkipReason::NothingChanged })
    } else {
        let money = budget::spent_up(slice, task, &occurrence, ctx);
        money.iter().for_each(|blocker| budget::tell(&mut draw, task, blocker));
        let missing = money.or_else(|| resource::not_free(slice, task, &occurrence, sort_key));
        missing.map(|missing| State::Blocked { by: vec![missing], reason: why, sort_key })
    };
    if let Some(state) = instead {
        draw.go(&mut occurrence, state);
        return Ok(draw.occurrence(occurrence).done());
    }
    let reason = match why {
        QueueReason::First => RunReason::First,
        QueueReason::Retry => RunReason::Retry,
        QueueReason::Rework => RunReason::Rework,
        QueueReason::Resume => RunReason::Resume,
        QueueReason::Interrupted => RunReason::Interrupted,
        QueueReason::AgentLost => RunReason::AgentLost,
    };
    let before = slice.run.as_ref();
    let mut run = Run {
        // What the attempt before left is where this one can go on.
        checkpoints: before.map(|r| r.checkpoints.clone()).unwrap_or_default(),
        session: before.and_then(|r| r.session.clone()),
        fingerprint: fingerprint.map(str::to_owned),
        executor: task.definition.executor.as_ref().map(|spec| spec.name.clone()),
        ready_at: Some(ready_at),
        ..Run::claimed(run, &occurrence, (slice.next.run, slice.next.token), reason, agent, ctx.now)
    };
    draw.go(&mut occurrence, State::Assigned { run: run.id });
    occurrence.holds = resource::held(slice, task);
    draw.event(
        task.id,
        Some(occurrence.id),
        Some(run.id),
        EventKind::RunAssigned { number: run.number, reason },
    );
    if task.definition.executor.as_ref().is_some_and(|e| at_once.contains(&e.name)) {
        run.started_at = Some(ctx.now);
        draw.go(&mut occurrence, State::Executing { run: run.id, since: ctx.now });
    }
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
    run.end = Some(RunEnd::new(ctx.now, Outcome::AgentLost));
    let mut draw = Draw::new(ctx.now, &Actor::System);
    draw.go(&mut occurrence, queued(QueueReason::AgentLost, ctx.now, slice.task()?));
    if let Some(cancel) = occurrence.cancel.clone() {
        draw.go(&mut occurrence, State::Cancelled { at: ctx.now, by: cancel.by });
    }
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).run(run).done())
}
