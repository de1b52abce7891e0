//! What goes with its age, and what stays.

use crate::support::{Fixture, ctx, draft, instant};
use aegis_domain::machine::Command;
use aegis_domain::retention::{KEPT_OCCURRENCES, Swept};
use aegis_domain::schedule::{Recurrence, Rule, TimeOfDay, ZoneName};
use aegis_domain::{Actor, Guard, Key, NewTask, Once, Progress, Report, Schedule, TaskId};
use aegis_store::retention::{Chore, LogOwner};

fn yours() -> Actor {
    Actor::Human("test".to_owned())
}

const DAY: i64 = 24 * 3_600_000;

impl Fixture {
    async fn done_by_hand(&self, task: TaskId, at: i64) {
        self.submit(Command::CompleteByHand { task, by: yours() }, at).await.unwrap();
    }

    async fn clean_history(&self, cutoff: i64) -> usize {
        let mut gone = 0;
        let mut after = None;
        loop {
            let look =
                move |r: &aegis_store::Reader<'_>| r.old_occurrences(instant(cutoff), after, 3);
            let (old, next) = self.store.read(look).await.unwrap();
            gone += old.len();
            let ids = old.into_iter().map(|o| o.id).collect();
            self.store.tidy(Chore::Occurrences(ids)).await.unwrap();
            if next.is_none() {
                return gone;
            }
            after = next;
        }
    }

    pub async fn count(&self, table: &str) -> u64 {
        let conn = rusqlite::Connection::open(self.dir.path().join("aegis.db")).unwrap();
        conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    async fn purge(&self, task: TaskId) -> Result<u64, aegis_store::WriteError> {
        let mut steps = 0;
        loop {
            let tidied = self.store.tidy(Chore::Purge(task)).await?;
            steps += 1;
            if !tidied.more {
                return Ok(steps);
            }
        }
    }
}

#[tokio::test]
async fn old_history_goes_and_the_newest_stays() {
    let fixture = Fixture::new();
    let id = fixture.create("by hand", Schedule::Manual).await;
    for day in 0..30 {
        fixture.done_by_hand(id, day * DAY).await;
    }
    assert_eq!(fixture.clean_history(5 * DAY).await, 5, "older than the fifth day");
    assert_eq!(fixture.clean_history(400 * DAY).await, 5, "all are old, and twenty stay");
    assert_eq!(fixture.count("occurrences").await, u64::from(KEPT_OCCURRENCES));
    assert_eq!(fixture.count("runs").await, u64::from(KEPT_OCCURRENCES));
    assert_eq!(fixture.clean_history(400 * DAY).await, 0);
    let moves =
        fixture.store.read(|r| r.events_after(aegis_domain::EventSeq(0), 1000)).await.unwrap();
    assert!(moves.len() > 30 * 4, "what happened stays: {}", moves.len());
}

#[tokio::test]
async fn what_is_live_stays_however_old_it_is() {
    let fixture = Fixture::new();
    fixture.create("waits", Schedule::Now).await;
    assert_eq!(fixture.clean_history(4000 * DAY).await, 0);
    assert_eq!(fixture.count("occurrences").await, 1);
}

/// The identity of an occurrence outlives it: the clock is put back by two months, and no instant
/// comes again.
#[tokio::test]
async fn an_instant_never_comes_twice_though_its_occurrence_has_gone() {
    let fixture = Fixture::new();
    let seven = TimeOfDay::new(chrono::NaiveTime::from_hms_opt(7, 0, 0).unwrap());
    let rule = Rule::Daily { times: [seven].into(), every: 1 };
    let schedule = Recurrence::new(rule, ZoneName::new("UTC"));
    let new = NewTask {
        title: "daily".to_owned(),
        executor: Some(aegis_domain::ReminderSettings::default().into_spec()),
        schedule: Schedule::Recurring(Box::new(schedule)),
        ..NewTask::default()
    };
    let id = TaskId(ctx(0).uuid());
    let draft = Box::new(new.check(instant(0)).unwrap());
    fixture.submit(Command::CreateTask { id, draft, by: yours(), origin: None }, 0).await.unwrap();
    for day in 1..=60 {
        fixture.submit(Command::Advance { task: id }, day * DAY).await.unwrap();
        let live = fixture.store.read(move |r| r.live_and_last(id)).await.unwrap();
        for occurrence in live.iter().filter(|o| !o.state.is_terminal()).map(|o| o.id) {
            let cancel = Command::Cancel { occurrence, by: yours() };
            fixture.submit(cancel, day * DAY + 1).await.unwrap();
        }
    }
    assert_eq!(fixture.count("occurrences").await, 60);
    assert_eq!(fixture.clean_history(4000 * DAY).await, 40);
    assert_eq!(fixture.count("past_instants").await, 40);
    let instants_of = async |from: i64| {
        let made = fixture.count("occurrences").await;
        for day in from..=60 {
            // Each is refused, or finds that the instant has been.
            drop(fixture.submit(Command::Advance { task: id }, day * DAY).await);
        }
        fixture.count("occurrences").await - made
    };
    assert_eq!(instants_of(1).await, 0);
    // The control: without that memory they would come again.
    let conn = rusqlite::Connection::open(fixture.dir.path().join("aegis.db")).unwrap();
    conn.execute("DELETE FROM past_instants", []).unwrap();
    assert!(instants_of(1).await > 0);
}

#[tokio::test]
async fn of_progress_only_the_last_stays_as_it_comes() {
    let fixture = Fixture::new();
    fixture.create("long", Schedule::Now).await;
    let ready = fixture.ready(9).await;
    let run = aegis_domain::RunId(ctx(9).uuid());
    let (occurrence, agent) = (ready[0], "here".to_owned());
    let claimed = fixture
        .submit(
            Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() },
            9,
        )
        .await
        .unwrap();
    let token = claimed.rows.iter().find_map(|row| match row {
        aegis_domain::machine::Row::Run(run) => Some(run.token),
        _ => None,
    });
    let run = aegis_domain::machine::RunRef { run, token: token.unwrap() };
    fixture.submit(Command::Start { run, process: None }, 10).await.unwrap();
    let before = fixture.count("events").await;
    for percent in 0..50 {
        let progress = Progress { percent: Some(percent), step: None, done_at: None };
        let report = Command::Report { run, report: Report::Progress(progress) };
        fixture.submit(report, 11).await.unwrap();
    }
    let usage = Report::Usage(aegis_domain::Usage::default());
    fixture.submit(Command::Report { run, report: usage }, 12).await.unwrap();
    assert_eq!(fixture.count("events").await, before + 2);
    let last = fixture.store.read(|r| r.events_before(None, None, 2)).await.unwrap();
    let percent = |event: &aegis_domain::Event| match &event.what.kind {
        aegis_domain::EventKind::Progressed { progress } => progress.percent,
        _ => None,
    };
    assert_eq!(last.iter().find_map(percent), Some(49));
}

