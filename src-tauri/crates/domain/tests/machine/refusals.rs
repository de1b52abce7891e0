//! Every sentence with which something is refused, for a reader to judge.

use aegis_domain::machine::{DEPTH_LIMIT, KEY_LIMIT, MADE_LIMIT, Refused};
use aegis_domain::{
    Backoff, Dependency, DependencyGroup, FencingToken, Invalid, Join, NewScheduleBudget, NewTask,
    Parameter, Period, ResourceNeed, Schedule, StateName, TaskId, TaskNumber, Team, Timestamp,
    Watch,
};
use serde_json::{Value, json};
use std::fmt::Write;

#[test]
fn every_refusal_says_what_is_wrong_and_what_to_do() {
    let state = StateName::Executing;
    let task = TaskId(uuid::Uuid::nil());
    let all = [
        Refused::NoSuchTask,
        Refused::NoSuchOccurrence,
        Refused::NoSuchRun,
        Refused::Illegal { from: state, verb: "be paused" },
        Refused::StaleToken { given: FencingToken(3), current: FencingToken(5) },
        Refused::TaskDeleted,
        Refused::TaskArchived,
        Refused::NotDeleted,
        Refused::TaskExists,
        Refused::AlreadyLive { state },
        Refused::NoExecutor,
        Refused::AlreadyEnded { state: StateName::Completed },
        Refused::NoPause,
        Refused::NoCheckpoint,
        Refused::AskClosed,
        Refused::NeverRan,
        Refused::SlugTaken { slug: "daily_report".to_owned() },
        Refused::NoSuchPeer { name: "#99".to_owned() },
        Refused::PeerDeleted { number: TaskNumber(12) },
        Refused::Circle { path: "#1 waits for #2, which waits for #1".to_owned() },
        Refused::TooDeep { limit: DEPTH_LIMIT },
        Refused::TooManyMade { limit: MADE_LIMIT },
        Refused::NotActive,
        Refused::SameStatus { state: "paused" },
        Refused::NothingDue,
        Refused::NotHeld { state },
        Refused::NoSuchTemplate { name: "report".to_owned() },
        Refused::NoChange,
        Refused::MadeBefore { task, number: TaskNumber(12) },
        Refused::KeyUsed { key: "order-7".to_owned(), number: TaskNumber(12) },
        Refused::TooManyKeys { limit: KEY_LIMIT },
        Refused::NotUnique {
            key: "nightly".to_owned(),
            task,
            number: TaskNumber(12),
            state: "executing",
        },
        Refused::NotDeletedYet { number: TaskNumber(12) },
        Refused::StillEnding { number: TaskNumber(12) },
        Refused::StillNamed { number: TaskNumber(12), by: TaskNumber(14) },
    ];
    let text = all.iter().fold(String::new(), |mut text, refused| {
        writeln!(text, "{:?}: {refused}", refused.kind()).unwrap();
        text
    });
    insta::assert_snapshot!(text);
}

fn good() -> NewTask {
    NewTask { title: "good".to_owned(), schedule: Schedule::Manual, ..NewTask::default() }
}

fn deep(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}

fn metadata(value: Value) -> NewTask {
    let metadata = [("data".to_owned(), value)].into_iter().collect();
    NewTask { metadata, ..good() }
}

fn waits(join: Join, on: usize) -> Vec<DependencyGroup<aegis_domain::TaskRef>> {
    let on = (0..on).map(|n| Dependency::on(format!("#{}", n + 1).parse().unwrap())).collect();
    vec![DependencyGroup { join, on }]
}

fn needs(name: &str, amount: u32) -> NewTask {
    let need = ResourceNeed { name: name.to_owned(), amount };
    NewTask { resources: vec![need], ..good() }
}

