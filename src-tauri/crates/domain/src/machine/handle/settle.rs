//! What follows from the end of an occurrence for those that wait for it.

use super::resource;
use crate::machine::{Command, Decision, Refused, Row, Slice};
use crate::{Occurrence, OccurrenceId, State};

/// Adds to `decision` that whoever waits is to be looked at, where somebody may wait.
pub(super) fn follow(slice: &Slice, decision: &mut Decision) {
    let mut follow_ups = Vec::new();
    for row in &decision.rows {
        let Row::Occurrence(occurrence) = row else { continue };
        let before = slice.occurrence.iter().chain(&slice.siblings).find(|o| o.id == occurrence.id);
        let ended = occurrence.state.is_terminal();
        let let_go = before.is_some_and(|o| !o.holds.is_empty()) && occurrence.holds.is_empty();
        // One that waited for a resource leaves its place in the line.
        let stood_in_line = ended && before.is_some_and(|o| waits_for_resource(o));
        if let_go || stood_in_line || (ended && slice.awaited) {
            let (occurrence_task, occurrence) = (occurrence.task, ended.then_some(occurrence.id));
            follow_ups.push(Command::Settle { task: occurrence_task, occurrence });
        }
    }
    decision.follow_ups.append(&mut follow_ups);
}

fn waits_for_resource(occurrence: &Occurrence) -> bool {
    matches!(&occurrence.state, State::Blocked { by, .. }
        if by.iter().any(|b| matches!(b, crate::Blocker::Resource { .. })))
}

pub(super) fn settle(slice: &Slice, occurrence: Option<OccurrenceId>) -> Result<Decision, Refused> {
    let mut decision = Decision::default();
    for waiting in &slice.waiting {
        decision.follow_ups.push(Command::Reconsider { occurrence: *waiting });
    }
    for resource in slice.resources.values() {
        decision.follow_ups.extend(resource::let_in(resource));
    }
    // One that was left out appears in histories only: nothing follows it.
    let skipped =
        slice.occurrence.as_ref().is_some_and(|o| matches!(o.state, State::Skipped { .. }));
    if let (Some(from), false) = (occurrence, skipped) {
        for task in &slice.followers {
            decision.follow_ups.push(Command::Chain { task: *task, from });
        }
    }
    Ok(decision)
}
