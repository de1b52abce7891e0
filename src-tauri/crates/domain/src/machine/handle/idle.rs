//! Noticing work that succeeded and did nothing.

use super::draw::Draw;
use crate::idle::{TELL_AT, judge};
use crate::machine::Slice;
use crate::{EventKind, Occurrence, Run};

/// Writes down what the occurrence did now that `run` has succeeded, and whether that was nothing.
/// A task whose past is not looked at is not judged.
pub(super) fn note(draw: &mut Draw, slice: &Slice, occurrence: &mut Occurrence, run: &Run) {
    let Some(task) = slice.task.as_deref() else { return };
    let Some(effort) = slice.effort else { return };
    let effort = effort.and(run.usage, run.artifacts.len());
    occurrence.agent.effort = Some(effort);
    occurrence.agent.idle = judge(effort, &slice.past);
    let Some(idle) = occurrence.agent.idle else { return };
    let kind = EventKind::DidNothing { idle };
    draw.event(task.id, Some(occurrence.id), Some(run.id), kind);
    if idle.in_a_row == TELL_AT {
        let title = format!("#{} does nothing: {}", task.number, task.definition.title);
        draw.notify(format!("{}-idle", occurrence.id), title, idle.to_string());
    }
}
