//! Tasks as definitions: create, edit, delete, restore, archive, pause.

use super::draw::Draw;
use super::new_occurrence::{Birth, new_occurrence, values};
use super::schedule::next_due;
use super::{gate, named};
use crate::machine::{Command, DEPTH_LIMIT, Decision, Hint, MADE_LIMIT, Refused, Slice};
use crate::{
    Actor, Assignment, AssignmentMethod, Cause, Ctx, Definition, Draft, EventKind, OccurrenceKey,
    Origin, RunId, Schedule, ShortId, Task, TaskEdit, TaskId, TaskStatus, Timestamp, Values,
};
use chrono::TimeDelta;

pub(super) fn create(
    slice: &Slice,
    id: TaskId,
    draft: &Draft,
    by: &Actor,
    origin: Option<RunId>,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    if slice.task.is_some() {
        return Err(Refused::TaskExists);
    }
    let short_id = ShortId::candidates(id)
        .find(|c| !slice.taken_short_ids.contains(c.as_str()))
        .ok_or(Refused::TaskExists)?;
    let definition = named::resolve(slice, draft.clone(), id)?;
    let cursor = match &definition.schedule {
        // The instant itself may be now.
        Schedule::At { .. } => ctx.now - TimeDelta::milliseconds(1),
        _ => ctx.now,
    };
    let mut task = Task {
        id,
        number: slice.next.task,
        short_id,
        assignment: assignment(&definition, None, ctx.now),
        definition,
        status: TaskStatus::Active,
        requester: by.clone(),
        origin: made_by(slice, origin)?,
        cursor,
        next_due: None,
        created_at: ctx.now,
        updated_at: ctx.now,
        deleted_at: None,
    };
    task.next_due = next_due(slice, &task, cursor);
    let mut draw = Draw::new(ctx.now, by);
    draw.event(id, None, None, EventKind::TaskCreated);
    if task.definition.schedule != Schedule::Now {
        draw.hint(Hint::Wake);
        return Ok(draw.task(task).done());
    }
    let birth = Birth {
        key: Some(OccurrenceKey("1".to_owned())),
        parameters: values(&task, &Values::new())?,
        ..Birth::new(Cause::Created, ctx.now)
    };
    let occurrence = new_occurrence(&mut draw, &task, birth, ctx);
    draw.follow_up(Command::Validate { occurrence: occurrence.id, problem: None });
    Ok(draw.task(task).occurrence(occurrence).done())
}

/// The run that makes a task, within the limits that stop a loop of runs.
fn made_by(slice: &Slice, origin: Option<RunId>) -> Result<Option<Origin>, Refused> {
    let (Some(run), Some(maker)) = (origin, slice.maker) else { return Ok(None) };
    let depth = maker.depth + 1;
    if depth > DEPTH_LIMIT {
        return Err(Refused::TooDeep { limit: DEPTH_LIMIT });
    }
    if maker.made >= MADE_LIMIT {
        return Err(Refused::TooManyMade { limit: MADE_LIMIT });
    }
    Ok(Some(Origin { run, depth, taint: maker.taint }))
}

fn assignment(
    definition: &Definition,
    before: Option<&Assignment>,
    now: Timestamp,
) -> Option<Assignment> {
    let primary = definition.assignee.clone()?;
    let same = before
        .filter(|b| b.primary == primary && b.collaborators == definition.collaborators)
        .cloned();
    Some(same.unwrap_or_else(|| Assignment {
        primary,
        collaborators: definition.collaborators.clone(),
        at: now,
        method: AssignmentMethod::Assigned,
    }))
}

