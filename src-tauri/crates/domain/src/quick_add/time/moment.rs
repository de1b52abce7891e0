//! Now, as the clocks of a zone show it, and the instant at which they will show something else.

use crate::Timestamp;
use chrono::{
    DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, SubsecRound, TimeDelta, TimeZone,
    Timelike, Utc,
};
use chrono_tz::Tz;

/// Longest stretch that a zone has ever left out: a whole day (Samoa, 30 December 2011), with an
/// hour to spare.
const LONGEST_GAP_MINUTES: i64 = 25 * 60;

/// The moment at which a line is read, in the zone of the one who wrote it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// The instant, in whole milliseconds.
    pub(crate) now: Timestamp,
    zone: Tz,
}

/// A local time on the time line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// The instant.
    pub(crate) at: Timestamp,
    /// What had to be assumed because the clocks change: a sentence.
    pub(crate) assumption: Option<String>,
}

impl Moment {
    pub(crate) fn new(now: Timestamp, zone: Tz) -> Self {
        Self { now: now.trunc_subsecs(3), zone }
    }

    /// The same instant, as the clocks of another zone show it.
    pub(crate) const fn in_zone(&self, zone: Tz) -> Self {
        Self { now: self.now, zone }
    }

    /// The zone.
    pub(crate) const fn zone(&self) -> Tz {
        self.zone
    }

    /// What the clocks show now.
    pub(crate) fn local(&self) -> NaiveDateTime {
        self.show(self.now).naive_local()
    }

    /// What the calendar shows now.
    pub(crate) fn today(&self) -> NaiveDate {
        self.local().date()
    }

    /// What the clocks show at `instant`.
    pub(crate) fn show(&self, instant: Timestamp) -> DateTime<Tz> {
        instant.with_timezone(&self.zone)
    }

    /// When the clocks show `local`.
    ///
    /// A time that they skip moves to just after the gap (as in Vixie cron); of a time that they
    /// show twice it is the first, or the second once the first has passed. `None` when no such
    /// instant can be written down.
    pub(crate) fn place(&self, local: NaiveDateTime) -> Option<Placed> {
        match self.zone.from_local_datetime(&local) {
            MappedLocalTime::Single(at) => {
                Some(Placed { at: at.with_timezone(&Utc), assumption: None })
            }
            MappedLocalTime::Ambiguous(first, second) => {
                let passed = first <= self.now && second > self.now;
                let (at, which) = if passed { (second, "second") } else { (first, "first") };
                let assumption = format!(
                    "{} comes twice on {}, because the clocks go back; the {which} one is used.",
                    local.format("%H:%M"),
                    local.format("%-d %B"),
                );
                Some(Placed { at: at.with_timezone(&Utc), assumption: Some(assumption) })
            }
            MappedLocalTime::None => {
                let after = self.after_gap(local)?;
                let shown = if after.date_naive() == local.date() {
                    after.format("%H:%M").to_string()
                } else {
                    after.format("%H:%M on %-d %B").to_string()
                };
                let assumption = format!(
                    "{} is left out on {}, because the clocks go forward; {shown} is used.",
                    local.format("%H:%M"),
                    local.format("%-d %B"),
                );
                Some(Placed { at: after.with_timezone(&Utc), assumption: Some(assumption) })
            }
        }
    }

    /// The first whole minute that the clocks show after the gap around `local`.
    fn after_gap(&self, local: NaiveDateTime) -> Option<DateTime<Tz>> {
        let minute = local.with_second(0)?.with_nanosecond(0)?;
        (1..=LONGEST_GAP_MINUTES).find_map(|minutes| {
            let later = minute.checked_add_signed(TimeDelta::minutes(minutes))?;
            self.zone.from_local_datetime(&later).earliest()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn moment(now: &str, zone: &str) -> Moment {
        Moment::new(now.parse().unwrap(), zone.parse().unwrap())
    }

    #[rstest]
    #[case("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59:00Z", "")]
    #[case("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00:00Z", "03:00 is used")]
    #[case("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00:00Z", "03:00 is used")]
    #[case("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00Z", "the first one")]
    #[case("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z", "")]
    #[case("America/New_York", "2026-03-08T02:15", "2026-03-08T07:00:00Z", "03:00 is used")]
    #[case("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:30:00Z", "02:30 is used")]
    #[case("America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00:00Z", "01:00 is used")]
    #[case("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z", "00:00 on 31 December")]
    #[case("UTC", "2026-03-29T02:30", "2026-03-29T02:30:00Z", "")]
    fn a_local_time_has_an_instant(
        #[case] zone: &str,
        #[case] local: &str,
        #[case] instant: &str,
        #[case] assumption: &str,
    ) {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap();
        let placed = moment("2010-01-01T00:00:00Z", zone).place(local).unwrap();
        assert_eq!(placed.at, instant.parse::<Timestamp>().unwrap());
        let said = placed.assumption.unwrap_or_default();
        assert!(said.contains(assumption) && said.is_empty() == assumption.is_empty(), "{said}");
    }

    #[test]
    fn once_the_first_has_passed_the_second_of_two_equal_times_is_used() {
        let local = NaiveDateTime::parse_from_str("2026-10-25T02:30", "%Y-%m-%dT%H:%M").unwrap();
        let placed = moment("2026-10-25T00:40:00Z", "Europe/Berlin").place(local).unwrap();
        assert_eq!(placed.at, "2026-10-25T01:30:00Z".parse::<Timestamp>().unwrap());
        assert!(placed.assumption.unwrap().contains("the second one is used"));
    }
}
