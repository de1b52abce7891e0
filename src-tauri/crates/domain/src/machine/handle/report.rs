//! What a run says of itself while it is at work.

use super::draw::Draw;
use crate::machine::{Decision, Refused, RunRef, Slice};
use crate::{Actor, Checkpoint, Ctx, EventKind, Invalid, Report};

/// Checkpoints that are kept; the oldest go first.
const KEPT_CHECKPOINTS: usize = 20;
/// Most artifacts of one run.
const MAX_ARTIFACTS: usize = 1000;
/// Most bytes of a checkpoint's data, as JSON.
const MAX_CHECKPOINT: usize = 256 * 1024;

pub(super) fn report(
    slice: &Slice,
    claim: RunRef,
    report: &Report,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    let mut run = slice.held_run(claim)?;
    let kind = match report {
        Report::Progress(progress) => {
            run.progress = Some(progress.clone());
            Some(EventKind::Progressed { progress: progress.clone() })
        }
        Report::Usage(usage) => {
            run.usage = Some(*usage);
            Some(EventKind::UsageReported { usage: *usage })
        }
        Report::Checkpoint(checkpoint) => {
            fits(checkpoint)?;
            run.checkpoints.push(checkpoint.clone());
            let surplus = run.checkpoints.len().saturating_sub(KEPT_CHECKPOINTS);
            run.checkpoints.drain(..surplus);
            Some(EventKind::CheckpointMade { label: checkpoint.label.clone() })
        }
        Report::Artifacts(artifacts) => {
            run.artifacts.extend(artifacts.iter().cloned());
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
    };
    let mut draw = Draw::new(ctx.now, &Actor::Agent(run.agent.clone()));
    if let Some(kind) = kind {
        draw.event(run.task, Some(run.occurrence), Some(run.id), kind);
    }
    Ok(draw.run(run).done())
}

fn fits(checkpoint: &Checkpoint) -> Result<(), Invalid> {
    let size = serde_json::to_string(&checkpoint.data).map_or(usize::MAX, |text| text.len());
    if size <= MAX_CHECKPOINT && checkpoint.label.chars().count() <= 500 {
        return Ok(());
    }
    Err(Invalid::new(
        "checkpoint",
        format!("The checkpoint has {size} bytes; at most {MAX_CHECKPOINT} fit."),
        "Write it to a file and name the file.",
    ))
}
