//! What goes with a schedule that repeats.

use super::kind::KindArgs;
use crate::error::Error;
use crate::value;
use aegis_domain::Timestamp;
use aegis_domain::schedule::{DateRange, TimeOfDay, Weekday};
use clap::Args;
use std::collections::BTreeSet;

// Types that clap does not take for “any number of arguments”.
type Times = BTreeSet<TimeOfDay>;
type Weekdays = BTreeSet<Weekday>;

/// All of it can be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(super) struct RepetitionArgs {
    /// With --weekly and --monthly: at what times of the day
    #[arg(long, value_name = "TIMES", value_parser = value::times)]
    pub(super) time: Option<Times>,

    /// With --daily, --weekly and --monthly: every how many days, weeks or months; 2 is every other
    #[arg(long, value_name = "N")]
    pub(super) interval: Option<u32>,

    /// With --every: only between these times of the day, counted anew each day: 09:00..17:00
    #[arg(long, value_name = "FROM..TO", value_parser = value::between)]
    pub(super) between: Option<(TimeOfDay, TimeOfDay)>,

    /// With --between: only on these days of the week
    #[arg(long, value_name = "DAYS", value_parser = value::weekdays, requires = "between")]
    pub(super) on: Option<Weekdays>,

    /// Whose clocks count, such as Europe/Berlin (IANA); your own zone when absent
    #[arg(long, value_name = "ZONE")]
    pub(super) zone: Option<String>,

    /// Not before this time, from which what counts does so (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant)]
    pub(super) starts: Option<Timestamp>,

    /// Not on these days: 2026-12-24 or 2026-12-24..2027-01-01; as often as there are some
    #[arg(long = "except", value_name = "DAYS", value_parser = value::dates, value_delimiter = ',')]
    pub(super) exclude: Vec<DateRange>,
}

/// An argument about repeating where nothing repeats.
pub(super) fn stray(flag: &str) -> Error {
    Error::usage(
        format!("{flag} goes with a schedule that repeats, and none is given."),
        "Say what repeats: --every, --hourly, --daily, --weekly, --monthly or --cron.",
    )
}

impl RepetitionArgs {
    /// Refuses what would mean nothing beside this kind of schedule.
    pub(super) fn refuse_strays(&self, kind: &KindArgs) -> Result<(), Error> {
        let always = [
            ("--zone", self.zone.is_some()),
            ("--starts", self.starts.is_some()),
            ("--except", !self.exclude.is_empty()),
        ];
        if let Some((flag, _)) = always.iter().find(|(_, given)| *given && !kind.repeats()) {
            return Err(stray(flag));
        }
        let days = kind.weekly.is_some() || kind.monthly.is_some();
        let sometimes = [
            ("--time", self.time.is_some(), days, "--weekly and --monthly"),
            (
                "--interval",
                self.interval.is_some(),
                days || kind.daily.is_some(),
                "--daily, --weekly and --monthly",
            ),
            ("--between", self.between.is_some(), kind.every.is_some(), "--every"),
        ];
        match sometimes.iter().find(|(_, given, fits, _)| *given && !fits) {
            None => Ok(()),
            Some((flag, .., with)) => Err(Error::usage(
                format!("{flag} goes with {with}."),
                format!("Leave {flag} out, or use {with}."),
            )),
        }
    }
}
