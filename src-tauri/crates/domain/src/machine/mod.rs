//! The machine: one pure function that says what a command does.
//!
//! [`apply`] gets every row that the command may read ([`Slice`]), the command and the moment
//! ([`Ctx`]), and answers with what is to be written, told and done ([`Decision`]), or with a
//! typed reason why not ([`Refused`]). It repairs nothing silently.
//!
//! ```text
//! created ─► blocked ◄─► queued ─► assigned ─► executing ─► reviewing ─► completed
//!                           ▲          │         │ ▲ │ ▲         │
//!                           ├──────────┘         │ │ ▼ │         │ rejected
//!                           ├─ retry ── run fails┘ │ awaiting ───┤ (queued: rework)
//!                           ├─ resume ─────────────┴─ paused     │
//!                           └────────────────────────────────────┘
//! terminal: completed · failed · cancelled · skipped · expired
//! ```

mod ask;
mod cancel;
mod claim;
mod command;
mod decision;
mod definition;
mod finish;
mod gate;
mod interrupt;
mod pause;
mod refused;
mod review;
mod slice;
mod trigger;

pub use command::{Answer, Command, RunRef, Subject, Verdict};
pub use decision::{Decision, Hint, Message, Outgoing, Row};
pub use interrupt::CRASH_LOOP_LIMIT;
pub use refused::{Refused, RefusedKind};
pub use review::REWORK_LIMIT;
pub use slice::{NextNumbers, Slice};

use crate::Ctx;

/// What `command` does to `slice` at `ctx.now`.
///
/// # Errors
/// [`Refused`] when the command is not legal here; nothing is to be written then.
pub fn apply(slice: &Slice, command: &Command, ctx: &mut Ctx) -> Result<Decision, Refused> {
    use Command as C;
    match command {
        C::CreateTask { id, draft, by } => definition::create(slice, *id, draft, by, ctx),
        C::EditTask { edit, by, .. } => definition::edit(slice, edit, by, ctx),
        C::DeleteTask { by, .. } => definition::delete(slice, by, ctx),
        C::RestoreTask { by, .. } => definition::restore(slice, by, ctx),
        C::ArchiveTask { by, .. } => definition::archive(slice, by, ctx),
        C::Trigger { cause, by, .. } => trigger::trigger(slice, *cause, by, ctx),
        C::CompleteByHand { by, .. } => trigger::complete_by_hand(slice, by, ctx),
        C::Validate { problem, .. } => gate::validate(slice, problem.as_ref(), ctx),
        C::Block { by, .. } => gate::block(slice, by, ctx),
        C::Unblock { .. } => gate::unblock(slice, ctx),
        C::FailBlocked { message, .. } => gate::fail_blocked(slice, message, ctx),
        C::Skip { why, .. } => gate::skip(slice, *why, ctx),
        C::Expire { .. } => gate::expire(slice, ctx),
        C::Claim { run, agent, .. } => claim::claim(slice, *run, agent, ctx),
        C::Start { run, process } => claim::start(slice, *run, process.as_ref(), ctx),
        C::LoseAgent { run } => claim::lose_agent(slice, *run, ctx),
        C::ReportProgress { run, progress } => claim::progress(slice, *run, progress, ctx),
        C::Ask { run, kind, question } => ask::ask(slice, *run, *kind, question, ctx),
        C::Answer { ask, answer, by, .. } => ask::answer(slice, *ask, answer, by, ctx),
        C::Pause { pause, by, .. } => pause::pause(slice, *pause, by, ctx),
        C::Resume { by, .. } => pause::resume(slice, by, ctx),
        C::Finish { run, outcome, exit_code, log_len } => {
            finish::finish(slice, *run, outcome, *exit_code, *log_len, ctx)
        }
        C::Interrupt { .. } => interrupt::interrupt(slice, ctx),
        C::Review { verdict, by, .. } => review::review(slice, verdict, by, ctx),
        C::Cancel { by, .. } => cancel::cancel(slice, by, ctx),
    }
}
