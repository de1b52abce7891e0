//! Work that waits for somebody's decision.

use super::budget;
use super::draw::Draw;
use super::gate;
use crate::machine::{Decision, Refused, Slice};
use crate::{Actor, Blocker, Ctx, Invalid, State};

/// Most characters of the question.
const MAX_QUESTION: usize = 1000;

pub(super) fn hold(
    slice: &Slice,
    question: &str,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let question = question.trim();
    if question.is_empty() || question.chars().count() > MAX_QUESTION {
        return Err(Invalid::new(
            "question",
            "What is to be decided is empty or too long.",
            format!("Say it in 1 to {MAX_QUESTION} characters."),
        )
        .into());
    }
    let mut occurrence = slice.occurrence()?;
    let decision = Blocker::Decision { question: question.to_owned() };
    let mut draw = Draw::new(ctx.now, by);
    match &occurrence.state {
        State::Queued { reason, sort_key, .. } => {
            let state = State::Blocked { by: vec![decision], reason: *reason, sort_key: *sort_key };
            draw.go(&mut occurrence, state);
        }
        State::Blocked { by, reason, sort_key } => {
            let mut by = by.clone();
            by.push(decision);
            occurrence.state = State::Blocked { by, reason: *reason, sort_key: *sort_key };
            occurrence.updated_at = ctx.now;
        }
        state => return Err(Refused::Illegal { from: state.name(), verb: "be held back" }),
    }
    Ok(draw.occurrence(occurrence).done())
}

pub(super) fn release(slice: &Slice, by: &Actor, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let State::Blocked { by: blockers, .. } = &occurrence.state else {
        return Err(Refused::NotHeld { state: occurrence.state.name() });
    };
    let held = blockers.clone().into_iter().filter(Blocker::is_for_a_person);
    let held: Vec<Blocker> = held.collect();
    if held.is_empty() {
        return Err(Refused::NotHeld { state: occurrence.state.name() });
    }
    for blocker in held {
        if let Blocker::Budget { of, .. } = blocker {
            budget::allow_more(slice, &mut occurrence, of, ctx);
        }
    }
    let mut draw = Draw::new(ctx.now, by);
    gate::pass(&mut draw, slice, slice.task()?, &mut occurrence, Vec::new(), ctx);
    Ok(draw.occurrence(occurrence).done())
}
