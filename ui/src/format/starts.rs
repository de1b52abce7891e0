//! Starts on the wall clock, each day said once.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// The starts of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartDay {
    /// Which day.
    pub(crate) date: NaiveDate,
    /// When on it, in order.
    pub(crate) times: Vec<NaiveTime>,
}

/// Gathers starts, which are in order, by their day.
pub(crate) fn by_day(starts: impl IntoIterator<Item = NaiveDateTime>) -> Vec<StartDay> {
    let mut days: Vec<StartDay> = Vec::new();
    for start in starts {
        match days.last_mut() {
            Some(day) if day.date == start.date() => day.times.push(start.time()),
            _ => days.push(StartDay { date: start.date(), times: vec![start.time()] }),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_said_once() {
        let starts = ["2026-11-21T14:45:00", "2026-11-21T15:30:00", "2026-11-23T09:00:00"];
        let days = by_day(starts.map(|start| start.parse().unwrap()));
        let counts: Vec<_> =
            days.iter().map(|day| (day.date.to_string(), day.times.len())).collect();
        assert_eq!(counts, [("2026-11-21".to_owned(), 2), ("2026-11-23".to_owned(), 1)]);
    }
}
