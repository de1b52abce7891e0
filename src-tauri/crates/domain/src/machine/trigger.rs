//! New occurrences.

use super::decision::Draw;
use super::{Command, Decision, Refused, Slice};
use crate::{
    Actor, Cause, Ctx, EventKind, Occurrence, OccurrenceId, OccurrenceKey, Outcome, QueueReason,
    Run, RunEnd, RunId, RunReason, SortKey, State, TaskId, TaskStatus,
};

pub(super) fn trigger(
    slice: &Slice,
    cause: Cause,
    by: &Actor,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    let task = slice.standing_task()?;
    if task.status == TaskStatus::Archived {
        return Err(Refused::TaskArchived);
    }
    if task.executor.is_none() {
        return Err(Refused::NoExecutor);
    }
    refuse_overlap(slice, ctx)?;
    if cause == Cause::RunAgain && slice.siblings.is_empty() {
        return Err(Refused::NeverRan);
    }
    let mut draw = Draw::new(ctx.now, by);
    let occurrence = new_occurrence(&mut draw, task.id, cause, None, ctx);
    draw.follow_up(Command::Validate { occurrence: occurrence.id, problem: None });
    Ok(draw.occurrence(occurrence).done())
}

/// An occurrence that a person did: it passes every state at once, with a run that says so.
pub(super) fn complete_by_hand(
    slice: &Slice,
    by: &Actor,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    let task = slice.standing_task()?;
    refuse_overlap(slice, ctx)?;
    let mut draw = Draw::new(ctx.now, by);
    let mut occurrence = new_occurrence(&mut draw, task.id, Cause::ByHand, None, ctx);
    let run = Run {
        id: RunId(ctx.uuid()),
        occurrence: occurrence.id,
        task: task.id,
        number: 1,
        token: slice.next.token,
        reason: RunReason::First,
        agent: "person".to_owned(),
        assigned_at: ctx.now,
        started_at: Some(ctx.now),
        process: None,
        progress: None,
        end: Some(RunEnd {
            at: ctx.now,
            outcome: Outcome::Succeeded { summary: "done by hand".to_owned() },
            exit_code: None,
            log_len: 0,
        }),
    };
    let queued = State::Queued {
        reason: QueueReason::First,
        not_before: ctx.now,
        sort_key: SortKey::new(ctx.now, task.priority),
    };
    draw.go(&mut occurrence, queued);
    draw.go(&mut occurrence, State::Assigned { run: run.id });
    draw.go(&mut occurrence, State::Executing { run: run.id, since: ctx.now });
    draw.go(&mut occurrence, State::Completed { at: ctx.now });
    Ok(draw.occurrence(occurrence).run(run).done())
}

/// Refuses while an occurrence is at work or about to be. One that waits for its due time is not in
/// the way: running now leaves the schedule alone.
fn refuse_overlap(slice: &Slice, ctx: &Ctx) -> Result<(), Refused> {
    let in_the_way = slice.siblings.iter().find(|o| match &o.state {
        State::Queued { reason: QueueReason::First, not_before, .. } => *not_before <= ctx.now,
        state => !state.is_terminal(),
    });
    in_the_way.map_or(Ok(()), |o| Err(Refused::AlreadyLive { state: o.state.name() }))
}

/// A new occurrence in its first state. Without a key it is its own key.
pub(super) fn new_occurrence(
    draw: &mut Draw,
    task: TaskId,
    cause: Cause,
    key: Option<OccurrenceKey>,
    ctx: &mut Ctx,
) -> Occurrence {
    let id = OccurrenceId(ctx.uuid());
    draw.event(task, Some(id), None, EventKind::OccurrenceCreated { cause });
    Occurrence {
        id,
        task,
        cause,
        key: key.unwrap_or_else(|| OccurrenceKey(id.to_string())),
        state: State::Created,
        retries: 0,
        interruptions: 0,
        reworks: 0,
        cancel: None,
        created_at: ctx.now,
        updated_at: ctx.now,
    }
}
