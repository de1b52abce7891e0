//! How urgent a task is.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 0 to 10; 10 is the most urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Priority(u8);

impl Priority {
    /// Named `low`.
    pub const LOW: Self = Self(2);
    /// Named `normal`: what a task has when nobody says otherwise.
    pub const NORMAL: Self = Self(5);
    /// Named `high`.
    pub const HIGH: Self = Self(8);
    /// Named `critical`.
    pub const CRITICAL: Self = Self(10);

    /// A priority, refused above 10.
    ///
    /// # Errors
    /// [`Invalid`] when `value` is above 10.
    pub fn new(value: u8) -> Result<Self, Invalid> {
        if value <= 10 {
            Ok(Self(value))
        } else {
            Err(Invalid::new(
                "priority",
                format!("Priority {value} is out of range."),
                "Use a number from 0 (whenever) to 10 (now).",
            ))
        }
    }

    /// 0 to 10.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The name of the band: 0–3 low, 4–7 normal, 8–9 high, 10 critical.
    #[must_use]
    pub const fn band(self) -> &'static str {
        match self.0 {
            0..=3 => "low",
            4..=7 => "normal",
            8..=9 => "high",
            _ => "critical",
        }
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self::NORMAL
    }
}

impl TryFrom<u8> for Priority {
    type Error = Invalid;
    fn try_from(value: u8) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<Priority> for u8 {
    fn from(p: Priority) -> Self {
        p.0
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
