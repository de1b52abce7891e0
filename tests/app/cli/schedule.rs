//! Schedules from the command line: what they mean, what fires, what would have fired.

use serde_json::{Value, json};

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

fn shown(home: &Home, number: u64) -> Value {
    aegis(home, &["task", "show", &number.to_string(), "--json"]).exits(0).json()
}

/// When the task starts by itself next.
fn due(home: &Home, number: u64) -> String {
    shown(home, number)["card"]["due"].as_str().expect("a time").to_owned()
}

#[test]
fn the_next_times_of_a_schedule_need_no_engine() {
    let home = Home::new();
    let next = ["schedule", "next", "--cron", "0 9 * * mon-fri", "--zone", "Europe/Berlin"];
    let after = ["--after", "2026-03-28T00:00:00Z", "--count", "5", "--json"];
    let expected = json!({
        "text": "cron 0 9 * * mon-fri (Europe/Berlin)",
        "instants": [
            { "at": "2026-03-30T07:00:00Z", "local": "2026-03-30T09:00:00+02:00" },
            { "at": "2026-03-31T07:00:00Z", "local": "2026-03-31T09:00:00+02:00" },
            { "at": "2026-04-01T07:00:00Z", "local": "2026-04-01T09:00:00+02:00" },
            { "at": "2026-04-02T07:00:00Z", "local": "2026-04-02T09:00:00+02:00" },
            { "at": "2026-04-03T07:00:00Z", "local": "2026-04-03T09:00:00+02:00" },
        ],
    });
    assert_eq!(aegis(&home, &[&next[..], &after].concat()).exits(0).json(), expected);
    assert!(!home.data().exists(), "nothing was opened or made");
}

#[test]
fn every_kind_of_schedule_has_its_next_times() {
    let home = Home::new();
    let firsts = [
        (&["--every", "45m"][..], "2026-03-28T00:45:00Z"),
        (
            &["--every", "45m", "--between", "09:00..17:00", "--on", "mon-fri"],
            "2026-03-30T09:00:00Z",
        ),
        (&["--hourly", "15"], "2026-03-28T00:15:00Z"),
        (&["--daily", "07:00,19:00"], "2026-03-28T07:00:00Z"),
        (&["--weekly", "mon,wed,fri", "--time", "06:30"], "2026-03-30T06:30:00Z"),
        (&["--monthly", "L,mon#1", "--time", "09:00"], "2026-03-31T09:00:00Z"),
        (&["--cron", "30 0 9 * * mon-fri"], "2026-03-30T09:00:30Z"),
        (&["--daily", "07:00", "--except", "2026-03-28..2026-04-02"], "2026-04-03T07:00:00Z"),
    ];
    let next = ["schedule", "next", "--after", "2026-03-28T00:00:00Z", "--count", "1", "--json"];
    for (words, first) in firsts {
        let zone = &["--zone", "UTC"];
        let found = aegis(&home, &[&next[..], words, zone].concat()).exits(0).json();
        assert_eq!(found["instants"][0]["at"], first, "{words:?}");
    }
}

#[test]
fn a_schedule_that_cannot_stand_is_refused_and_nothing_is_made() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let create = |words: &[&str]| {
        let words = [&["task", "create", "--title", "T"], words].concat();
        aegis(&home, &words)
    };
    create(&["--daily", "07:00", "--zone", "Mars/Olympus"]).refuses(4, &["Mars/Olympus", "IANA"]);
    create(&["--cron", "0 0 31 2 *"]).refuses(4, &["never happens"]);
    create(&["--cron", "61 * * * *"]).refuses(4, &["61", "minute"]);
    create(&["--hourly", "61"]).refuses(4, &["minute 61"]);
    create(&["--every", "0s"]).refuses(4, &["0 seconds"]);
    create(&["--every", "10000y"]).refuses(4, &["315576000000", "10 years"]);
    create(&["--at", "2020-01-01T00:00:00Z"]).refuses(4, &["in the past"]);
    create(&["--daily", "07:00", "--count", "0"]).refuses(4, &["0 times"]);
    create(&["--daily", "07:00", "--weekly", "mon"]).refuses(2, &["--daily", "--weekly"]);
    create(&["--weekly", "mon"]).refuses(2, &["--time"]);
    create(&["--zone", "UTC"]).refuses(2, &["--zone", "repeats"]);
    create(&["--daily", "\u{1b}[2J"]).refuses(2, &["--daily", "07:00"]);
    assert_eq!(tasks::list(&home), [0; 0]);
}

