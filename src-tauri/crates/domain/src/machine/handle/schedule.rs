//! When a schedule comes due.

use super::draw::Draw;
use super::new_occurrence::{Birth, new_occurrence, values};
use crate::machine::{Command, Decision, Hint, Refused, Slice};
use crate::schedule::{self, Overlap, Schedule};
use crate::{
    Actor, Cause, Ctx, EventKind, Occurrence, OccurrenceId, OccurrenceKey, QueueReason, SkipReason,
    SortKey, State, Task, TaskStatus, Timestamp, Values,
};
use chrono::TimeDelta;

/// The first instant of `task`'s schedule after `after` for which there is no occurrence yet.
pub(super) fn next_due(slice: &Slice, task: &Task, after: Timestamp) -> Option<Timestamp> {
    if task.deleted_at.is_some() || task.status != TaskStatus::Active {
        return None;
    }
    let mut next = schedule::next_due(&task.definition.schedule, after)?;
    while slice.instants.contains(&next) {
        next = schedule::next_due(&task.definition.schedule, next)?;
    }
    Some(next)
}

/// Makes what is due and moves the cursor to now.
pub(super) fn advance(slice: &Slice, ctx: &mut Ctx) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    if task.status != TaskStatus::Active {
        return Err(Refused::NotActive);
    }
    let due = schedule::due(&task.definition.schedule, task.cursor, ctx.now)?;
    let mut draw = Draw::new(ctx.now, &Actor::System);
    if let Some(range) = due.skipped {
        draw.event(task.id, None, None, EventKind::InstantsSkipped { range });
    }
    // A clock that was put back moves the cursor back too; what exists is not made again.
    task.definition.schedule.set_back(task.cursor, ctx.now);
    task.cursor = ctx.now;
    task.next_due = next_due(slice, &task, ctx.now);
    let mut live: Vec<OccurrenceId> =
        slice.siblings.iter().filter(|o| !o.state.is_terminal()).map(|o| o.id).collect();
    let overlap = task.definition.schedule.policies().overlap;
    let in_the_way = !live.is_empty();
    if overlap == Overlap::Replace && !due.instants.is_empty() {
        for sibling in slice.siblings.iter().filter(|o| !o.state.is_terminal()) {
            if sibling.cancel.is_none() {
                draw.follow_up(Command::Cancel { occurrence: sibling.id, by: Actor::System });
            }
        }
    }
    let last = due.instants.last().copied();
    let mut made = Vec::new();
    for instant in due.instants {
        if slice.instants.contains(&instant) {
            continue;
        }
        let mut occurrence = born(&mut draw, &task, instant, ctx)?;
        // Made up for together, they go one after the other; only the last replaces.
        let superseded = overlap == Overlap::Replace && Some(instant) != last;
        if superseded || (overlap == Overlap::Forbid && in_the_way) {
            leave_out(&mut draw, &task, &mut occurrence, SkipReason::Overlap, ctx.now);
        } else {
            if overlap != Overlap::Allow {
                occurrence.after = live.last().copied();
            }
            live.push(occurrence.id);
            draw.follow_up(Command::Validate { occurrence: occurrence.id, problem: None });
        }
        made.push(occurrence);
    }
    draw.hint(Hint::Wake);
    let draw = made.into_iter().fold(draw.task(task), Draw::occurrence);
    Ok(draw.done())
}

/// The occurrence of an instant.
fn born(
    draw: &mut Draw,
    task: &Task,
    instant: Timestamp,
    ctx: &mut Ctx,
) -> Result<Occurrence, Refused> {
    let policies = task.definition.schedule.policies();
    let millis = |secs: u64| i64::try_from(secs.saturating_mul(1000)).unwrap_or(i64::MAX);
    let jitter = ctx.entropy.up_to(policies.jitter_secs.saturating_mul(1000));
    let jitter = TimeDelta::milliseconds(i64::try_from(jitter).unwrap_or(0));
    let deadline = policies.start_deadline_secs.map(|secs| TimeDelta::milliseconds(millis(secs)));
    let birth = Birth {
        key: Some(OccurrenceKey::of_instant(instant)),
        instant: Some(instant),
        not_before: instant + jitter,
        expires_at: deadline.map(|deadline| instant + deadline + jitter),
        parameters: values(task, &Values::new())?,
        ..Birth::new(Cause::Schedule, ctx.now)
    };
    Ok(new_occurrence(draw, task, birth, ctx))
}

/// Skips an occurrence that was just made.
fn leave_out(
    draw: &mut Draw,
    task: &Task,
    occurrence: &mut Occurrence,
    why: SkipReason,
    now: Timestamp,
) {
    let queued = State::Queued {
        reason: QueueReason::First,
        not_before: occurrence.not_before,
        sort_key: SortKey::new(occurrence.not_before, task.definition.priority),
    };
    draw.go(occurrence, queued);
    draw.go(occurrence, State::Skipped { at: now, why });
}

/// Leaves the next instant out: one of a single instant is called off, one of many is skipped.
pub(super) fn skip_next(slice: &Slice, by: &Actor, ctx: &mut Ctx) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    let Some(instant) = task.next_due else { return Err(Refused::NothingDue) };
    let mut draw = Draw::new(ctx.now, by);
    let mut occurrence = born(&mut draw, &task, instant, ctx)?;
    if matches!(task.definition.schedule, Schedule::At { .. }) {
        draw.go(&mut occurrence, State::Cancelled { at: ctx.now, by: by.clone() });
    } else {
        leave_out(&mut draw, &task, &mut occurrence, SkipReason::Asked, ctx.now);
    }
    task.next_due = next_due(slice, &task, instant);
    draw.hint(Hint::Wake);
    Ok(draw.task(task).occurrence(occurrence).done())
}
