use super::*;
use crate::args;
use crate::command::Command;
use crate::output::Captured;
use crate::played::Played;
use crate::render::samples::{self, NOON};
use aegis_domain::TaskNumber;
use aegis_domain::schedule::{Missed, SkippedRange};
use aegis_protocol::{ListUpcoming, RunDue, SimulateSchedule, SimulatedStep, UpcomingEntry};
use rstest::rstest;
use serde_json::{Value, json};
use std::ffi::OsString;

fn parse(words: &[&str]) -> ScheduleCommand {
    let all: Vec<_> = ["aegis", "schedule"].iter().chain(words).map(OsString::from).collect();
    match args::parse(&all).unwrap().command {
        Command::Schedule(schedule) => schedule,
        other => panic!("{other:?}"),
    }
}

/// What a command says that needs no engine.
async fn said(words: &[&str], json: bool) -> (Result<Exit, Error>, Captured) {
    let captured = Captured::new();
    let result = parse(words).run(&mut captured.output(json)).await;
    (result, captured)
}

async fn json_of(words: &[&str]) -> Value {
    let (exit, captured) = said(words, true).await;
    assert_eq!(exit.unwrap(), Exit::Success);
    serde_json::from_str(&captured.stdout()).unwrap()
}

#[tokio::test]
async fn the_next_times_are_by_the_clocks_of_the_zone() {
    let next = json_of(&[
        "next",
        "--cron",
        "0 9 * * mon-fri",
        "--zone",
        "Europe/Berlin",
        "--after",
        "2026-03-27T00:00:00Z",
        "--count",
        "2",
    ])
    .await;
    let expected = json!({
        "text": "cron 0 9 * * mon-fri (Europe/Berlin)",
        "instants": [
            { "at": "2026-03-27T08:00:00Z", "local": "2026-03-27T09:00:00+01:00" },
            { "at": "2026-03-30T07:00:00Z", "local": "2026-03-30T09:00:00+02:00" },
        ],
    });
    assert_eq!(next, expected);
}

#[rstest]
#[case(&["--every", "2h"], "2026-11-21T14:00:00Z")]
#[case(&["--hourly", "15"], "2026-11-21T12:15:00Z")]
#[case(&["--daily", "07:00"], "2026-11-22T07:00:00Z")]
#[case(&["--weekly", "mon", "--time", "06:30"], "2026-11-23T06:30:00Z")]
#[case(&["--monthly", "L", "--time", "09:00"], "2026-11-30T09:00:00Z")]
#[case(&["--cron", "@daily"], "2026-11-22T00:00:00Z")]
#[tokio::test]
async fn every_kind_has_a_next_time(#[case] words: &[&str], #[case] first: &str) {
    let all = [&["next", "--count", "1", "--zone", "UTC"], words].concat();
    assert_eq!(json_of(&all).await["instants"][0]["at"], first);
}

