//! One table a file: its SQL and its rows.

pub(crate) mod artifacts;
pub(crate) mod counters;
pub(crate) mod dependencies;
pub(crate) mod engine_state;
pub(crate) mod events;
pub(crate) mod facts;
pub(crate) mod flags;
pub(crate) mod follow_ups;
pub(crate) mod occurrences;
pub(crate) mod outbox;
pub(crate) mod reports;
pub(crate) mod request_keys;
pub(crate) mod resources;
pub(crate) mod rules;
pub(crate) mod runs;
pub(crate) mod samples;
pub(crate) mod sessions;
pub(crate) mod spending;
pub(crate) mod sweeps;
pub(crate) mod tasks;
pub(crate) mod templates;
pub(crate) mod ties;
pub(crate) mod tool_uses;
pub(crate) mod unique_keys;

pub use facts::FactRow;
pub use occurrences::line::{Head, Heads, ReadyRow, Waiting};
pub use outbox::OutboxRow;

use aegis_domain::{StateName, Timestamp};

use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A row's truth, as it is stored.
pub(crate) fn to_text<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))
}

/// A row's truth, from column `index`.
pub(crate) fn from_text<T: DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    index: usize,
) -> rusqlite::Result<T> {
    let text = row.get_ref(index)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(e)))
}

/// An instant, from the milliseconds in column `index`.
pub(crate) fn instant(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<Timestamp> {
    let millis = row.get(index)?;
    Timestamp::from_timestamp_millis(millis)
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(index, millis))
}

/// States as one text that `instr` looks into: `,queued,never,`; a task that never ran is `never`.
pub(crate) fn state_list(states: &[Option<StateName>]) -> Option<String> {
    let names = states.iter().map(|s| s.map_or("never", StateName::as_str));
    names.map(|name| format!(",{name},")).reduce(|all, name| all + &name)
}
