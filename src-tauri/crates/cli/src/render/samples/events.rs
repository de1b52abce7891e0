//! Everything that can happen.

use super::{NOON, ago, queued, review, run_end, task_id};
use aegis_domain::idle::{Idle, Sign};
use aegis_domain::schedule::{Missed, SkippedRange};
use aegis_domain::{
    Actor, Artifact, Cause, Event, EventKind, EventSeq, Kept, NewEvent, Outcome, Progress,
    QueueReason, RunReason, State, StateName, TaskId, Usage, Usd,
};

pub(crate) fn event(seq: u64, task: TaskId, kind: EventKind) -> Event {
    let what = NewEvent {
        at: ago(100 - seq.cast_signed()),
        actor: if seq.is_multiple_of(2) { Actor::System } else { Actor::Human("cli".to_owned()) },
        task,
        occurrence: None,
        run: None,
        kind,
    };
    Event { seq: EventSeq(seq), what }
}

/// An agent that does nothing any more.
pub(crate) fn idle() -> Idle {
    Idle { sign: Sign::NoTool, had: 0, usual: 12, compared: 5, in_a_row: 2 }
}

/// Everything that can happen.
pub(crate) fn events() -> Vec<Event> {
    let progress =
        Progress { percent: Some(40), step: Some("linking\u{7}".to_owned()), done_at: None };
    let range = SkippedRange {
        from: ago(7200),
        to: ago(3600),
        count: 3,
        at_least: false,
        why: Missed::Misfire,
    };
    let usage = Usage { input_tokens: 12, output_tokens: 3, cost: Usd::from_micros(1) };
    let kept = Kept::Copy { sha256: String::new() };
    let artifact = Artifact { path: "~/a\u{7}.pdf".to_owned(), bytes: 1, kept };
    let kinds = [
        EventKind::TaskCreated,
        EventKind::OccurrenceCreated { cause: Cause::Created },
        EventKind::Moved { from: StateName::Created, to: queued(QueueReason::First, NOON) },
        EventKind::RunAssigned { number: 1, reason: RunReason::First },
        EventKind::Progressed { progress },
        EventKind::CancelRequested,
        EventKind::RunEnded { outcome: run_end(101).outcome, exit_code: Some(101) },
        EventKind::RunEnded { outcome: run_end(0).outcome, exit_code: Some(0) },
        EventKind::RunEnded { outcome: Outcome::Interrupted, exit_code: None },
        EventKind::Moved { from: StateName::Executing, to: State::Completed { at: NOON } },
        EventKind::TaskEdited { fields: vec!["title".to_owned(), "tags".to_owned()] },
        EventKind::TaskDeleted,
        EventKind::TaskRestored,
        EventKind::TaskArchived,
        EventKind::TaskPaused,
        EventKind::TaskResumed,
        EventKind::InstantsSkipped { range },
        EventKind::Reviewed { review: review(false, "Too\u{1b}[2J long.", Some(40)) },
        EventKind::UsageReported { usage },
        EventKind::CheckpointMade { label: "half\u{7} done".to_owned() },
        EventKind::ArtifactsAdded { artifacts: vec![artifact] },
        EventKind::DidNothing { idle: idle() },
    ];
    kinds.into_iter().zip(1..).map(|(kind, seq)| event(seq, task_id(12), kind)).collect()
}
