//! Tasks that start whenever another one has ended.

use super::draw::Draw;
use super::new_occurrence::{Birth, new_occurrence, values};
use crate::machine::{Command, DEPTH_LIMIT, Decision, Refused, Slice};
use crate::policy::Taint;
use crate::{
    Actor, Cause, Ctx, Invalid, OccurrenceId, OccurrenceKey, Schedule, TaskStatus, Values,
};

pub(super) fn chain(slice: &Slice, from: OccurrenceId, ctx: &mut Ctx) -> Result<Decision, Refused> {
    let task = slice.task()?;
    let follows = task.definition.schedule == Schedule::After;
    if !follows || task.deleted_at.is_some() || task.status != TaskStatus::Active {
        return Ok(Decision::default());
    }
    let depth = slice.maker.map_or(0, |maker| maker.depth) + 1;
    let mut draw = Draw::new(ctx.now, &Actor::System);
    let birth = Birth {
        key: Some(OccurrenceKey(from.to_string())),
        from: Some(from),
        depth,
        taint: slice.maker.map_or_else(Taint::default, |maker| maker.taint),
        // Links of a chain run one after the other, in the order in which they came.
        after: slice
            .siblings
            .iter()
            .filter(|o| !o.state.is_terminal())
            .max_by_key(|o| (o.created_at, o.id))
            .map(|o| o.id),
        parameters: values(task, &Values::new())?,
        ..Birth::new(Cause::Chain, ctx.now)
    };
    let occurrence = new_occurrence(&mut draw, task, birth, ctx);
    let problem = (depth > DEPTH_LIMIT).then(|| {
        Invalid::new(
            "depth",
            format!("{DEPTH_LIMIT} runs have set off one another, which looks like a loop."),
            "Break the chain, or run the task by hand.",
        )
    });
    draw.follow_up(Command::Validate { occurrence: occurrence.id, problem });
    Ok(draw.occurrence(occurrence).done())
}
