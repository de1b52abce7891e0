//! What happens when an instant is missed, or comes while work has not ended.

use serde::{Deserialize, Serialize};

/// The policies of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// What is made up for of the instants that passed while nothing could start.
    #[serde(default)]
    pub misfire: Misfire,
    /// What happens when an instant comes while an earlier occurrence has not ended. Waiting for
    /// a retry, an approval or a review is not an end.
    #[serde(default)]
    pub overlap: Overlap,
    /// Most seconds after its instant that an occurrence may still start; later it is missed or,
    /// when it was already made, expires. Absent: any time. Comes before the misfire policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_deadline_secs: Option<u64>,
    /// The start is put off by a random time of up to this many seconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub jitter_secs: u64,
}

impl Policies {
    /// Whether all of them are as when nobody says anything.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

// The form of the function is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_zero(secs: &u64) -> bool {
    *secs == 0
}

/// What is made of the instants that passed since the schedule was last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "policy")]
pub enum Misfire {
    /// Only the latest one, and only if it passed at most a minute ago; the rest is noted as one
    /// skipped range.
    Skip,
    /// The latest one; the rest is noted as one skipped range.
    #[default]
    RunOnce,
    /// Every one, but only the latest `at_most`; the rest is noted as one skipped range.
    RunAll {
        /// 1 to 1000.
        at_most: u32,
    },
}

/// What happens when an instant comes while an earlier occurrence has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// The new one is skipped.
    #[default]
    Forbid,
    /// Both go on.
    Allow,
    /// The earlier one is called off; the new one starts when it has ended.
    Replace,
}
