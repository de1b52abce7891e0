//! Holding live work, and going on.

use super::draw::Draw;
use super::gate::queued;
use crate::machine::{Decision, Hint, Refused, Slice};
use crate::{Actor, Ctx, Pause, QueueReason, State};

pub(super) fn pause(
    slice: &Slice,
    ways: &[Pause],
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let State::Executing { run, .. } = occurrence.state else {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "be paused" });
    };
    let possible = |way: &&Pause| match way {
        Pause::Frozen => true,
        Pause::Checkpoint => slice.run.as_ref().is_some_and(|run| !run.checkpoints.is_empty()),
    };
    let Some(pause) = ways.iter().find(possible).copied() else {
        return Err(if ways.is_empty() { Refused::NoPause } else { Refused::NoCheckpoint });
    };
    let mut draw = Draw::new(ctx.now, by);
    draw.go(&mut occurrence, State::Paused { pause, run: Some(run) });
    draw.hint(match pause {
        Pause::Frozen => Hint::Freeze(run),
        Pause::Checkpoint => Hint::Kill(run),
    });
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).done())
}

pub(super) fn resume(slice: &Slice, by: &Actor, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let mut draw = Draw::new(ctx.now, by);
    match occurrence.state {
        State::Paused { pause: Pause::Frozen, run: Some(run) } => {
            draw.go(&mut occurrence, State::Executing { run, since: ctx.now });
            draw.hint(Hint::Continue(run));
        }
        State::Paused { run: None, .. } => {
            draw.go(&mut occurrence, queued(QueueReason::Resume, ctx.now, slice.task()?));
            draw.hint(Hint::Wake);
        }
        State::Paused { pause: Pause::Checkpoint, run: Some(_) } => {
            return Err(Refused::Illegal {
                from: occurrence.state.name(),
                verb: "go on before its checkpoint is written",
            });
        }
        _ => return Err(Refused::Illegal { from: occurrence.state.name(), verb: "go on" }),
    }
    Ok(draw.occurrence(occurrence).done())
}
