use super::*;
use crate::render::samples::{NOON, ago, task_id};
use aegis_domain::TaskNumber;
use chrono::TimeDelta;

fn instant(minutes: i64) -> LocalInstant {
    let at = NOON + TimeDelta::minutes(minutes);
    LocalInstant { at, local: at.to_rfc3339() }
}

#[test]
fn a_schedule_is_words_and_times() {
    let shown = SchedulePreview {
        text: "every hour\u{1b}[2J".to_owned(),
        instants: vec![instant(60), instant(120), instant(-60), instant(50 * 24 * 60)],
    };
    let never = SchedulePreview { text: "when somebody starts it".to_owned(), instants: vec![] };
    let canvas = Canvas::for_tests(80);
    insta::assert_snapshot!(format!("{}\n{}", preview(&shown, &canvas), preview(&never, &canvas)));
}

#[test]
fn what_would_happen_is_told_step_by_step() {
    let fires = |minutes, late, note: Option<&str>| SimulatedStep::Fires {
        instant: instant(minutes),
        at: instant(minutes + late).at,
        note: note.map(str::to_owned),
    };
    let range = |count, at_least, why| SimulatedStep::Skipped {
        range: SkippedRange { from: ago(7200), to: ago(3600), count, at_least, why },
    };
    let shown = [
        range(1, false, Missed::Misfire),
        range(48, false, Missed::StartDeadline),
        range(10_000, true, Missed::Misfire),
        fires(60, 0, None),
        fires(120, 95, Some("the clocks skip 02:30, so it happens just after")),
    ];
    insta::assert_snapshot!(steps(&shown, &Canvas::for_tests(120)));
    assert_eq!(steps(&[], &Canvas::for_tests(120)), "");
}

#[test]
fn what_is_coming_is_one_row_a_task() {
    let entry = |number, title: &str, minutes, overdue| UpcomingEntry {
        task: task_id(number),
        number: TaskNumber(number),
        title: title.to_owned(),
        at: instant(minutes).at,
        schedule: "every weekday at 07:00 (Europe/Berlin)".to_owned(),
        overdue,
    };
    let shown = [entry(7, "late", -5, true), entry(12, "ev\u{1b}[2Jil\u{202e}", 600, false)];
    insta::assert_snapshot!(upcoming(&shown, &Canvas::for_tests(100)));
}
