//! What a review makes of an outcome.

use super::decision::Draw;
use super::gate::queued;
use super::{Decision, Hint, Refused, Slice, Verdict};
use crate::{Actor, Ctx, ErrorCategory, FailureReason, QueueReason, State};

/// A review can send work back this often.
pub const REWORK_LIMIT: u32 = 3;

pub(super) fn review(
    slice: &Slice,
    verdict: &Verdict,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    if !matches!(occurrence.state, State::Reviewing { .. }) {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "be reviewed" });
    }
    let mut draw = Draw::new(ctx.now, by);
    match verdict {
        Verdict::Pass => draw.go(&mut occurrence, State::Completed { at: ctx.now }),
        Verdict::Reject { feedback } if occurrence.reworks >= REWORK_LIMIT => draw.go(
            &mut occurrence,
            State::Failed {
                at: ctx.now,
                why: FailureReason::ReviewRejected,
                category: ErrorCategory::InvalidOutput,
                message: format!("Sent back {REWORK_LIMIT} times and rejected again: {feedback}"),
            },
        ),
        Verdict::Reject { .. } => {
            occurrence.reworks += 1;
            draw.go(&mut occurrence, queued(QueueReason::Rework, ctx.now, slice.task()?));
            draw.hint(Hint::Wake);
        }
    }
    Ok(draw.occurrence(occurrence).done())
}