#[tokio::test]
async fn once_has_one_next_time() {
    let next = json_of(&["next", "--at", "2026-12-01T00:00:00Z"]).await;
    assert_eq!(next["instants"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_stand_is_refused() {
    let (result, captured) = said(&["next", "--cron", "0 0 31 2 *"], true).await;
    assert_eq!((result.unwrap_err().exit(), captured.stdout().as_str()), (Exit::Rejected, ""));
    for words in [&["next"][..], &["describe", "--zone", "UTC"], &["next", "--jitter", "1s"]] {
        let (result, _) = said(words, false).await;
        assert_eq!(result.unwrap_err().exit(), Exit::Usage, "{words:?}");
    }
}

#[tokio::test]
async fn a_schedule_is_described_as_it_was_asked_for() {
    let words = ["describe", "--weekly", "mon-fri", "--time", "06:30", "--zone", "Europe/Berlin"];
    let (_, captured) = said(&words, false).await;
    assert_eq!(captured.stdout(), "every weekday at 06:30 (Europe/Berlin)\n");
    let schedule = &json_of(&words).await["schedule"];
    assert_eq!((&schedule["zone"], &schedule["starts"]), (&json!("Europe/Berlin"), &Value::Null));
}

#[tokio::test]
async fn a_downtime_is_made_up_for_once() {
    let steps = json_of(&[
        "simulate",
        "--hourly",
        "--zone",
        "UTC",
        "--from",
        "2026-11-21T12:00:00Z",
        "--until",
        "2026-11-21T18:00:00Z",
        "--down",
        "2026-11-21T13:30:00Z..2026-11-21T16:30:00Z",
    ])
    .await;
    let kinds: Vec<&str> =
        steps.as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["fires", "skipped", "fires", "fires", "fires"]);
    assert_eq!(steps[1]["range"]["count"], 2);
    assert_eq!(steps[2]["instant"]["at"], "2026-11-21T16:00:00Z");
    assert_eq!(steps[2]["at"], "2026-11-21T16:30:00Z");
}

#[tokio::test]
async fn a_change_of_the_clocks_is_told() {
    let words = [
        "simulate",
        "--daily",
        "02:30",
        "--zone",
        "Europe/Berlin",
        "--from",
        "2026-03-28T12:00:00Z",
        "--until",
        "2026-03-29T12:00:00Z",
    ];
    let (_, captured) = said(&words, false).await;
    let shown = captured.stdout();
    assert!(shown.contains("Sun 2026-03-29 03:00:00 +02:00"), "{shown}");
    assert!(shown.contains("the clocks skip 02:30"), "{shown}");
}

#[tokio::test]
async fn a_simulation_of_a_time_that_is_none_is_refused() {
    let at = "2026-11-21T12:00:00Z";
    for until in [at, "2040-01-01T00:00:00Z"] {
        let words = ["simulate", "--hourly", "--zone", "UTC", "--from", at, "--until", until];
        let (result, _) = said(&words, true).await;
        assert_eq!(result.unwrap_err().exit(), Exit::Rejected);
    }
    let words = ["simulate", "--task", "12", "--jitter", "1s", "--from", at, "--until", at];
    assert_eq!(said(&words, true).await.0.unwrap_err().exit(), Exit::Usage);
}

#[tokio::test]
async fn the_schedule_of_a_task_is_asked_of_the_engine() {
    let range = SkippedRange {
        from: NOON,
        to: NOON,
        count: 1,
        at_least: false,
        why: Missed::StartDeadline,
    };
    let played = Played::with(samples::task()).answers(move |_: SimulateSchedule| {
        Ok(vec![SimulatedStep::Skipped { range: range.clone() }])
    });
    let words = [
        "simulate",
        "--task",
        "12",
        "--from",
        "2026-11-21T12:00:00Z",
        "--until",
        "2026-11-22T12:00:00Z",
        "--down",
        "2026-11-21T12:00:00Z..2026-11-21T13:00:00Z",
    ];
    let ScheduleCommand::Simulate(command) = parse(&words) else { panic!() };
    let captured = Captured::new();
    let mut out = captured.output(false);
    assert_eq!(command.offline(&mut out).unwrap(), None);
    command.run(&played.engine(false), &mut out).await.unwrap();
    let asked = &played.calls("schedule.simulate")[0];
    assert_eq!(asked["task"], "#12");
    assert_eq!(asked["down"].as_array().unwrap().len(), 1);
    assert!(captured.stdout().contains("the start deadline"), "{}", captured.stdout());
}

fn entry(overdue: bool) -> UpcomingEntry {
    UpcomingEntry {
        task: samples::task_id(12),
        number: TaskNumber(12),
        title: "Report\u{1b}[2J".to_owned(),
        at: NOON,
        schedule: "every hour".to_owned(),
        overdue,
    }
}

#[tokio::test]
async fn what_is_overdue_is_said_to_wait() {
    let played = Played::with(samples::task())
        .answers(|request: ListUpcoming| Ok(vec![entry(request.limit == Some(20))]))
        .answers(|_: RunDue| Ok(vec![TaskNumber(12), TaskNumber(7)]));
    let captured = Captured::new();
    let ScheduleCommand::List(list) = parse(&["list"]) else { panic!() };
    list.run(&played.engine(true), &mut captured.output(false)).await.unwrap();
    assert!(captured.stdout().contains("overdue") && !captured.stdout().contains('\u{1b}'));
    assert!(captured.stderr().contains("aegis serve"), "{}", captured.stderr());

    let captured = Captured::new();
    let ScheduleCommand::RunDue(run_due) = parse(&["run-due"]) else { panic!() };
    run_due.run(&played.engine(false), &mut captured.output(false)).await.unwrap();
    assert_eq!(captured.stdout(), "#12 #7\n");
}
