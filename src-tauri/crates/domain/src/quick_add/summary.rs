//! A reading in words for people: `Reminder · today 14:31 (in 1 minute) · priority 5`.

use super::sketch::{Sketch, Subject};
use super::time::moment::Moment;
use crate::schedule::{Recurrence, Rule, ZoneName, describe, describe_at};
use crate::{DependencyGroup, Join, Schedule, TaskRef, Timestamp};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};

/// A year that has every day.
const LEAP_YEAR: i32 = 2028;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What was understood, from what it is to what it is tagged with.
pub(crate) fn of(sketch: &Sketch, moment: &Moment) -> String {
    let mut parts = Vec::new();
    match &sketch.subject {
        Subject::Task => parts.extend(["Task".to_owned(), "backlog".to_owned()]),
        Subject::Reminder => parts.push("Reminder".to_owned()),
        Subject::Prompt(text) => {
            parts.push("Claude".to_owned());
            parts.extend((!text.is_empty()).then(|| text.clone()));
        }
        Subject::Command { text, place } => {
            parts.push("Command".to_owned());
            parts.extend((!text.is_empty()).then(|| text.clone()));
            parts.extend(place.as_ref().map(|place| format!("in {place}")));
        }
    }
    parts.extend(sketch.schedule.as_ref().map(|schedule| when(schedule, moment)));
    parts.extend(sketch.dependencies.iter().map(after));
    parts.extend(sketch.agent.as_ref().map(|agent| format!("@{agent}")));
    parts.extend(sketch.workspace.as_ref().map(|workspace| format!("~{workspace}")));
    parts.extend(sketch.priority.map(|priority| format!("priority {priority}")));
    parts.extend(sketch.tags.iter().map(|tag| format!("#{tag}")));
    parts.join(" · ")
}

fn when(schedule: &Schedule, moment: &Moment) -> String {
    match schedule {
        Schedule::At { at, .. } => {
            let ahead = (*at - moment.now).num_milliseconds();
            format!("{} (in {})", instant(*at, moment), length(ahead))
        }
        Schedule::Recurring(recurrence) => recurring(recurrence, moment),
        other => describe(other),
    }
}

/// `every weekday at 07:00 from Tue 1 Dec 00:00 until Thu 24 Dec 23:59`. The zone is named where it
/// is another than that of the reader, in which the instants are shown.
fn recurring(recurrence: &Recurrence, moment: &Moment) -> String {
    let rule = Recurrence { starts: None, until: None, ..recurrence.clone() };
    let spoken = spoken(&rule.rule);
    let home = ZoneName::from(moment.zone());
    let mut told = describe_at(&Schedule::Recurring(Box::new(rule)), &home);
    if let Some((cron, phrase)) = spoken {
        told = told.replacen(&cron, &phrase, 1);
    }
    if let Some(starts) = recurrence.starts {
        let whole_days = moment.show(starts).time() == NaiveTime::MIN;
        told = format!("{told} from {}", edge(starts, whole_days, moment));
    }
    if let Some(until) = recurrence.until {
        let next = until + TimeDelta::milliseconds(1);
        let whole_days = moment.show(next).time() == NaiveTime::MIN;
        told = format!("{told} until {}", edge(until, whole_days, moment));
    }
    if !recurrence.exclude.is_empty() {
        told.push_str(" with exceptions");
    }
    told
}

/// How a cron expression is described that stands for minutes of every hour or a day of every year,
/// and what to say instead.
fn spoken(rule: &Rule) -> Option<(String, String)> {
    let Rule::Cron { expression } = rule else { return None };
    let fields: Vec<_> = expression.split(' ').collect();
    let cron = format!("cron {expression}");
    if let [minutes, "*", "*", "*", "*"] = fields[..] {
        let minutes: Vec<_> = minutes.split(',').map(|minute| format!(":{minute:0>2}")).collect();
        return Some((cron, format!("every hour at {}", minutes.join(" and "))));
    }
    let [minutes, hours, day, month, "*"] = fields[..] else { return None };
    let date = NaiveDate::from_ymd_opt(LEAP_YEAR, month.parse().ok()?, day.parse().ok()?)?;
    let pad = |number: &str| format!("{number:0>2}");
    let hours = hours.split(',').map(pad);
    let times: Vec<_> = hours
        .flat_map(|hour| minutes.split(',').map(move |minute| format!("{hour}:{}", pad(minute))))
        .collect();
    let phrase = format!("every year on {} at {}", date.format("%-d %B"), times.join(" and "));
    Some((cron, phrase))
}

/// The first or the last instant of a schedule: its day alone when all of that day counts.
fn edge(at: Timestamp, whole_days: bool, moment: &Moment) -> String {
    let shown = instant(at, moment);
    match shown.rsplit_once(' ') {
        Some((day, _)) if whole_days => day.to_owned(),
        _ => shown,
    }
}

/// `after #12 and #14`.
fn after(group: &DependencyGroup<TaskRef>) -> String {
    let tasks: Vec<_> = group.on.iter().map(|edge| edge.task.to_string()).collect();
    let joint = if group.join == Join::All { " and " } else { " or " };
    format!("after {}", tasks.join(joint))
}

/// `tomorrow 07:00`.
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
    format!("{day} {}", shown.format("%H:%M"))
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
