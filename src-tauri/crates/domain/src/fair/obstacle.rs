//! Why a lane starts nothing at the moment.

use super::Full;
use crate::breaker::Service;
use crate::hold::{Hold, HoldMode};
use crate::pressure::Strain;
use crate::{ErrorCategory, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What keeps a lane from starting anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Obstacle {
    /// Somebody holds it back.
    Held {
        /// The hold.
        hold: Hold,
    },
    /// Its service does not work, and rests; or one run tries it just now.
    Resting {
        /// Which.
        service: Service,
        /// Until when; `None` while one run tries it.
        until: Option<Timestamp>,
        /// The last failure.
        category: Option<ErrorCategory>,
    },
    /// Its service asked for a pause.
    Busy {
        /// Which.
        service: Service,
        /// Until when.
        until: Timestamp,
    },
    /// The machine has enough to do.
    Pressure {
        /// What is short; never empty.
        strains: Vec<Strain>,
    },
    /// A limit is reached.
    Full {
        /// Which.
        limit: Full,
    },
}

impl fmt::Display for Obstacle {
    /// A clause, without the moments in it: those depend on the reader's zone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { hold } => match hold.mode {
                HoldMode::Pause => write!(f, "{} is paused", hold.scope),
                HoldMode::Drain => write!(f, "{} is being drained", hold.scope),
            },
            Self::Resting { service, until: Some(_), category: Some(category) } => {
                write!(f, "{service} rests after failures ({category})")
            }
            Self::Resting { service, until: Some(_), category: None } => {
                write!(f, "{service} rests after failures")
            }
            Self::Resting { service, until: None, .. } => {
                write!(f, "one run tries whether {service} works again")
            }
            Self::Busy { service, .. } => write!(f, "{service} asked for a pause"),
            Self::Pressure { strains } => {
                f.write_str("the machine has enough to do")?;
                for (n, strain) in strains.iter().enumerate() {
                    write!(f, "{} {strain}", if n == 0 { ":" } else { "," })?;
                }
                Ok(())
            }
            Self::Full { limit } => limit.fmt(f),
        }
    }
}
