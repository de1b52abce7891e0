//! What repeats, and how.

use super::{DateRange, MonthDay, Policies, TimeOfDay, Weekday, ZoneName};
use crate::Timestamp;
use chrono::{SubsecRound, TimeDelta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A schedule that repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recurrence {
    /// What repeats.
    pub rule: Rule,
    /// Whose wall clock the rule is about.
    pub zone: ZoneName,
    /// What happens when an instant is missed or meets work that has not ended.
    #[serde(default, skip_serializing_if = "Policies::is_default")]
    pub policies: Policies,
    /// Not before this instant, which may be the first itself. What counts (`every` above 1,
    /// intervals, `count`) counts from here, and gets the moment of creation when this is absent; an
    /// interval without a window gets its first instant, one interval later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Timestamp>,
    /// Not after this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Only the first `count` instants from `starts` on that are not excluded: 1 to 100,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Days in `zone` on which nothing happens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<DateRange>,
}

/// What repeats.
///
/// A fixed time that the clocks skip in spring happens once, just after the gap; one that they
/// repeat in autumn happens the first time only. Whatever follows the wall clock — `Hourly`, cron
/// expressions whose minute or hour begins with `*` — happens whenever the clock shows it. That is
/// how Debian's cron does it. A gap of more than three hours changes the calendar and not the
/// clocks (Apia had no 2011-12-30): nothing happens for the times in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Rule {
    /// Every so many seconds of elapsed time, whatever the clocks do.
    Every {
        /// 1 second to 10 years.
        secs: u64,
        /// Only between these times of these days, counted anew from `from` each day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Window>,
    },
    /// Every hour, at this minute of the wall clock.
    Hourly {
        /// 0 to 59.
        #[serde(default)]
        minute: u8,
    },
    /// Every so many days.
    Daily {
        /// When on the day: 1 to 24 times.
        times: BTreeSet<TimeOfDay>,
        /// Every how many days: 1 to 366, counted from `starts`.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        every: u32,
    },
    /// On days of the week.
    Weekly {
        /// Which days; at least one.
        days: BTreeSet<Weekday>,
        /// When on the day: 1 to 24 times.
        times: BTreeSet<TimeOfDay>,
        /// Every how many weeks (Monday to Sunday): 1 to 52, counted from the week of `starts`.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        every: u32,
    },
    /// On days of the month. A month without such a day is left out.
    Monthly {
        /// Which days; at least one.
        days: BTreeSet<MonthDay>,
        /// When on the day: 1 to 24 times.
        times: BTreeSet<TimeOfDay>,
        /// Every how many months: 1 to 120, counted from the month of `starts`.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        every: u32,
    },
    /// What a cron expression says: five fields, or six with seconds in front, or `@daily` and its
    /// like.
    Cron {
        /// The expression.
        expression: String,
    },
}

/// Hours of some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The first time of the day that counts.
    pub from: TimeOfDay,
    /// The last one that counts; later than `from`.
    pub to: TimeOfDay,
    /// Which days of the week; empty is every day.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub days: BTreeSet<Weekday>,
}

impl Rule {
    /// Whether its instants depend on where it begins to count.
    fn counts(&self) -> bool {
        match self {
            Self::Every { within, .. } => within.is_none(),
            Self::Daily { every, .. }
            | Self::Weekly { every, .. }
            | Self::Monthly { every, .. } => *every > 1,
            Self::Hourly { .. } | Self::Cron { .. } => false,
        }
    }

    /// From where it counts when it is made at `now`.
    fn beginning(&self, now: Timestamp) -> Timestamp {
        let first = match self {
            Self::Every { secs, within: None } => i64::try_from(*secs).ok(),
            _ => Some(0),
        };
        let first = first.and_then(TimeDelta::try_seconds);
        first.and_then(|first| now.checked_add_signed(first)).unwrap_or(now)
    }
}

const fn one() -> u32 {
    1
}

// The form of the function is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_one(every: &u32) -> bool {
    *every == 1
}

impl Recurrence {
    /// `rule` in `zone`, without an end and with the usual policies.
    #[must_use]
    pub fn new(rule: Rule, zone: ZoneName) -> Self {
        Self {
            rule,
            zone,
            policies: Policies::default(),
            starts: None,
            until: None,
            count: None,
            exclude: Vec::new(),
        }
    }

    /// The same, with a start when something counts from it: what was named, or what follows from
    /// its being made at `now`.
    #[must_use]
    pub fn begun(self, now: Timestamp) -> Self {
        let counts = self.count.is_some() || self.rule.counts();
        let starts = self.starts.or_else(|| counts.then(|| self.rule.beginning(now)));
        Self { starts: starts.map(|starts| starts.trunc_subsecs(3)), ..self }
    }

    /// The same after the clock was set back from `cursor` to `now`: what had begun does not wait
    /// for its start a second time, it begins anew at `now`, and counts from there. Nothing changes
    /// while `now` is not before `cursor`.
    #[must_use]
    pub fn set_back(self, cursor: Timestamp, now: Timestamp) -> Self {
        match self.starts {
            // An interval whose first instant had not come yet had begun as well.
            Some(starts) if now < cursor.min(starts) && starts <= self.rule.beginning(cursor) => {
                Self { starts: None, ..self }.begun(now)
            }
            _ => self,
        }
    }
}
