//! Tasks as definitions: create, edit, delete, restore, archive.

use super::decision::Draw;
use super::trigger::new_occurrence;
use super::{Command, Decision, Refused, Slice};
use crate::{
    Actor, Cause, Ctx, Draft, EventKind, OccurrenceKey, Schedule, ShortId, Task, TaskEdit, TaskId,
    TaskKind, TaskStatus,
};

pub(super) fn create(
    slice: &Slice,
    id: TaskId,
    draft: &Draft,
    by: &Actor,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    if slice.task.is_some() {
        return Err(Refused::TaskExists);
    }
    let short_id = ShortId::candidates(id)
        .find(|c| !slice.taken_short_ids.contains(c.as_str()))
        .ok_or(Refused::TaskExists)?;
    let task = Task {
        id,
        number: slice.next.task,
        short_id,
        title: draft.title.clone(),
        description: draft.description.clone(),
        category: draft.category,
        executor: draft.executor.clone(),
        kind: match draft.schedule {
            Schedule::Now | Schedule::Manual => TaskKind::Oneshot,
            Schedule::At { .. } => TaskKind::Scheduled,
        },
        schedule: draft.schedule.clone(),
        priority: draft.priority,
        tags: draft.tags.clone(),
        status: TaskStatus::Active,
        max_retries: draft.max_retries,
        timeout_secs: draft.timeout_secs,
        on_interrupt: draft.on_interrupt,
        review_required: draft.review_required,
        requester: by.clone(),
        created_at: ctx.now,
        updated_at: ctx.now,
        deleted_at: None,
    };
    let mut draw = Draw::new(ctx.now, by);
    draw.event(id, None, None, EventKind::TaskCreated);
    let first = match &task.schedule {
        Schedule::Manual => None,
        Schedule::Now => Some((Cause::Created, "1".to_owned())),
        Schedule::At { at } => Some((Cause::Schedule, at.timestamp_millis().to_string())),
    };
    let Some((cause, key)) = first else { return Ok(draw.task(task).done()) };
    let occurrence = new_occurrence(&mut draw, id, cause, Some(OccurrenceKey(key)), ctx);
    draw.follow_up(Command::Validate { occurrence: occurrence.id, problem: None });
    Ok(draw.task(task).occurrence(occurrence).done())
}

pub(super) fn edit(
    slice: &Slice,
    edit: &TaskEdit,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    let mut fields = Vec::new();
    let mut set = |name: &str, changed: bool| {
        if changed {
            fields.push(name.to_owned());
        }
    };
    if let Some(title) = &edit.title {
        set("title", *title != task.title);
        task.title = title.clone();
    }
    if let Some(description) = &edit.description {
        set("description", *description != task.description);
        task.description.clone_from(description);
    }
    if let Some(priority) = edit.priority {
        set("priority", priority != task.priority);
        task.priority = priority;
    }
    if let Some(tags) = &edit.tags {
        set("tags", *tags != task.tags);
        task.tags.clone_from(tags);
    }
    if fields.is_empty() {
        return Err(Refused::NoChange);
    }
    task.updated_at = ctx.now;
    let mut draw = Draw::new(ctx.now, by);
    let reordered = fields.iter().any(|f| f == "priority");
    draw.event(task.id, None, None, EventKind::TaskEdited { fields });
    if reordered {
        for sibling in &slice.siblings {
            if let Some(moved) = super::gate::reordered(sibling, task.priority) {
                draw = draw.occurrence(moved);
            }
        }
    }
    Ok(draw.task(task).done())
}

pub(super) fn delete(slice: &Slice, by: &Actor, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    task.deleted_at = Some(ctx.now);
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
    let mut draw = Draw::new(ctx.now, by);
    draw.event(task.id, None, None, EventKind::TaskRestored);
    Ok(draw.task(task).done())
}

pub(super) fn archive(slice: &Slice, by: &Actor, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut task = slice.standing_task()?.clone();
    if task.status == TaskStatus::Archived {
        return Err(Refused::TaskArchived);
    }
    task.status = TaskStatus::Archived;
    task.updated_at = ctx.now;
    let mut draw = Draw::new(ctx.now, by);
    draw.event(task.id, None, None, EventKind::TaskArchived);
    call_off(slice, by, &mut draw);
    Ok(draw.task(task).done())
}

fn call_off(slice: &Slice, by: &Actor, draw: &mut Draw) {
    for sibling in slice.siblings.iter().filter(|o| !o.state.is_terminal()) {
        if sibling.cancel.is_none() {
            draw.follow_up(Command::Cancel { occurrence: sibling.id, by: by.clone() });
        }
    }
}
