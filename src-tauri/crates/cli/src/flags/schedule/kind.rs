//! The kinds of a schedule: once, or again and again.

use super::repetition::RepetitionArgs;
use crate::error::Error;
use crate::value;
use aegis_domain::Timestamp;
use aegis_domain::schedule::{MonthDay, Rule, TimeOfDay, Weekday, Window};
use chrono::TimeDelta;
use clap::Args;
use std::collections::BTreeSet;
use std::time::Duration;

// Types that clap does not take for “any number of arguments”.
type Times = BTreeSet<TimeOfDay>;
type Weekdays = BTreeSet<Weekday>;
type MonthDays = BTreeSet<MonthDay>;

/// One of them, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[group(id = super::KIND, multiple = false)]
pub(super) struct KindArgs {
    /// Once, after this time, such as 90s, 10m, 1h30 or 2d
    #[arg(long = "in", value_name = "DURATION", value_parser = value::duration)]
    delay: Option<Duration>,

    /// Once, at this time, such as 2026-11-21T14:30:00+01:00 (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant)]
    at: Option<Timestamp>,

    /// Again and again, so far apart: 45m, 2h, 1d
    #[arg(long, value_name = "DURATION", value_parser = value::seconds)]
    pub(super) every: Option<u64>,

    /// Every hour, at this minute; 0 when absent
    #[arg(long, value_name = "MINUTE", num_args = 0..=1, default_missing_value = "0")]
    pub(super) hourly: Option<u8>,

    /// Every day at these times: 07:00 or 07:00,19:00
    #[arg(long, value_name = "TIMES", value_parser = value::times)]
    pub(super) daily: Option<Times>,

    /// On these days of the week, at --time: mon,wed,fri or mon-fri
    #[arg(long, value_name = "DAYS", value_parser = value::weekdays)]
    pub(super) weekly: Option<Weekdays>,

    /// On these days of the month, at --time: 1,15, L (the last), 15W (the nearest workday), LW
    /// (the last workday), mon#1 (the first Monday), friL (the last Friday)
    #[arg(long, value_name = "DAYS", value_parser = value::month_days)]
    pub(super) monthly: Option<MonthDays>,

    /// When a cron expression says: "0 9 * * mon-fri", with seconds in front, or @daily
    #[arg(long, value_name = "EXPRESSION")]
    pub(super) cron: Option<String>,
}

impl KindArgs {
    /// Whether it happens again and again.
    pub(super) const fn repeats(&self) -> bool {
        self.every.is_some()
            || self.hourly.is_some()
            || self.daily.is_some()
            || self.weekly.is_some()
            || self.monthly.is_some()
            || self.cron.is_some()
    }

    /// When it happens once, if it does.
    pub(super) fn instant(&self, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let Some(delay) = self.delay else { return Ok(self.at) };
        let at = TimeDelta::from_std(delay).ok().and_then(|delay| now.checked_add_signed(delay));
        at.map(Some).ok_or_else(|| {
            Error::usage(
                "--in is further away than any calendar goes.",
                "Give a shorter time, such as 10m or 2d.",
            )
        })
    }

    /// What repeats. The caller has looked that something does.
    pub(super) fn into_rule(self, repetition: &RepetitionArgs) -> Result<Rule, Error> {
        let every = repetition.interval.unwrap_or(1);
        let times = || repetition.time.clone();
        let needs_time = |flag: &str| {
            Error::usage(
                format!("{flag} says on which days, but not at what time."),
                "Add --time, such as --time 06:30.",
            )
        };
        if let Some(secs) = self.every {
            let within = repetition.between.map(|(from, to)| Window {
                from,
                to,
                days: repetition.on.clone().unwrap_or_default(),
            });
            return Ok(Rule::Every { secs, within });
        }
        if let Some(minute) = self.hourly {
            return Ok(Rule::Hourly { minute });
        }
        if let Some(times) = self.daily {
            return Ok(Rule::Daily { times, every });
        }
        if let Some(days) = self.weekly {
            let times = times().ok_or_else(|| needs_time("--weekly"))?;
            return Ok(Rule::Weekly { days, times, every });
        }
        if let Some(days) = self.monthly {
            let times = times().ok_or_else(|| needs_time("--monthly"))?;
            return Ok(Rule::Monthly { days, times, every });
        }
        Ok(Rule::Cron { expression: self.cron.unwrap_or_default() })
    }
}
