//! Calling work off.

use super::draw::Draw;
use crate::machine::{Decision, Hint, Refused, Slice};
use crate::{Actor, CancelRequest, Ctx, EventKind, State};

/// What has no process ends at once. What has one is asked to end, and is cancelled when its
/// processes are gone: a state that says "cancelled" never has a live process behind it.
pub(super) fn cancel(slice: &Slice, by: &Actor, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    if occurrence.state.is_terminal() {
        return Err(Refused::AlreadyEnded { state: occurrence.state.name() });
    }
    let mut draw = Draw::new(ctx.now, by);
    let Some(run) = occurrence.state.live_run() else {
        draw.go(&mut occurrence, State::Cancelled { at: ctx.now, by: by.clone() });
        return Ok(draw.occurrence(occurrence).done());
    };
    // Asking twice is not an error: an impatient click changes nothing.
    if occurrence.cancel.is_none() {
        occurrence.cancel = Some(CancelRequest { by: by.clone(), at: ctx.now });
        occurrence.updated_at = ctx.now;
        draw.event(occurrence.task, Some(occurrence.id), Some(run), EventKind::CancelRequested);
    }
    draw.hint(Hint::Kill(run));
    Ok(draw.occurrence(occurrence).done())
}