#[test]
fn a_task_fires_every_second_as_often_as_it_may() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--every", "1s", "--count", "3", "--", "true"]);
    tasks::wait_until(&home, number, "three times done", RUN, |task| {
        task.occurrences() == 3 && task.runs() == 3 && task.column() == "done"
    });
    let task = shown(&home, number);
    let occurrences = task["occurrences"].as_array().unwrap();
    assert!(occurrences.iter().all(|o| o["cause"] == "schedule"), "{task}");
    let mut instants: Vec<&str> =
        occurrences.iter().map(|o| o["instant"].as_str().unwrap()).collect();
    instants.dedup();
    assert_eq!(instants.len(), 3, "{task}");
    assert_eq!(task["card"]["due"], Value::Null, "{task}");
}

#[test]
fn a_task_that_is_off_starts_only_by_hand() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let off =
        tasks::create(&home, &["--every", "1s", "--starts", "2100-01-01T00:00:00Z", "--", "true"]);
    let name = off.to_string();
    aegis(&home, &["task", "disable", &name]).exits(0);
    aegis(&home, &["task", "edit", &name, "--every", "1s"]).exits(0);
    aegis(&home, &["task", "disable", &name]).refuses(4, &["paused already"]);
    // Another one of the same schedule tells that the time has come.
    let clock = tasks::create(&home, &["--every", "1s", "--count", "2", "--", "true"]);
    tasks::wait_until(&home, clock, "twice done", RUN, |task| task.occurrences() == 2);
    assert_eq!(tasks::show(&home, off).occurrences(), 0);
    aegis(&home, &["task", "run", &name]).exits(0);
    tasks::wait_until(&home, off, "run by hand", RUN, |task| task.occurrences() == 1);
    aegis(&home, &["task", "enable", &name]).exits(0);
    tasks::wait_until(&home, off, "run by itself", RUN, |task| task.occurrences() > 1);
}

#[test]
fn a_skipped_time_is_left_out() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let words = ["--every", "1d", "--title", "Water the plants"];
    let number = tasks::create(&home, &words);
    let before = due(&home, number);
    aegis(&home, &["task", "skip", &number.to_string()]).exits(0);
    let after = due(&home, number);
    let upcoming = aegis(&home, &["schedule", "list", "--json"]).exits(0).json();
    assert_eq!(upcoming[0]["at"], after);
    assert_eq!(upcoming[0]["title"], "Water the plants");
    assert!(after > before, "{before} and then {after}");
    assert_eq!(before[10..], after[10..], "the same time a day later");
}

#[test]
fn a_schedule_is_replaced_by_an_edit() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--hourly", "--title", "Stretch"]);
    let name = number.to_string();
    let daily = ["--daily", "07:00", "--zone", "Europe/Berlin", "--misfire", "skip"];
    aegis(&home, &[&["task", "edit", &name], &daily[..]].concat()).exits(0);
    let schedule = shown(&home, number)["task"]["definition"]["schedule"].clone();
    assert_eq!(schedule["rule"], json!({ "type": "daily", "times": ["07:00"] }));
    assert_eq!(schedule["policies"]["misfire"]["policy"], "skip");
    let text = aegis(&home, &["task", "show", &name]).exits(0).text();
    assert!(text.contains("every day at 07:00 (Europe/Berlin)"), "{text}");
    aegis(&home, &["task", "edit", &name, "--manual"]).exits(0);
    assert_eq!(shown(&home, number)["card"]["due"], Value::Null);
}

#[test]
fn what_is_due_is_made_once_also_without_an_engine() {
    let home = Home::new();
    let number = tasks::create(&home, &["--in", "1s", "--", "true"]);
    let made = crate::harness::poll::until("the time to come", RUN, || {
        let made = aegis(&home, &["schedule", "run-due", "--json"]).exits(0).json();
        made.as_array().is_some_and(|made| !made.is_empty()).then_some(made)
    });
    assert_eq!(made, json!([number]));
    assert_eq!(aegis(&home, &["schedule", "run-due", "--json"]).exits(0).json(), json!([]));
    assert_eq!(tasks::show(&home, number).state(), "queued");
    let _serve = Serve::start(&home);
    let task = tasks::wait_for_state(&home, number, "completed");
    assert_eq!(task.occurrences(), 1);
}