#[tokio::test]
async fn a_deleted_task_goes_for_good_with_everything_of_it() {
    let fixture = Fixture::new();
    let other = fixture.create("other", Schedule::Manual).await;
    fixture.done_by_hand(other, 1).await;
    let counted = ["tasks", "occurrences", "runs", "events"];
    let mut before = Vec::new();
    for table in counted {
        before.push(fixture.count(table).await);
    }
    let once = Once { key: Key::new("key", "7").unwrap(), request: "r".to_owned() };
    let id = TaskId(ctx(0).uuid());
    let guard = Box::new(Guard { once: Some(once), unique: None });
    let draft = draft("gone", Schedule::Manual);
    let create = Command::CreateOnce { id, draft, by: yours(), origin: None, guard };
    fixture.submit(create, 0).await.unwrap();
    for n in 0..1_400 {
        fixture.done_by_hand(id, n / 2).await;
    }
    let early = fixture.purge(id).await.unwrap_err().to_string();
    assert!(early.contains("Delete it first"), "{early}");
    fixture.submit(Command::DeleteTask { task: id, by: yours() }, 800).await.unwrap();
    let cutoff = async |at: i64| {
        fixture.store.read(move |r| r.deleted_before(instant(at), None, 10)).await.unwrap().len()
    };
    assert_eq!((cutoff(800).await, cutoff(801).await), (0, 1));
    assert!(fixture.purge(id).await.unwrap() > 5, "in steps");
    for (table, before) in counted.into_iter().zip(before) {
        assert_eq!(fixture.count(table).await, before, "{table}");
    }
    assert_eq!(fixture.count("request_keys").await, 0);
    assert_eq!(fixture.title_of("2").await, None);
    // Its number is not given again.
    fixture.create("next", Schedule::Manual).await;
    assert_eq!(fixture.title_of("3").await.as_deref(), Some("next"));
}

