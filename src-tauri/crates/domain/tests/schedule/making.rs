//! Schedules and instants, in few words.

use aegis_domain::schedule::{Calendar, Recurrence, Schedule};
use aegis_domain::{Invalid, Timestamp};
use serde_json::{Value, json};

/// An instant from RFC 3339.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|_| panic!("{text} is no instant"))
}

/// A recurrence from its JSON, without anything checked.
#[allow(clippy::needless_pass_by_value)] // Rules are written where they are used.
pub fn recurrence(zone: &str, rule: Value) -> Recurrence {
    serde_json::from_value(json!({"zone": zone, "rule": rule})).unwrap()
}

pub fn cron(zone: &str, expression: &str) -> Recurrence {
    recurrence(zone, json!({"type": "cron", "expression": expression}))
}

pub fn calendar(zone: &str, rule: Value) -> Calendar {
    recurrence(zone, rule).compile().unwrap()
}

pub fn recurring(recurrence: Recurrence) -> Schedule {
    Schedule::Recurring(Box::new(recurrence))
}

/// The next `count` instants after `after`, by the clocks of the recurrence's zone.
pub fn next(recurrence: &Recurrence, after: &str, count: usize) -> Vec<String> {
    let after = after.parse().unwrap_or_else(|_| local(recurrence, after));
    let calendar = recurrence.compile().unwrap();
    let zone = recurrence.zone.tz().unwrap();
    let mut found = Vec::new();
    let mut last = after;
    while found.len() < count
        && let Some(instant) = calendar.next(last)
    {
        found.push(instant.with_timezone(&zone).to_rfc3339());
        last = instant;
    }
    found
}

/// The first instant at which the clocks of the recurrence's zone show `text`.
fn local(recurrence: &Recurrence, text: &str) -> Timestamp {
    let zone = recurrence.zone.tz().unwrap();
    let naive: chrono::NaiveDateTime = text.parse().unwrap();
    naive.and_local_timezone(zone).earliest().unwrap().to_utc()
}

/// What checking says of a recurrence, as JSON with the fields given.
pub fn checked(now: &str, json: Value) -> Result<Recurrence, Invalid> {
    serde_json::from_value::<Recurrence>(json).unwrap().check(at(now))
}
