//! Occurrences that somebody asks for.

use super::draw::Draw;
use super::new_occurrence::{Birth, new_occurrence, values};
use crate::machine::{Command, DEPTH_LIMIT, Decision, Refused, Slice};
use crate::policy::Taint;
use crate::schedule::Overlap;
use crate::{
    Actor, Cause, Continued, Ctx, Outcome, QueueReason, Run, RunEnd, RunId, RunReason, SortKey,
    State, TaskStatus, Values,
};

pub(super) fn trigger(
    slice: &Slice,
    cause: Cause,
    given: &Values,
    continues: Option<&Continued>,
    by: &Actor,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    let task = slice.standing_task()?;
    if task.status == TaskStatus::Archived {
        return Err(Refused::TaskArchived);
    }
    if task.definition.executor.is_none() {
        return Err(Refused::NoExecutor);
    }
    if task.definition.schedule.policies().overlap != Overlap::Allow {
        refuse_overlap(slice)?;
    }
    if cause == Cause::RunAgain && slice.siblings.is_empty() {
        return Err(Refused::NeverRan);
    }
    let depth = slice.maker.map_or(0, |maker| maker.depth + 1);
    if depth > DEPTH_LIMIT {
        return Err(Refused::TooDeep { limit: DEPTH_LIMIT });
    }
    let mut draw = Draw::new(ctx.now, by);
    let birth = Birth {
        depth,
        parameters: values(task, given)?,
        continues: continues.cloned(),
        taint: slice.maker.map_or_else(Taint::default, |maker| maker.taint),
        ..Birth::new(cause, ctx.now)
    };
    let occurrence = new_occurrence(&mut draw, task, birth, ctx);
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
    refuse_overlap(slice)?;
    let mut draw = Draw::new(ctx.now, by);
    let birth = Birth::new(Cause::ByHand, ctx.now);
    let mut occurrence = new_occurrence(&mut draw, task, birth, ctx);
    let summary = "done by hand".to_owned();
    let (id, numbers) = (RunId(ctx.uuid()), (1, slice.next.token));
    let run = Run {
        started_at: Some(ctx.now),
        end: Some(RunEnd::new(ctx.now, Outcome::Succeeded { summary })),
        ..Run::claimed(id, &occurrence, numbers, RunReason::First, "person", ctx.now)
    };
    let queued = State::Queued {
        reason: QueueReason::First,
        not_before: ctx.now,
        sort_key: SortKey::new(ctx.now, task.definition.priority),
    };
    draw.go(&mut occurrence, queued);
    draw.go(&mut occurrence, State::Assigned { run: run.id });
    draw.go(&mut occurrence, State::Executing { run: run.id, since: ctx.now });
    draw.go(&mut occurrence, State::Completed { at: ctx.now });
    Ok(draw.occurrence(occurrence).run(run).done())
}

/// Refuses while an occurrence is at work or about to be.
fn refuse_overlap(slice: &Slice) -> Result<(), Refused> {
    let in_the_way = slice.siblings.iter().find(|o| !o.state.is_terminal());
    in_the_way.map_or(Ok(()), |o| Err(Refused::AlreadyLive { state: o.state.name() }))
}