pub(super) fn edit(
    slice: &Slice,
    edit: &TaskEdit,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    let (draft, fields) = edit.apply(&task, ctx.now)?;
    if fields.is_empty() {
        return Err(Refused::NoChange);
    }
    let before = std::mem::replace(&mut task.definition, named::resolve(slice, draft, task.id)?);
    task.assignment = assignment(&task.definition, task.assignment.as_ref(), ctx.now);
    task.updated_at = ctx.now;
    let mut draw = Draw::new(ctx.now, by);
    if task.definition.schedule != before.schedule {
        // What was missed under the old schedule is not made up for under the new one.
        task.cursor = ctx.now;
        task.next_due = next_due(slice, &task, ctx.now);
        draw.hint(Hint::Wake);
    }
    draw.event(task.id, None, None, EventKind::TaskEdited { fields });
    for sibling in slice.siblings.iter().filter(|o| !o.state.is_terminal()) {
        let (now, then) = (&task.definition, &before);
        let money = (now.budget, now.schedule_budget) != (then.budget, then.schedule_budget);
        if money || now.dependencies != then.dependencies {
            draw.follow_up(Command::Reconsider { occurrence: sibling.id });
        }
        if task.definition.priority != before.priority
            && let Some(moved) = gate::reordered(sibling, before.priority, task.definition.priority)
        {
            draw = draw.occurrence(moved);
        }
    }
    Ok(draw.task(task).done())
}

pub(super) fn delete(slice: &Slice, by: &Actor, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    task.deleted_at = Some(ctx.now);
    task.next_due = None;
    let mut draw = Draw::new(ctx.now, by);
    draw.event(task.id, None, None, EventKind::TaskDeleted);
    call_off(slice, by, &mut draw);
    Ok(draw.task(task).done())
}

pub(super) fn restore(slice: &Slice, by: &Actor, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut task = slice.task()?.clone();
    if task.deleted_at.take().is_none() {
        return Err(Refused::NotDeleted);
    }
    go_on(slice, &mut task, ctx.now);
    let mut draw = Draw::new(ctx.now, by);
    draw.event(task.id, None, None, EventKind::TaskRestored);
    draw.hint(Hint::Wake);
    Ok(draw.task(task).done())
}

/// Takes a schedule up from now on: nothing is made up for.
fn go_on(slice: &Slice, task: &mut Task, now: Timestamp) {
    task.cursor = now;
    task.next_due = next_due(slice, task, now);
}

pub(super) fn archive(slice: &Slice, by: &Actor, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    if task.status == TaskStatus::Archived {
        return Err(Refused::TaskArchived);
    }
    task.status = TaskStatus::Archived;
    task.next_due = None;
    task.updated_at = ctx.now;
    let mut draw = Draw::new(ctx.now, by);
    draw.event(task.id, None, None, EventKind::TaskArchived);
    call_off(slice, by, &mut draw);
    Ok(draw.task(task).done())
}

pub(super) fn set_active(
    slice: &Slice,
    active: bool,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    let (from, to, kind) = if active {
        (TaskStatus::Paused, TaskStatus::Active, EventKind::TaskResumed)
    } else {
        (TaskStatus::Active, TaskStatus::Paused, EventKind::TaskPaused)
    };
    if task.status == TaskStatus::Archived {
        return Err(Refused::TaskArchived);
    }
    if task.status != from {
        return Err(Refused::SameStatus { state: if active { "on" } else { "paused" } });
    }
    task.status = to;
    task.updated_at = ctx.now;
    go_on(slice, &mut task, ctx.now);
    let mut draw = Draw::new(ctx.now, by);
    draw.event(task.id, None, None, kind);
    draw.hint(Hint::Wake);
    Ok(draw.task(task).done())
}

/// Calls off what is live of a task that goes away, and tells whoever waits for it.
fn call_off(slice: &Slice, by: &Actor, draw: &mut Draw) {
    for sibling in slice.siblings.iter().filter(|o| !o.state.is_terminal()) {
        if sibling.cancel.is_none() {
            draw.follow_up(Command::Cancel { occurrence: sibling.id, by: by.clone() });
        }
    }
    if let (true, Some(task)) = (slice.awaited, &slice.task) {
        draw.follow_up(Command::Settle { task: task.id, occurrence: None });
    }
}
