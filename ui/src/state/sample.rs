//! A card for tests: a task that was just asked for.

use aegis_domain::coarse::Column;
use aegis_domain::{Priority, ShortId, TaskId, TaskKind, TaskNumber, TaskStatus, Timestamp, Usd};
use aegis_protocol::{CardLook, CardView};

/// A moment, so many seconds after another one.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// A task's id, by its number.
pub(crate) fn task(number: u64) -> TaskId {
    format!("01932b6e-7c00-7abc-8def-{number:012x}").parse().unwrap()
}

/// The card of a task that never ran.
pub(crate) fn card(number: u64, column: Column) -> CardView {
    CardView {
        id: task(number),
        number: TaskNumber(number),
        short_id: ShortId::from_stored(format!("a{number:05}")),
        title: format!("Task {number}"),
        column,
        occurrence: None,
        state: None,
        cancelling: false,
        kind: TaskKind::Oneshot,
        schedule: None,
        status: TaskStatus::Active,
        waits: Vec::new(),
        assignee: None,
        workspace: None,
        look: CardLook::default(),
        executor: None,
        place: None,
        priority: Priority::NORMAL,
        tags: Vec::new(),
        due: None,
        run: None,
        cost: Usd::default(),
        idle: None,
        created_at: at(0),
        updated_at: at(0),
        actions: Vec::new(),
    }
}
