//! A reading in words for people: `Reminder · today 14:31 (in 1 minute) · priority 5`.

use super::sketch::{Sketch, Subject};
use super::time::moment::Moment;
use crate::Timestamp;
use chrono::{Datelike, Days};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What was understood, from what it is to what it is tagged with.
pub(crate) fn of(sketch: &Sketch, moment: &Moment) -> String {
    let mut parts = Vec::new();
    match &sketch.subject {
        Subject::Task => parts.extend(["Task".to_owned(), "backlog".to_owned()]),
        Subject::Reminder => parts.push("Reminder".to_owned()),
        Subject::Command { text, place } => {
            parts.push("Command".to_owned());
            parts.extend((!text.is_empty()).then(|| text.clone()));
            parts.extend(place.as_ref().map(|place| format!("in {place}")));
        }
    }
    parts.extend(sketch.due.map(|due| instant(due, moment)));
    parts.extend(sketch.priority.map(|priority| format!("priority {priority}")));
    parts.extend(sketch.tags.iter().map(|tag| format!("#{tag}")));
    parts.join(" · ")
}

/// `tomorrow 07:00 (in 16 hours 30 minutes)`.
fn instant(due: Timestamp, moment: &Moment) -> String {
    let shown = moment.show(due);
    let (date, today) = (shown.date_naive(), moment.today());
    let day = if date == today {
        "today".to_owned()
    } else if today.checked_add_days(Days::new(1)) == Some(date) {
        "tomorrow".to_owned()
    } else if date.year() == today.year() {
        date.format("%a %-d %b").to_string()
    } else {
        date.format("%a %-d %b %Y").to_string()
    };
    let ahead = (due - moment.now).num_milliseconds();
    format!("{day} {} (in {})", shown.format("%H:%M"), length(ahead))
}

/// A length in at most two units, rounded to the smaller one.
fn length(milliseconds: i64) -> String {
    let seconds = rounded(milliseconds, 1_000).max(1);
    let minutes = rounded(seconds, MINUTE);
    let hours = rounded(seconds, HOUR);
    if seconds < MINUTE {
        counted(seconds, "second")
    } else if minutes < HOUR / MINUTE {
        counted(minutes, "minute")
    } else if minutes < DAY / MINUTE {
        two(minutes, HOUR / MINUTE, "hour", "minute")
    } else if seconds < 7 * DAY {
        two(hours, DAY / HOUR, "day", "hour")
    } else {
        counted(rounded(seconds, DAY), "day")
    }
}

fn two(count: i64, size: i64, large: &str, small: &str) -> String {
    let larger = counted(count / size, large);
    match count % size {
        0 => larger,
        rest => format!("{larger} {}", counted(rest, small)),
    }
}

fn counted(count: i64, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

const fn rounded(count: i64, size: i64) -> i64 {
    (count + size / 2) / size
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(1, "1 second")]
    #[case(30, "30 seconds")]
    #[case(59, "59 seconds")]
    #[case(60, "1 minute")]
    #[case(89, "1 minute")]
    #[case(3_569, "59 minutes")]
    #[case(3_570, "1 hour")]
    #[case(5_400, "1 hour 30 minutes")]
    #[case(59_400, "16 hours 30 minutes")]
    #[case(86_399, "1 day")]
    #[case(2 * 86_400, "2 days")]
    #[case(106_200, "1 day 6 hours")]
    #[case(8 * 86_400 + 3_600, "8 days")]
    fn a_length_is_rounded_for_people(#[case] seconds: i64, #[case] expected: &str) {
        assert_eq!(length(seconds * 1_000), expected);
    }
}
