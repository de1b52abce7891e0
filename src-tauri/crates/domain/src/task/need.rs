//! What work needs before it may start, beside its predecessors.

use serde::{Deserialize, Serialize};

/// A share of a resource that several tasks use: a GPU, a licence, a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceNeed {
    /// Its name.
    pub name: String,
    /// How much of it: 1 to its capacity. A resource that nobody has described has a capacity
    /// of 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub amount: u32,
}

const fn one() -> u32 {
    1
}

// The form of the function is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_one(amount: &u32) -> bool {
    *amount == 1
}

/// Files whose change makes a run worth while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Files and folders; `~` is the home directory. A folder counts with everything in it.
    pub paths: Vec<String>,
}

/// Who has to be found to do it together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// How many: 1 to 100.
    pub size: u32,
    /// The roles to be filled; at most `size`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}
