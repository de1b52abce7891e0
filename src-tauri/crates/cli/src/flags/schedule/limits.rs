//! When a schedule ends. Apart, because some commands use these names for something else.

use super::repetition::stray;
use crate::error::Error;
use crate::value;
use aegis_domain::Timestamp;
use clap::Args;

/// How often it happens at most, and until when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub(crate) struct Limits {
    #[command(flatten)]
    count: CountArg,

    #[command(flatten)]
    until: UntilArg,
}

/// How often it happens at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Schedule")]
pub(crate) struct CountArg {
    /// Only so many times
    #[arg(long, value_name = "N")]
    count: Option<u32>,
}

/// Until when it happens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Schedule")]
pub(crate) struct UntilArg {
    /// Not after this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant)]
    until: Option<Timestamp>,
}

impl Limits {
    /// Refuses limits of what does not repeat.
    pub(super) fn refuse_any(self) -> Result<(), Error> {
        let given = [("--count", self.count().is_some()), ("--until", self.until().is_some())];
        given.iter().find(|(_, given)| *given).map_or(Ok(()), |(flag, _)| Err(stray(flag)))
    }

    pub(super) const fn count(self) -> Option<u32> {
        self.count.count
    }

    pub(super) const fn until(self) -> Option<Timestamp> {
        self.until.until
    }
}

impl From<CountArg> for Limits {
    fn from(count: CountArg) -> Self {
        Self { count, ..Self::default() }
    }
}

impl From<UntilArg> for Limits {
    fn from(until: UntilArg) -> Self {
        Self { until, ..Self::default() }
    }
}
