//! Before work can start: validation, what it waits for, skipping, expiry, the place in the line.

use super::ask;
use super::budget;
use super::dependency::{self, Verdict};
use super::draw::Draw;
use crate::machine::{Decision, Ended, Hint, Refused, Slice};
use crate::{
    Actor, Blocker, Ctx, ErrorCategory, FailureReason, Invalid, Occurrence, Otherwise,
    PRIORITY_STEP, Priority, QueueReason, SkipReason, SortKey, State, Task, Timestamp,
};
use serde_json::{Value, json};

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
    pass(&mut draw, slice, task, &mut occurrence, Vec::new(), ctx);
    Ok(draw.occurrence(occurrence).done())
}

/// Looks again at what a blocked occurrence waits for, and at money that a person is asked for. One
/// that waits for neither any more needs nothing.
pub(super) fn reconsider(slice: &Slice, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let by = match &occurrence.state {
        State::Blocked { by, .. } => by,
        State::Awaiting { ask, run } if budget::suffices(slice, &occurrence, ask, ctx) => {
            let (mut draw, run) = (Draw::new(ctx.now, &Actor::System), *run);
            ask::go_on(&mut draw, &mut occurrence, run, slice.task()?, ctx);
            return Ok(draw.occurrence(occurrence).done());
        }
        _ => return Ok(Decision::default()),
    };
    let decisions: Vec<_> =
        by.iter().filter(|b| matches!(b, Blocker::Decision { .. })).cloned().collect();
    let before = by.clone();
    let mut draw = Draw::new(ctx.now, &Actor::System);
    pass(&mut draw, slice, slice.task()?, &mut occurrence, decisions, ctx);
    if matches!(&occurrence.state, State::Blocked { by, .. } if *by == before) {
        return Ok(Decision::default());
    }
    Ok(draw.occurrence(occurrence).done())
}

/// Lets `occurrence`, which is new or blocked, through to the line, or says what keeps it.
/// `kept_by` are decisions that a person still has to make.
pub(super) fn pass(
    draw: &mut Draw,
    slice: &Slice,
    task: &Task,
    occurrence: &mut Occurrence,
    kept_by: Vec<Blocker>,
    ctx: &Ctx,
) {
    let now = ctx.now;
    let (reason, sort_key) = match &occurrence.state {
        State::Blocked { reason, sort_key, .. } => (*reason, *sort_key),
        _ => {
            let key = SortKey::new(occurrence.not_before, task.definition.priority);
            (QueueReason::First, key)
        }
    };
    let blocked = |by| State::Blocked { by, reason, sort_key };
    let mut missing = kept_by;
    if let Some(after) = occurrence.after
        && slice.after.as_ref().is_some_and(|state| !state.is_terminal())
    {
        missing.push(Blocker::Occurrence { occurrence: after });
    }
    match dependency::verdict(slice, &task.definition.dependencies, occurrence) {
        Verdict::Met => {}
        Verdict::Waiting(blockers) => missing.extend(blockers),
        Verdict::Unmet(otherwise, message) => {
            let by = task.definition.predecessors().next();
            let by = by.map(|task| Blocker::Dependency { task: *task }).into_iter().collect();
            if occurrence.state == State::Created {
                draw.go(occurrence, blocked(by));
            }
            let end = match otherwise {
                Otherwise::Skip | Otherwise::Continue => {
                    State::Skipped { at: now, why: SkipReason::Dependency }
                }
                Otherwise::Fail => State::Failed {
                    at: now,
                    why: FailureReason::Dependency,
                    category: ErrorCategory::PolicyDenied,
                    message,
                },
            };
            draw.go(occurrence, end);
            return;
        }
    }
    if let Some(resource) = super::resource::not_free(slice, task, occurrence, sort_key)
        && matches!(occurrence.state, State::Blocked { .. })
    {
        missing.push(resource);
    }
    // Whoever waits for money looks whether there is some; the others are asked when they start.
    if waits_for_money(occurrence) {
        missing.extend(budget::spent_up(slice, task, occurrence, ctx));
    }
    if !missing.is_empty() {
        // Only what it waits for may have changed: that is no move.
        if let State::Blocked { by, .. } = &mut occurrence.state {
            *by = missing;
            occurrence.updated_at = now;
        } else {
            draw.go(occurrence, blocked(missing));
        }
        return;
    }
    let not_before = occurrence.not_before.max(now);
    draw.go(occurrence, State::Queued { reason, not_before, sort_key });
    if wanted(slice, task, occurrence) {
        // Who commits asks what is to be done with what may start.
        if !occurrence.may_start(now) {
            draw.hint(Hint::Wake);
        }
    } else {
        draw.go(occurrence, State::Skipped { at: now, why: SkipReason::Condition });
    }
}

