//! One file a figure.

mod api;
mod backlog;
mod idle;
mod pickup;
mod restart;
mod shell;
mod throughput;
mod timers;

use crate::finding::Finding;
use crate::site::Site;
use anyhow::Result;

/// A figure of docs/promises.md, and what measures it.
pub struct Figure {
    /// `S1`.
    pub name: &'static str,
    /// Measures it.
    pub measure: fn(&Site) -> Result<Finding>,
}

/// Every figure that is measured here, in order. S9 to S11 belong to the window.
pub const FIGURES: &[Figure] = &[
    Figure { name: "S1", measure: throughput::normal },
    Figure { name: "S2", measure: throughput::full },
    Figure { name: "S3", measure: pickup::measure },
    Figure { name: "S4", measure: backlog::measure },
    Figure { name: "S5", measure: shell::measure },
    Figure { name: "S6", measure: timers::measure },
    Figure { name: "S7", measure: idle::nothing_to_do },
    Figure { name: "S7b", measure: idle::at_work },
    Figure { name: "S8", measure: restart::measure },
    Figure { name: "S12", measure: api::measure },
];
