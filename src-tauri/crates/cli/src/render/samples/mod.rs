//! Tasks, events and an engine for tests of how things look.

mod cards;
mod events;
mod pool;
mod tasks;
mod work;

pub(crate) use cards::{card, card_run, cards};
pub(crate) use events::{event, events, idle};
pub(crate) use pool::{held_pool, pool};
pub(crate) use tasks::{recurring, task};
pub(crate) use work::{asked, occurrence, review, rule, run, run_end, tool_use};

use aegis_domain::{
    ErrorCategory, EventSeq, FailureReason, OccurrenceId, QueueReason, RunId, SortKey, State,
    TaskId, TaskNumber, Timestamp,
};
use aegis_protocol::{EngineHost, EngineStatus, NextDue};
use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

/// 21 November 2026, 12:00 UTC.
pub(crate) const NOON: Timestamp = match DateTime::from_timestamp(1_795_262_400, 0) {
    Some(noon) => noon,
    None => DateTime::UNIX_EPOCH,
};

/// So many seconds before noon.
pub(crate) fn ago(seconds: i64) -> Timestamp {
    NOON - TimeDelta::seconds(seconds)
}

pub(crate) fn task_id(n: u64) -> TaskId {
    TaskId(Uuid::from_u64_pair(n, 1))
}

pub(crate) fn occurrence_id(n: u64) -> OccurrenceId {
    OccurrenceId(Uuid::from_u64_pair(n, 2))
}

pub(crate) fn run_id(n: u64) -> RunId {
    RunId(Uuid::from_u64_pair(n, 3))
}

pub(crate) fn queued(reason: QueueReason, not_before: Timestamp) -> State {
    // The form of a sort key is its own business.
    let sort_key: SortKey = serde_json::from_value(0.into()).unwrap();
    State::Queued { reason, not_before, sort_key }
}

pub(crate) fn failed(category: ErrorCategory, message: &str) -> State {
    let why = FailureReason::RunFailed;
    State::Failed { at: ago(60), why, category, message: message.to_owned() }
}

pub(crate) fn engine() -> EngineStatus {
    EngineStatus {
        version: "0.1.0".to_owned(),
        pid: 4711,
        host: EngineHost::Serve,
        started_at: ago(7200),
        paused: false,
        slots_used: 1,
        slots_total: 5,
        next: Some(NextDue {
            at: NOON + TimeDelta::minutes(10),
            number: TaskNumber(28),
            title: "Stretch".to_owned(),
        }),
        seq: EventSeq(42),
        zone: "Europe/Berlin".to_owned(),
        data_dir: "/home/ada/.local/share/aegis".to_owned(),
        state_dir: "/home/ada/.local/state/aegis".to_owned(),
        config_file: "/home/ada/.config/aegis/settings.toml".to_owned(),
        sqlite_version: "3.51.3".to_owned(),
    }
}