/// Whether the task's own condition holds.
fn wanted(slice: &Slice, task: &Task, occurrence: &Occurrence) -> bool {
    let Some(only_if) = &task.definition.only_if else { return true };
    let previous = slice.previous.as_ref().map_or(Value::Null, Ended::facts);
    let parameters: Value =
        occurrence.parameters.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    let known = dependency::facts(slice);
    only_if.holds(&json!({ "previous": previous, "parameter": parameters, "fact": known }))
}

pub(super) fn skip(
    slice: &Slice,
    why: SkipReason,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Blocked { .. } | State::Queued { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "be skipped" });
    }
    let mut draw = Draw::new(ctx.now, by);
    draw.go(&mut occurrence, State::Skipped { at: ctx.now, why });
    Ok(draw.occurrence(occurrence).done())
}

/// Whether an occurrence stands still because a period's money is spent.
fn waits_for_money(occurrence: &Occurrence) -> bool {
    matches!(&occurrence.state, State::Blocked { by, .. }
        if by.iter().any(|blocker| matches!(blocker, Blocker::Budget { .. })))
}

/// Its moment has passed: it is too late for it, or a period with new money has begun.
pub(super) fn expire(slice: &Slice, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let stale = occurrence.expires_at.is_some_and(|at| at < ctx.now);
    if waits_for_money(&occurrence) && !stale {
        return reconsider(slice, ctx);
    }
    let mut draw = Draw::new(ctx.now, &Actor::System);
    match &occurrence.state {
        State::Blocked { .. } | State::Queued { .. } => {}
        State::Awaiting { ask, run } if budget::comes_back(ask) => {
            let run = *run;
            ask::go_on(&mut draw, &mut occurrence, run, slice.task()?, ctx);
            return Ok(draw.occurrence(occurrence).done());
        }
        State::Awaiting { ask, run } => {
            let task = slice.task()?;
            let title = format!("#{} was not answered in time", task.number);
            draw.notify(format!("{}-expired", ask.id), title, ask.question.clone());
            run.iter().for_each(|run| draw.hint(Hint::Kill(*run)));
        }
        _ => return Err(Refused::Illegal { from: occurrence.state.name(), verb: "expire" }),
    }
    let ended = crate::Outcome::Suspended;
    let left = super::finish::close_live_run(slice, &mut occurrence, ended, ctx);
    draw.go(&mut occurrence, State::Expired { at: ctx.now });
    let draw = draw.occurrence(occurrence);
    Ok(match left {
        Some(run) => draw.run(run).done(),
        None => draw.done(),
    })
}

/// The state of waiting in the line.
pub(super) fn queued(reason: QueueReason, not_before: Timestamp, task: &Task) -> State {
    let sort_key = SortKey::new(not_before, task.definition.priority);
    State::Queued { reason, not_before, sort_key }
}

/// The same occurrence at its new place in the line when the priority goes from `before` to
/// `after`, if it has a place.
pub(super) fn reordered(
    occurrence: &Occurrence,
    before: Priority,
    after: Priority,
) -> Option<Occurrence> {
    let mut moved = occurrence.clone();
    let (State::Queued { sort_key, .. } | State::Blocked { sort_key, .. }) = &mut moved.state
    else {
        return None;
    };
    let steps = i64::from(before.get()) - i64::from(after.get());
    sort_key.0 += steps * PRIORITY_STEP.num_milliseconds();
    Some(moved)
}
