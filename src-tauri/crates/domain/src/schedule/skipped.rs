//! Instants that passed and for which nothing is made.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// Instants of a schedule for which no occurrence is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRange {
    /// The first.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
    /// How many.
    pub count: u64,
    /// There were more: counting stopped at 10,000.
    pub at_least: bool,
    /// Why nothing is made; where the reasons differ, that for the last.
    pub why: Missed,
}

/// Why nothing is made for an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// The misfire policy leaves it out.
    Misfire,
    /// Its start deadline had passed.
    StartDeadline,
}
