//! Where a task comes from, and whom it was given to.

use crate::policy::Taint;
use crate::{RunId, Timestamp};
use serde::{Deserialize, Serialize};

/// The run that made a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Which run.
    pub run: RunId,
    /// How many runs, each started by the one before, led to it; 1 when a person's or a
    /// schedule's work made it.
    pub depth: u32,
    /// What that run had seen by then: what it hands on may carry it.
    #[serde(default, skip_serializing_if = "Taint::is_clean")]
    pub taint: Taint,
}

/// The document and operation that made a trigger create a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The drive.
    pub drive: String,
    /// The document in it.
    pub document: String,
    /// The operation on it.
    pub operation: String,
}

/// Whom a task was given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Who answers for it.
    pub primary: String,
    /// Who helps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<String>,
    /// Since when.
    pub at: Timestamp,
    /// How it came about.
    pub method: AssignmentMethod,
}

/// How an assignment came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentMethod {
    /// The agent took it.
    Claimed,
    /// Somebody gave it.
    Assigned,
    /// The agent offered itself.
    Volunteered,
}
