//! Asking a person, and their answer.

use super::budget;
use super::draw::Draw;
use super::gate::queued;
use crate::machine::{Answer, Asks, Decision, Hint, Refused, RunRef, Slice};
use crate::{
    About, Actor, Ask, AskId, Ctx, ErrorCategory, FailureReason, Given, Invalid, Occurrence,
    Outcome, QueueReason, RunId, State, Task, Timestamp,
};
use chrono::TimeDelta;

/// Most characters of a question, and of what is said beside an answer.
const MAX_WORDS: usize = 4_000;
/// Answers that wait for their calls; the oldest go first.
const MAX_GIVEN: usize = 100;
/// Longest time that an answer is waited for: a year, in seconds.
const MAX_LIMIT: u64 = 366 * 24 * 3600;

pub(super) fn ask(
    slice: &Slice,
    claim: RunRef,
    asks: &Asks,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    let run = slice.held_run(claim)?;
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Executing { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "ask" });
    }
    short_enough("question", &asks.question)?;
    let until = until(asks.limit_secs, ctx);
    let ask = Ask {
        id: AskId(ctx.uuid()),
        kind: asks.kind,
        question: asks.question.clone(),
        since: ctx.now,
        about: asks.about.clone(),
        until,
    };
    let mut draw = Draw::new(ctx.now, &Actor::Agent(run.agent));
    draw.ask(slice.task()?, &ask);
    draw.go(&mut occurrence, State::Awaiting { ask, run: Some(run.id) });
    // Whoever waits for a person gives its slot to the next.
    draw.hint(Hint::Wait(run.id));
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).done())
}

/// Until when an answer is waited for: as long as the question says, in seconds, or else as the
/// user has said.
pub(super) fn until(limit_secs: Option<u64>, ctx: &Ctx) -> Option<Timestamp> {
    let own = limit_secs
        .map(|secs| TimeDelta::seconds(i64::try_from(secs.min(MAX_LIMIT)).unwrap_or_default()));
    Some(ctx.now + own.or(ctx.terms.question_expiry)?)
}

pub(super) fn answer(
    slice: &Slice,
    ask: AskId,
    answer: &Answer,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let State::Awaiting { ask: open, run } = occurrence.state.clone() else {
        return Err(Refused::AskClosed);
    };
    if open.id != ask || open.until.is_some_and(|until| until < ctx.now) {
        return Err(Refused::AskClosed);
    }
    if let Answer::Text(words) | Answer::Refuse { words } = answer {
        short_enough("answer", words)?;
    }
    if is_the_end(answer, &open) {
        return deny(slice, occurrence, &open, by, ctx);
    }
    match open.about.as_deref() {
        Some(About::Call(call)) => {
            let words = match answer {
                Answer::Text(words) | Answer::Refuse { words } if !words.is_empty() => {
                    Some(words.clone())
                }
                _ => None,
            };
            let (tool, hash) = (call.tool.clone(), call.hash.clone());
            let allowed = matches!(answer, Answer::Grant | Answer::Text(_));
            let given = Given { ask, tool, hash, allowed, words, by: by.clone(), at: ctx.now };
            occurrence.agent.given.push(given);
            let surplus = occurrence.agent.given.len().saturating_sub(MAX_GIVEN);
            occurrence.agent.given.drain(..surplus);
        }
        Some(About::Budget { of, .. }) => budget::allow_more(slice, &mut occurrence, *of, ctx),
        None => {}
    }
    let mut draw = Draw::new(ctx.now, by);
    go_on(&mut draw, &mut occurrence, run, slice.task()?, ctx);
    Ok(draw.occurrence(occurrence).done())
}

/// Lets what has waited for a person go on: `run` if it is alive, else with a new one.
pub(super) fn go_on(
    draw: &mut Draw,
    occurrence: &mut Occurrence,
    run: Option<RunId>,
    task: &Task,
    ctx: &Ctx,
) {
    match run {
        // One that is being parked goes on with a new run, as soon as it has ended.
        Some(run) => {
            draw.go(occurrence, State::Executing { run, since: ctx.now });
            draw.hint(Hint::Continue(run));
        }
        None => {
            draw.go(occurrence, queued(QueueReason::Resume, ctx.now, task));
            draw.hint(Hint::Wake);
        }
    }
}

/// Whether an answer ends the work: a plain no does, and so does a no to more money. A call alone
/// can be refused.
fn is_the_end(answer: &Answer, open: &Ask) -> bool {
    match answer {
        Answer::Deny => true,
        Answer::Refuse { .. } => !matches!(open.about.as_deref(), Some(About::Call(_))),
        Answer::Grant | Answer::Text(_) => false,
    }
}

fn deny(
    slice: &Slice,
    mut occurrence: Occurrence,
    open: &Ask,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut draw = Draw::new(ctx.now, by);
    let live = occurrence.state.live_run();
    let closed = super::finish::close_live_run(slice, &mut occurrence, Outcome::Suspended, ctx);
    let category = match open.about.as_deref() {
        Some(About::Budget { .. }) => ErrorCategory::Budget,
        _ => ErrorCategory::PolicyDenied,
    };
    draw.go(
        &mut occurrence,
        State::Failed {
            at: ctx.now,
            why: FailureReason::Denied,
            category,
            message: format!("A person said no to: {}", open.question),
        },
    );
    if let Some(run) = live {
        draw.hint(Hint::Kill(run));
    }
    let draw = draw.occurrence(occurrence);
    Ok(match closed {
        Some(run) => draw.run(run).done(),
        None => draw.done(),
    })
}

/// The run uses an answer: it is gone with that.
pub(super) fn use_answer(slice: &Slice, claim: RunRef, ask: AskId) -> Result<Decision, Refused> {
    slice.held_run(claim)?;
    let mut occurrence = slice.occurrence()?;
    let at = occurrence.agent.given.iter().position(|given| given.ask == ask);
    occurrence.agent.given.remove(at.ok_or(Refused::AskClosed)?);
    let row = crate::machine::Row::Occurrence(occurrence);
    Ok(Decision { rows: vec![row], ..Decision::default() })
}

fn short_enough(field: &str, words: &str) -> Result<(), Invalid> {
    let length = words.chars().count();
    if length <= MAX_WORDS {
        return Ok(());
    }
    Err(Invalid::new(
        field,
        format!("The {field} has {length} characters; at most {MAX_WORDS} fit."),
        "Put what is long into a file and name the file.",
    ))
}
