//! What a piece of work may cost.

use super::draw::Draw;
use crate::machine::{Decision, Hint, Refused, Slice};
use crate::{
    About, Actor, Ask, AskId, AskKind, Ctx, EventKind, Occurrence, Run, State, Task, Usage, Usd,
};

/// A run says what it has used so far. Work that has cost more than it may is put to a person: its
/// run ends, and goes on from where it was when they say so.
pub(super) fn used(
    slice: &Slice,
    mut run: Run,
    usage: Usage,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    run.usage = Some(usage);
    let mut draw = Draw::new(ctx.now, &Actor::Agent(run.agent.clone()));
    let (task, id) = (run.task, run.id);
    draw.event(task, Some(run.occurrence), Some(id), EventKind::UsageReported { usage });
    let mut occurrence = slice.occurrence()?;
    let spent = occurrence.agent.spent.plus(usage.cost);
    let limit = match limit(slice.task()?, &occurrence) {
        Some(limit) if spent > limit => limit,
        _ => return Ok(draw.run(run).done()),
    };
    if !matches!(occurrence.state, State::Executing { .. }) || occurrence.cancel.is_some() {
        return Ok(draw.run(run).done());
    }
    let ask = Ask {
        id: AskId(ctx.uuid()),
        kind: AskKind::Approval,
        question: format!(
            "It has cost ${spent}, and may cost ${limit}. Let it cost as much again?"
        ),
        since: ctx.now,
        about: Some(Box::new(About::Budget { spent, limit })),
        until: None,
    };
    draw.ask(slice.task()?, &ask);
    draw.go(&mut occurrence, State::Awaiting { ask, run: Some(id) });
    draw.hint(Hint::Wait(id));
    draw.hint(Hint::Park(id));
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).run(run).done())
}

/// What an occurrence may cost in all; `None` when nobody has said.
pub(super) fn limit(task: &Task, occurrence: &Occurrence) -> Option<Usd> {
    Some(task.definition.budget?.plus(occurrence.agent.allowance))
}
