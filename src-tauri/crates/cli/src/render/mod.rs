//! How things look to people. Everything here is a function of its arguments: what time it is, how
//! wide the terminal is and whether it has colours come in through [`Canvas`].

pub(crate) mod approval;
pub(crate) mod artifacts;
pub(crate) mod card;
pub(crate) mod data;
pub(crate) mod doctor;
pub(crate) mod engine;
pub(crate) mod event;
mod fields;
pub(crate) mod keys;
pub(crate) mod knowledge;
pub(crate) mod metrics;
mod paint;
pub(crate) mod pool;
pub(crate) mod schedule;
pub(crate) mod search;
pub(crate) mod settings;
mod table;
pub(crate) mod task;
pub(crate) mod task_list;
pub(crate) mod time;
pub(crate) mod tool_use;
pub(crate) mod visible;
pub(crate) mod words;

#[cfg(test)]
pub(crate) mod samples;

pub(crate) use fields::Fields;
pub(crate) use paint::{Paint, Tone};
pub(crate) use table::{Cell, Column, Table};

use aegis_domain::Timestamp;
use chrono::{DateTime, FixedOffset};

/// What is drawn on.
#[derive(Clone, Copy)]
pub(crate) struct Canvas {
    /// What time it is.
    pub(crate) now: Timestamp,
    /// What the user's clock shows at an instant.
    pub(crate) local: fn(Timestamp) -> DateTime<FixedOffset>,
    /// With colours or without.
    pub(crate) paint: Paint,
    /// Columns of the terminal; nothing is cut when there is none.
    pub(crate) width: Option<usize>,
}

#[cfg(test)]
impl Canvas {
    /// Noon in UTC, seen two hours further east, without colours.
    pub(crate) fn for_tests(width: usize) -> Self {
        Self {
            now: samples::NOON,
            local: |at| at.with_timezone(&FixedOffset::east_opt(2 * 3600).unwrap()),
            paint: Paint::new(false),
            width: Some(width),
        }
    }
}
