//! Before work can start: validation, blocking, skipping, expiry, the place in the line.

use super::decision::Draw;
use super::{Decision, Hint, Refused, Slice};
use crate::{
    Actor, Blocker, Ctx, ErrorCategory, FailureReason, Invalid, Occurrence, Priority, QueueReason,
    Schedule, SkipReason, SortKey, State, Task, Timestamp,
};

pub(super) fn validate(
    slice: &Slice,
    problem: Option<&Invalid>,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    if occurrence.state != State::Created {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "be validated" });
    }
    let task = slice.task()?;
    let mut draw = Draw::new(ctx.now, &Actor::System);
    if let Some(invalid) = problem {
        let message = invalid.to_string();
        draw.go(
            &mut occurrence,
            State::Failed {
                at: ctx.now,
                why: FailureReason::Invalid,
                category: ErrorCategory::SyntaxError,
                message,
            },
        );
        return Ok(draw.occurrence(occurrence).done());
    }
    let not_before = match &task.schedule {
        Schedule::At { at } if occurrence.cause == crate::Cause::Schedule => *at,
        _ => ctx.now,
    };
    draw.go(&mut occurrence, queued(QueueReason::First, not_before, task));
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).done())
}

pub(super) fn block(slice: &Slice, by: &[Blocker], ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Created | State::Queued { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "be blocked" });
    }
    if by.is_empty() {
        return Err(Refused::NothingMissing);
    }
    let mut draw = Draw::new(ctx.now, &Actor::System);
    draw.go(&mut occurrence, State::Blocked { by: by.to_vec() });
    Ok(draw.occurrence(occurrence).done())
}

pub(super) fn unblock(slice: &Slice, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Blocked { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "be unblocked" });
    }
    let mut draw = Draw::new(ctx.now, &Actor::System);
    draw.go(&mut occurrence, queued(QueueReason::First, ctx.now, slice.task()?));
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).done())
}

pub(super) fn fail_blocked(slice: &Slice, message: &str, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Blocked { .. }) {
        return Err(Refused::Illegal {
            from: occurrence.state.name(),
            verb: "fail with its dependency",
        });
    }
    let mut draw = Draw::new(ctx.now, &Actor::System);
    draw.go(
        &mut occurrence,
        State::Failed {
            at: ctx.now,
            why: FailureReason::Dependency,
            category: ErrorCategory::PolicyDenied,
            message: message.to_owned(),
        },
    );
    Ok(draw.occurrence(occurrence).done())
}

pub(super) fn skip(slice: &Slice, why: SkipReason, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Blocked { .. } | State::Queued { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "be skipped" });
    }
    let mut draw = Draw::new(ctx.now, &Actor::System);
    draw.go(&mut occurrence, State::Skipped { at: ctx.now, why });
    Ok(draw.occurrence(occurrence).done())
}

pub(super) fn expire(slice: &Slice, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let mut draw = Draw::new(ctx.now, &Actor::System);
    match occurrence.state {
        State::Blocked { .. } | State::Queued { .. } | State::Awaiting { run: None, .. } => {}
        State::Awaiting { run: Some(run), .. } => draw.hint(Hint::Kill(run)),
        _ => return Err(Refused::Illegal { from: occurrence.state.name(), verb: "expire" }),
    }
    let left = super::finish::close_live_run(slice, &occurrence, crate::Outcome::Suspended, ctx);
    draw.go(&mut occurrence, State::Expired { at: ctx.now });
    let draw = draw.occurrence(occurrence);
    Ok(match left {
        Some(run) => draw.run(run).done(),
        None => draw.done(),
    })
}

/// The state of waiting in the line.
pub(super) fn queued(reason: QueueReason, not_before: Timestamp, task: &Task) -> State {
    State::Queued { reason, not_before, sort_key: SortKey::new(not_before, task.priority) }
}

/// The same occurrence at its new place in the line, if it is in the line.
pub(super) fn reordered(occurrence: &Occurrence, priority: Priority) -> Option<Occurrence> {
    let State::Queued { reason, not_before, .. } = &occurrence.state else { return None };
    let state = State::Queued {
        reason: *reason,
        not_before: *not_before,
        sort_key: SortKey::new(*not_before, priority),
    };
    Some(Occurrence { state, ..occurrence.clone() })
}