#[test]
fn every_field_that_cannot_stand_is_refused_with_a_sentence_and_a_hint() {
    let text = |s: &str| Some(s.to_owned());
    let parameter = |name: &str, default: Option<Value>| NewTask {
        parameters: [(name.to_owned(), Parameter { default, ..Parameter::default() })].into(),
        ..good()
    };
    let cases: Vec<(&str, NewTask)> = vec![
        ("no title", NewTask { title: " ".to_owned(), ..good() }),
        ("NUL in the title", NewTask { title: "a\0b".to_owned(), ..good() }),
        ("long title", NewTask { title: "a".repeat(501), ..good() }),
        ("huge description", NewTask { description: "a".repeat(300_000), ..good() }),
        ("NUL in the description", NewTask { description: "\0".to_owned(), ..good() }),
        ("slug like a number", NewTask { slug: text("42"), ..good() }),
        ("priority 11", NewTask { priority: Some(11), ..good() }),
        ("33 tags", NewTask { tags: vec!["a".to_owned(); 33], ..good() }),
        ("a tag with a space", NewTask { tags: vec!["a b".to_owned()], ..good() }),
        ("no owner", NewTask { owner: text("  "), ..good() }),
        ("hidden agent", NewTask { assignee: text("a\u{202e}b"), ..good() }),
        ("long workspace", NewTask { workspace: text(&"w".repeat(201)), ..good() }),
        (
            "many capabilities",
            NewTask { required_capabilities: vec!["c".to_owned(); 51], ..good() },
        ),
        ("101 retries", NewTask { max_retries: Some(101), ..good() }),
        (
            "a wait of nothing",
            NewTask { backoff: Some(Backoff { base_secs: 0, max_secs: 5 }), ..good() },
        ),
        (
            "waits that shrink",
            NewTask { backoff: Some(Backoff { base_secs: 6, max_secs: 5 }), ..good() },
        ),
        (
            "a wait of two days",
            NewTask { backoff: Some(Backoff { base_secs: 1, max_secs: 172_800 }), ..good() },
        ),
        ("no time", NewTask { timeout_secs: Some(0), ..good() }),
        ("an estimate of a year", NewTask { estimated_secs: Some(31_536_000), ..good() }),
        ("budget", NewTask { budget: text("-1"), ..good() }),
        ("starts by itself", NewTask { schedule: Schedule::Now, ..good() }),
        ("in the past", NewTask { schedule: Schedule::at(Timestamp::UNIX_EPOCH), ..good() }),
        (
            "after nothing",
            NewTask {
                schedule: Schedule::After,
                executor: Some(aegis_domain::ReminderSettings::default().into_spec()),
                ..good()
            },
        ),
        ("empty group", NewTask { dependencies: waits(Join::All, 0), ..good() }),
        ("3 of 2", NewTask { dependencies: waits(Join::AtLeast(3), 2), ..good() }),
        ("101 predecessors", NewTask { dependencies: waits(Join::All, 101), ..good() }),
        ("no resource name", needs("", 1)),
        ("none of a resource", needs("gpu", 0)),
        ("team of none", NewTask { team: Some(Team { size: 0, roles: vec![] }), ..good() }),
        (
            "more roles than members",
            NewTask {
                team: Some(Team { size: 1, roles: vec!["a".to_owned(), "b".to_owned()] }),
                ..good()
            },
        ),
        ("10 MB of metadata", metadata(json!("x".repeat(10_000_000)))),
        ("deep metadata", metadata(deep(40))),
        ("bad parameter name", parameter("1st", Some(json!(1)))),
        ("taken parameter name", parameter("previous", Some(json!(1)))),
        ("huge parameter", parameter("p", Some(json!("x".repeat(20_000))))),
        ("condition", NewTask { only_if: text("mood >"), ..good() }),
        ("condition on something else", NewTask { only_if: text("mood > 3"), ..good() }),
        ("nothing to watch", NewTask { only_if_changed: Some(Watch { paths: vec![] }), ..good() }),
        (
            "a relative path",
            NewTask { only_if_changed: Some(Watch { paths: vec!["notes".to_owned()] }), ..good() },
        ),
    ];
    let costs = |amount: &str, schedule| NewTask {
        schedule_budget: Some(NewScheduleBudget { amount: amount.to_owned(), per: Period::Week }),
        schedule,
        executor: Some(aegis_domain::ReminderSettings::default().into_spec()),
        ..good()
    };
    let artifact = |glob: &str| NewTask { artifacts: vec![glob.to_owned()], ..good() };
    let cases = cases.into_iter().chain([
        ("schedule budget", costs("5,00", Schedule::Manual)),
        ("no schedule budget", costs("0.00", Schedule::Manual)),
        ("schedule budget of what runs once", costs("5", Schedule::Now)),
        ("artifact elsewhere", artifact("../out.pdf")),
        ("open bracket", artifact("a[")),
        ("21 artifacts", NewTask { artifacts: vec!["*.pdf".to_owned(); 21], ..good() }),
    ]);
    let mut told = String::new();
    for (what, new) in cases {
        let Invalid { field, message, hint } = new.check(crate::world::instant(0)).expect_err(what);
        assert!(message.ends_with(['.', '?']) && hint.ends_with('.'), "{message} {hint}");
        writeln!(told, "{what} → {field}: {message} {hint}").unwrap();
    }
    insta::assert_snapshot!(told);
}
