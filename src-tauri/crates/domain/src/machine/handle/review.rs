//! What a review makes of an outcome.

use super::draw::Draw;
use super::gate::queued;
use crate::machine::{Decision, Hint, REWORK_LIMIT, Refused, Slice, Verdict};
use crate::{
    Actor, Ctx, ErrorCategory, EventKind, FailureReason, Invalid, MAX_FEEDBACK, QueueReason,
    Review, ReviewKind, State,
};

pub(super) fn review(
    slice: &Slice,
    verdict: &Verdict,
    kind: ReviewKind,
    score: Option<u8>,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let State::Reviewing { run } = occurrence.state else {
        return Err(Refused::Illegal { from: occurrence.state.name(), verb: "be reviewed" });
    };
    let (Verdict::Pass { feedback } | Verdict::Reject { feedback }) = verdict;
    check(feedback, score)?;
    let review = Review {
        by: by.clone(),
        kind,
        at: ctx.now,
        passed: matches!(verdict, Verdict::Pass { .. }),
        feedback: feedback.clone(),
        score,
    };
    let mut draw = Draw::new(ctx.now, by);
    occurrence.reviews.push(review.clone());
    draw.event(occurrence.task, Some(occurrence.id), Some(run), EventKind::Reviewed { review });
    match verdict {
        Verdict::Pass { .. } => draw.go(&mut occurrence, State::Completed { at: ctx.now }),
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

fn check(feedback: &str, score: Option<u8>) -> Result<(), Invalid> {
    let length = feedback.chars().count();
    if length > MAX_FEEDBACK {
        return Err(Invalid::new(
            "feedback",
            format!("The feedback has {length} characters; at most {MAX_FEEDBACK} fit."),
            "Put long texts into a file and name the file.",
        ));
    }
    match score {
        Some(score) if score > 100 => Err(Invalid::new(
            "score",
            format!("A score of {score} is out of range."),
            "Use 0 (useless) to 100 (perfect).",
        )),
        _ => Ok(()),
    }
}
