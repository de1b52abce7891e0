//! What each command does, one family a file.

mod ask;
mod budget;
mod cancel;
mod chain;
mod claim;
mod definition;
mod dependency;
mod draw;
mod finish;
mod gate;
mod hold;
mod idle;
mod interrupt;
mod knowledge;
mod named;
mod new_occurrence;
mod once;
mod pause;
mod report;
mod resource;
mod review;
mod rows;
mod rule;
mod schedule;
mod settle;
mod trigger;

use super::{Command, Decision, Refused, Slice};
use crate::Ctx;

/// What `command` does to `slice` at `ctx.now`.
///
/// # Errors
/// [`Refused`] when the command is not legal here; nothing is to be written then.
pub fn apply(slice: &Slice, command: &Command, ctx: &mut Ctx) -> Result<Decision, Refused> {
    let mut decision = decide(slice, command, ctx)?;
    settle::follow(slice, &mut decision);
    Ok(decision)
}

fn decide(slice: &Slice, command: &Command, ctx: &mut Ctx) -> Result<Decision, Refused> {
    use Command as C;
    match command {
        C::CreateTask { id, draft, by, origin } => {
            definition::create(slice, *id, draft, by, *origin, ctx)
        }
        C::CreateOnce { id, draft, by, origin, guard } => {
            once::create(slice, *id, draft, by, *origin, guard, ctx)
        }
        C::EditTask { edit, by, .. } => definition::edit(slice, edit, by, ctx),
        C::DeleteTask { by, .. } => definition::delete(slice, by, ctx),
        C::RestoreTask { by, .. } => definition::restore(slice, by, ctx),
        C::ArchiveTask { by, .. } => definition::archive(slice, by, ctx),
        C::SetActive { active, by, .. } => definition::set_active(slice, *active, by, ctx),
        C::Trigger { cause, values, continues, by, .. } => {
            trigger::trigger(slice, *cause, values, continues.as_ref(), by, ctx)
        }
        C::CompleteByHand { by, .. } => trigger::complete_by_hand(slice, by, ctx),
        C::Advance { .. } => schedule::advance(slice, ctx),
        C::SkipNext { by, .. } => schedule::skip_next(slice, by, ctx),
        C::Chain { from, .. } => chain::chain(slice, *from, ctx),
        C::Settle { occurrence, .. } => settle::settle(slice, *occurrence),
        C::Validate { problem, .. } => gate::validate(slice, problem.as_ref(), ctx),
        C::Reconsider { .. } => gate::reconsider(slice, ctx),
        C::Hold { question, by, .. } => hold::hold(slice, question, by, ctx),
        C::Release { by, .. } => hold::release(slice, by, ctx),
        C::Skip { why, by, .. } => gate::skip(slice, *why, by, ctx),
        C::Expire { .. } => gate::expire(slice, ctx),
        C::Claim { run, agent, fingerprint, at_once, .. } => {
            let fingerprint = fingerprint.as_deref();
            claim::claim(slice, &claim::Claim { run: *run, agent, fingerprint, at_once }, ctx)
        }
        C::Start { run, process } => claim::start(slice, *run, process.as_ref(), ctx),
        C::LoseAgent { run } => claim::lose_agent(slice, *run, ctx),
        C::Report { run, report } => report::report(slice, *run, report, ctx),
        C::Ask { run, asks } => ask::ask(slice, *run, asks, ctx),
        C::UseAnswer { run, ask } => ask::use_answer(slice, *run, *ask),
        C::Answer { ask, answer, by, .. } => ask::answer(slice, *ask, answer, by, ctx),
        C::Pause { ways, by, .. } => pause::pause(slice, ways, by, ctx),
        C::Resume { by, .. } => pause::resume(slice, by, ctx),
        C::Finish { run, ending } => finish::finish(slice, *run, ending, ctx),
        C::Interrupt { .. } => interrupt::interrupt(slice, ctx),
        C::Review { verdict, kind, score, by, .. } => {
            review::review(slice, verdict, *kind, *score, by, ctx)
        }
        C::Cancel { by, .. } => cancel::cancel(slice, by, ctx),
        C::SetResource { name, capacity } => resource::set(slice, name, *capacity),
        C::SetFact { name, value } => knowledge::set_fact(name, value.as_ref()),
        C::SaveTemplate { template } => Ok(knowledge::save_template(template)),
        C::RemoveTemplate { name } => knowledge::remove_template(slice, name),
        C::MakeRule { id, rule, by } => rule::make(slice, *id, rule, by, ctx),
        C::RemoveRule { id } => rule::remove(slice, *id),
        C::NoteToolUse { used } => Ok(rule::note(used)),
    }
}
