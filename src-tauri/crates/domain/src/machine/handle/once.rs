//! Making a task once, however often it is asked for.

use super::definition;
use crate::machine::{Decision, KEY_LIMIT, Refused, Row, Slice};
use crate::{Actor, Ctx, Draft, Guard, Made, RunId, TaskId};

/// Makes the task, unless the guard finds that it is there already.
pub(super) fn create(
    slice: &Slice,
    id: TaskId,
    draft: &Draft,
    by: &Actor,
    origin: Option<RunId>,
    guard: &Guard,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    if let Some(once) = &guard.once {
        if let Some((Made { task, number }, request)) = &slice.guarded.made {
            let (task, number) = (*task, *number);
            return Err(if *request == once.request {
                Refused::MadeBefore { task, number }
            } else {
                Refused::KeyUsed { key: once.key.to_string(), number }
            });
        }
        if slice.guarded.keys >= KEY_LIMIT {
            return Err(Refused::TooManyKeys { limit: KEY_LIMIT });
        }
    }
    if let (Some(unique), Some((Made { task, number }, state))) =
        (&guard.unique, &slice.guarded.holder)
        && unique.while_in.contains(state)
    {
        let state = state.map_or("waiting to be run", |state| state.as_str());
        let key = unique.key.to_string();
        return Err(Refused::NotUnique { key, task: *task, number: *number, state });
    }
    let mut decision = definition::create(slice, id, draft, by, origin, ctx)?;
    if let Some(once) = &guard.once {
        decision.rows.push(Row::RequestKey { once: once.clone(), task: id });
    }
    if let Some(unique) = &guard.unique {
        decision.rows.push(Row::UniqueKey { key: unique.key.clone(), task: id });
    }
    Ok(decision)
}
