//! What the user has said that every decision has to go by.

use crate::{ExecutorName, Usd};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// What the user has said that every decision has to go by, and which executors cost money.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Whose calendar counts.
    #[cfg(feature = "zones")]
    pub zone: chrono_tz::Tz,
    /// What all work of a calendar day may cost; without, it is not limited.
    pub daily_budget: Option<Usd>,
    /// How long an answer to a question is waited for that does not say so itself; for ever when
    /// absent.
    pub question_expiry: Option<TimeDelta>,
    /// Executors whose runs cost money.
    pub metered: BTreeSet<ExecutorName>,
}