#[tokio::test]
async fn what_another_task_names_stays_until_that_one_goes() {
    let fixture = Fixture::new();
    let first = fixture.create("first", Schedule::Manual).await;
    let by = yours();
    let second = fixture.create("second", Schedule::Manual).await;
    let on = serde_json::json!([{ "on": [{ "task": first }] }]);
    let edit = aegis_domain::TaskEdit::default().set("dependencies", on);
    fixture.submit(Command::EditTask { task: second, edit, by: by.clone() }, 1).await.unwrap();
    let third = fixture.create("third", Schedule::Manual).await;
    let edit = aegis_domain::TaskEdit::default().set("parent", second.to_string());
    fixture.submit(Command::EditTask { task: third, edit, by: by.clone() }, 1).await.unwrap();
    for task in [first, second, third] {
        fixture.submit(Command::DeleteTask { task, by: by.clone() }, 2).await.unwrap();
    }
    for (task, named_by) in [(first, "#2 names #1"), (second, "#3 names #2")] {
        let refused = fixture.purge(task).await.unwrap_err().to_string();
        assert!(refused.contains(named_by), "{refused}");
    }
    for task in [third, second, first] {
        fixture.purge(task).await.unwrap();
    }
    assert_eq!(fixture.count("tasks").await, 0);
}

#[tokio::test]
async fn keys_and_messages_go_when_they_are_old() {
    let fixture = Fixture::new();
    for n in 0..5 {
        let once = Once { key: Key::new("key", &n.to_string()).unwrap(), request: "r".to_owned() };
        let id = TaskId(ctx(0).uuid());
        let guard = Box::new(Guard { once: Some(once), unique: None });
        let draft = draft("keyed", Schedule::Manual);
        let create = Command::CreateOnce { id, draft, by: yours(), origin: None, guard };
        fixture.submit(create, n * DAY).await.unwrap();
    }
    let (old, next) = fixture.store.read(|r| r.old_keys(instant(2 * DAY), 0, 3)).await.unwrap();
    assert_eq!((old.len(), next), (2, None), "the third is young, so nothing behind it is old");
    assert_eq!(fixture.store.tidy(Chore::Keys(old)).await.unwrap().rows, 2);
    assert_eq!(fixture.count("request_keys").await, 3);
    let conn = rusqlite::Connection::open(fixture.dir.path().join("aegis.db")).unwrap();
    for (n, sent) in [(0, Some(1)), (1, None), (2, Some(3 * DAY))] {
        conn.execute(
            "INSERT INTO outbox (key, created_at, not_before, sent_at, message)
             VALUES (?1, ?2, 0, ?3, '{}')",
            (
                n.to_string(),
                instant(n).timestamp_millis(),
                sent.map(|at| instant(at).timestamp_millis()),
            ),
        )
        .unwrap();
    }
    let (old, _) = fixture.store.read(|r| r.old_messages(instant(2 * DAY), 0, 10)).await.unwrap();
    assert_eq!(old.len(), 1, "what was not sent, or only lately, stays");
    fixture.store.tidy(Chore::Messages(old)).await.unwrap();
    assert_eq!(fixture.count("outbox").await, 2);
}

#[tokio::test]
async fn a_log_has_an_owner_and_the_last_sweep_is_remembered() {
    let fixture = Fixture::new();
    let id = fixture.create("five times", Schedule::Manual).await;
    for n in 0..5 {
        fixture.done_by_hand(id, n).await;
    }
    let runs = fixture.store.read(move |r| r.runs_after(id, 0, 10)).await.unwrap();
    let mut kept = Vec::new();
    for run in &runs {
        let run = run.id;
        match fixture.store.read(move |r| r.log_owner(run)).await.unwrap() {
            LogOwner::Ended { kept: k, .. } => kept.push(k),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(kept, [false, false, true, true, true]);
    let stranger = aegis_domain::RunId(ctx(0).uuid());
    let owner = fixture.store.read(move |r| r.log_owner(stranger)).await.unwrap();
    assert_eq!(owner, LogOwner::Unknown);
    fixture.store.tidy(Chore::LogsGone(vec![runs[0].id, stranger])).await.unwrap();
    let run = runs[0].id;
    let row = fixture.store.read(move |r| r.run(run)).await.unwrap().unwrap();
    assert!(row.end.unwrap().log_removed);
    assert_eq!(fixture.store.read(|r| r.last_sweep()).await.unwrap(), None);
    let swept = Swept { at: instant(5), as_of: instant(4) };
    fixture.store.tidy(Chore::Swept(swept)).await.unwrap();
    let fixture = fixture.reopen();
    assert_eq!(fixture.store.read(|r| r.last_sweep()).await.unwrap(), Some(swept));
}
