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

    /// The name of its [`Band`].
    #[must_use]
    pub const fn band(self) -> &'static str {
        match self.0 {
            0..=3 => Band::Low.name(),
            4..=7 => Band::Normal.name(),
            8..=9 => Band::High.name(),
            _ => Band::Critical.name(),
        }
    }
}

/// Priorities that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// 0 to 3.
    Low,
    /// 4 to 7.
    Normal,
    /// 8 and 9.
    High,
    /// 10.
    Critical,
}

impl Band {
    /// Every band, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Critical];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Its least and its most urgent priority.
    #[must_use]
    pub const fn bounds(self) -> (Priority, Priority) {
        match self {
            Self::Low => (Priority(0), Priority(3)),
            Self::Normal => (Priority(4), Priority(7)),
            Self::High => (Priority(8), Priority(9)),
            Self::Critical => (Priority(10), Priority(10)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_priority_lies_in_the_band_of_its_name() {
        for value in 0..=10 {
            let priority = Priority::new(value).unwrap();
            let within = |band: &Band| {
                let (least, most) = band.bounds();
                (least..=most).contains(&priority)
            };
            let bands: Vec<_> = Band::ALL.into_iter().filter(within).map(Band::name).collect();
            assert_eq!(bands, [priority.band()]);
        }
    }
}