#[test]
fn a_downtime_is_simulated_by_flags_and_by_task_alike() {
    let home = Home::new();
    let time = ["--from", "2100-01-01T00:00:00Z", "--until", "2100-01-01T06:00:00Z"];
    let down = ["--down", "2100-01-01T01:30:00Z..2100-01-01T04:30:00Z", "--json"];
    let hourly = ["--hourly", "--zone", "UTC"];
    let simulate = ["schedule", "simulate"];
    let by_flags = aegis(&home, &[&simulate, &hourly[..], &time, &down].concat()).exits(0).json();
    assert!(!home.data().exists(), "nothing was opened or made");
    let told: Vec<(&str, &str)> = by_flags
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let at = if step["kind"] == "fires" { &step["at"] } else { &step["range"]["to"] };
            (step["kind"].as_str().unwrap(), at.as_str().unwrap())
        })
        .collect();
    let expected = [
        ("fires", "2100-01-01T01:00:00Z"),
        ("skipped", "2100-01-01T03:00:00Z"),
        ("fires", "2100-01-01T04:30:00Z"),
        ("fires", "2100-01-01T05:00:00Z"),
        ("fires", "2100-01-01T06:00:00Z"),
    ];
    assert_eq!(told, expected);
    let number = tasks::create(&home, &[&hourly[..], &["--", "true"]].concat()).to_string();
    let task = ["--task", &number];
    let by_task = aegis(&home, &[&simulate, &task[..], &time, &down].concat()).exits(0).json();
    assert_eq!(by_task, by_flags);
}

#[test]
fn a_change_of_the_clocks_is_simulated() {
    let home = Home::new();
    let words = ["schedule", "simulate", "--daily", "02:30", "--zone", "Europe/Berlin"];
    let time = ["--from", "2027-03-27T12:00:00Z", "--until", "2027-03-29T12:00:00Z"];
    let text = aegis(&home, &[&words[..], &time].concat()).exits(0).text();
    for part in ["2027-03-28 03:00:00 +02:00", "skip 02:30", "2027-03-29 02:30:00 +02:00"] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn a_reminder_that_repeats_is_made_from_a_line() {
    let home = Home::new();
    let line = "remind me to exercise every weekday at 7am #health p8";
    let at = ["--now", "2026-11-21T12:00:00Z", "--zone", "Europe/Berlin", "--json"];
    let dry = ["quick-add", "--dry-run"];
    let reading = aegis(&home, &[&dry[..], &at, &[line]].concat()).exits(0).json();
    assert!(!home.data().exists(), "nothing was opened or made");
    let days = json!(["mon", "tue", "wed", "thu", "fri"]);
    let rule = json!({ "type": "weekly", "days": days, "times": ["07:00"] });
    let task = &reading["task"];
    assert_eq!((&task["title"], &task["priority"]), (&json!("exercise"), &json!(8)));
    assert_eq!(task["schedule"]["rule"], rule);
    assert_eq!(task["schedule"]["zone"], "Europe/Berlin");
    assert_eq!(reading["problem"], Value::Null);

    let _serve = Serve::start(&home);
    aegis(&home, &["quick-add", "--zone", "Europe/Berlin", line]).exits(0);
    let [number] = tasks::list(&home)[..] else { panic!("one task") };
    let made = shown(&home, number);
    assert_eq!(made["task"]["definition"]["schedule"]["rule"], rule);
    assert_eq!(made["card"]["kind"], "recurring");
    assert_eq!(made["upcoming"].as_array().unwrap().len(), 5);
}

#[test]
fn a_line_that_is_no_task_is_refused_without_an_engine() {
    let home = Home::new();
    let at = ["--now", "2026-11-21T12:00:00Z", "--zone", "Europe/Berlin"];
    let line = |words: &[&str]| aegis(&home, &[&["quick-add", "--dry-run"], words].concat());
    line(&[&at[..], &["remind me"]].concat()).refuses(4, &["remind"]);
    line(&["--now", "2026-11-21T12:00:00Z", "--zone", "Mars/Olympus", "x"])
        .refuses(4, &["Mars/Olympus"]);
    line(&["--now", "yesterday", "--zone", "UTC", "x"]).refuses(2, &["RFC 3339"]);
    aegis(&home, &["quick-add", "--now", "2026-11-21T12:00:00Z", "x"]).refuses(2, &["--dry-run"]);
}
