//! Whether everything that Aegis needs is well, and what to do where it is not.
//!
//! [`gather`](gather::gather) looks, and changes nothing; [`judge`](judge::judge) is a pure function
//! of what was seen.

mod findings;
mod gather;
mod judge;
#[cfg(test)]
mod tests;

use crate::Paths;
use serde::Serialize;

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and somebody should look.
    Warning,
    /// Something does not work, or will be lost.
    Problem,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its stable name: `database`.
    pub name: &'static str,
    /// How it went.
    pub verdict: Verdict,
    /// What was seen: one sentence.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Whether nothing is a problem.
    pub healthy: bool,
    /// The checks, always in the same order.
    pub checks: Vec<Check>,
}

/// Looks at everything, beside an engine or without one, and changes nothing.
pub async fn examine(paths: &Paths) -> Diagnosis {
    let checks = judge::judge(&gather::gather(paths).await);
    let healthy = checks.iter().all(|check| check.verdict != Verdict::Problem);
    Diagnosis { healthy, checks }
}
