//! One file a figure.

mod pickup;
mod throughput;

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
];
