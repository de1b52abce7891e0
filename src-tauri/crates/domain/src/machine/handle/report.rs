//! What a run says of itself while it is at work.

use super::budget;
use super::draw::Draw;
use crate::machine::{Decision, Refused, RunRef, Slice};
use crate::said::{MAX_CHECKPOINT, MAX_WORDS};
use crate::{
    Actor, Checkpoint, Ctx, EventKind, Invalid, MAX_NESTING, Pace, Progress, Report, Run, State,
    Timestamp, ToolUse, nesting,
};

/// Checkpoints that are kept; the oldest go first.
const KEPT_CHECKPOINTS: usize = 20;
/// Most bytes of the checkpoints that are kept, as JSON; the newest is kept whatever its size.
const KEPT_BYTES: usize = 1024 * 1024;
/// Most artifacts of one run.
const MAX_ARTIFACTS: usize = 1000;

pub(super) fn report(
    slice: &Slice,
    claim: RunRef,
    report: &Report,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    let mut run = slice.held_run(claim)?;
    if let Report::Usage(usage) = report {
        return budget::used(slice, run, *usage, ctx);
    }
    if let Report::ToolUse(used) = report {
        return tool_used(slice, run, used, ctx);
    }
    let kind = match report {
        Report::Progress(progress) => {
            let since = match slice.occurrence()?.state {
                State::Executing { since, .. } => Some(since),
                _ => None,
            };
            let progress = with_end(&mut run, progress, since, ctx.now);
            run.progress = Some(progress.clone());
            Some(EventKind::Progressed { progress })
        }
        Report::Checkpoint(checkpoint) => {
            fits(checkpoint)?;
            run.checkpoints.push(checkpoint.clone());
            keep_newest(&mut run.checkpoints);
            Some(EventKind::CheckpointMade { label: checkpoint.label.clone() })
        }
        Report::Artifacts(artifacts) => {
            // What is left behind twice is there as it was last.
            for artifact in artifacts {
                run.artifacts.retain(|before| before.path != artifact.path);
                run.artifacts.push(artifact.clone());
            }
            if run.artifacts.len() > MAX_ARTIFACTS {
                return Err(Invalid::new(
                    "artifacts",
                    format!("The run leaves more than {MAX_ARTIFACTS} artifacts behind."),
                    "Pack them into an archive.",
                )
                .into());
            }
            Some(EventKind::ArtifactsAdded { artifacts: artifacts.clone() })
        }
        Report::Session(session) => {
            run.session = Some(session.clone());
            None
        }
        // Both have been dealt with above.
        Report::Usage(_) | Report::ToolUse(_) => None,
    };
    let mut draw = Draw::new(ctx.now, &Actor::Agent(run.agent.clone()));
    if let Some(kind) = kind {
        draw.event(run.task, Some(run.occurrence), Some(run.id), kind);
    }
    Ok(draw.run(run).done())
}

/// A tool was called: it is remembered, and what the work has seen by it.
fn tool_used(slice: &Slice, run: Run, used: &ToolUse, ctx: &Ctx) -> Result<Decision, Refused> {
    let mut occurrence = slice.occurrence()?;
    let draw = Draw::new(ctx.now, &Actor::Agent(run.agent));
    let (task, occurrence_id, run) = (Some(run.task), Some(run.occurrence), Some(run.id));
    let used = ToolUse { task, occurrence: occurrence_id, run, ..used.clone() };
    let taint = occurrence.agent.taint.after(used.nature);
    if taint == occurrence.agent.taint {
        return Ok(draw.tool_use(used).done());
    }
    occurrence.agent.taint = taint;
    Ok(draw.occurrence(occurrence).tool_use(used).done())
}

/// `progress` with the moment at which the run will be done, if it does not say so itself.
///
/// The pace is measured from the start of the run, or from its first report when it goes on from a
/// checkpoint, and anew after each pause: what others did, and time that stood still, are no
/// measure. `since` is when the stretch began in which it is at work.
fn with_end(
    run: &mut Run,
    progress: &Progress,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Progress {
    let percent = progress.percent.map(|percent| percent.min(100));
    let mut progress = Progress { percent, ..progress.clone() };
    let Some(percent) = percent else { return progress };
    let before = run.progress.as_ref().and_then(|before| before.percent);
    let paused = run.pace.zip(since).is_some_and(|(pace, since)| since > pace.since);
    let pace = match (run.pace, run.started_at) {
        (Some(pace), _) if !paused && percent >= pace.percent => pace,
        (Some(_), _) if paused => {
            Pace { since: since.unwrap_or(now), percent: before.unwrap_or(percent) }
        }
        (None, Some(started_at)) if run.checkpoints.is_empty() => {
            Pace { since: since.unwrap_or(started_at), percent: 0 }
        }
        _ => Pace { since: now, percent },
    };
    run.pace = Some(pace);
    progress.done_at = progress.done_at.or_else(|| pace.done_at(percent, now));
    progress
}

fn fits(checkpoint: &Checkpoint) -> Result<(), Invalid> {
    let size = bytes(checkpoint);
    if size <= MAX_CHECKPOINT
        && nesting(&checkpoint.data) <= MAX_NESTING
        && checkpoint.label.chars().count() <= MAX_WORDS
    {
        return Ok(());
    }
    Err(Invalid::new(
        "checkpoint",
        format!("The checkpoint has {size} bytes; at most {MAX_CHECKPOINT} fit."),
        "Write it to a file and name the file.",
    ))
}

fn bytes(checkpoint: &Checkpoint) -> usize {
    serde_json::to_string(&checkpoint.data).map_or(usize::MAX, |text| text.len())
}

fn keep_newest(checkpoints: &mut Vec<Checkpoint>) {
    let mut total = 0_usize;
    let kept = checkpoints.iter().rev().take(KEPT_CHECKPOINTS).take_while(|checkpoint| {
        let first = total == 0;
        total = total.saturating_add(bytes(checkpoint));
        first || total <= KEPT_BYTES
    });
    let surplus = checkpoints.len() - kept.count();
    checkpoints.drain(..surplus);
}
