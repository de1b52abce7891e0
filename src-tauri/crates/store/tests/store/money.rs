//! What work costs, in the books: by whom, when, and for how long it stays there.

use crate::forms;
use crate::support::{Fixture, draft, instant};
use aegis_domain::machine::{Command, RunRef};
use aegis_domain::policy::{InputHash, Nature, Reach};
use aegis_domain::{
    Actor, Ctx, Occurrence, OccurrenceId, Outcome, Passage, Period, Report, RunId, Schedule,
    ScheduleBudget, State, StateName, TaskId, Terms, Timestamp, ToolUse, Usage, Usd, Values,
};
use aegis_store::{Store, StoreOptions, Submission, latest_version};
use rusqlite::Connection;
use std::sync::Arc;

const MINUTE: i64 = 60_000;

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

/// A store that is told what the user has said.
struct Books {
    fixture: Fixture,
    terms: Terms,
    /// Milliseconds; the story begins at four in UTC.
    now: i64,
}

impl Books {
    fn new() -> Self {
        let metered = [draft("x", Schedule::Now).executor.unwrap().name].into();
        let terms = Terms { daily_budget: Some(usd("2")), metered, ..Terms::default() };
        Self { fixture: Fixture::new(), terms, now: 0 }
    }

    fn ctx(&mut self) -> Ctx {
        self.now += 1;
        let ctx = Ctx::new(instant(self.now), self.now.unsigned_abs());
        ctx.with(Arc::new(self.terms.clone()))
    }

    async fn tell(&mut self, command: Command) {
        let ctx = self.ctx();
        self.fixture.store.submit(Submission { command, ctx }).await.unwrap();
    }

    async fn create(&mut self, title: &str, schedule_budget: Option<&str>) -> TaskId {
        let id = TaskId(self.ctx().uuid());
        let mut draft = draft(title, Schedule::Manual);
        draft.schedule_budget =
            schedule_budget.map(|amount| ScheduleBudget { amount: usd(amount), per: Period::Week });
        let by = Actor::System;
        self.tell(Command::CreateTask { id, draft, by, origin: None }).await;
        id
    }

    async fn newest(&self, task: TaskId) -> Occurrence {
        self.fixture.store.read(move |r| r.occurrences(task, 1)).await.unwrap().remove(0)
    }

    /// Makes an occurrence and tries to take it on; the run, if that was possible.
    async fn try_begin(&mut self, task: TaskId) -> Option<RunRef> {
        let (cause, values, by) = (aegis_domain::Cause::RunNow, Values::new(), Actor::System);
        let continues = None;
        self.tell(Command::Trigger { task, cause, values, continues, by, origin: None }).await;
        let occurrence = self.newest(task).await.id;
        self.try_claim(occurrence).await
    }

    async fn try_claim(&mut self, occurrence: OccurrenceId) -> Option<RunRef> {
        let run = RunId(self.ctx().uuid());
        let (agent, fingerprint, at_once) = ("here".to_owned(), None, Vec::new());
        self.tell(Command::Claim { occurrence, run, agent, fingerprint, at_once }).await;
        let found = self.fixture.store.read(move |r| r.run(run)).await.unwrap()?;
        let run = RunRef { run, token: found.token };
        self.tell(Command::Start { run, process: None }).await;
        Some(run)
    }

    async fn costs(&mut self, run: RunRef, cost: &str) {
        let usage = Usage { cost: usd(cost), ..Usage::default() };
        self.tell(Command::Report { run, report: Report::Usage(usage) }).await;
    }

    async fn succeeds(&mut self, run: RunRef) {
        let ending = Outcome::Succeeded { summary: "done".to_owned() }.into();
        self.tell(Command::Finish { run, ending }).await;
    }

    async fn spent(&self, task: Option<TaskId>, from: i64) -> String {
        let from = instant(from);
        self.fixture.store.read(move |r| r.spent(task, from)).await.unwrap().to_string()
    }
}

#[tokio::test]
async fn a_cost_is_in_the_books_as_soon_as_it_is_told_and_in_its_quarter_of_an_hour() {
    let mut books = Books::new();
    let (one, other) = (books.create("one", None).await, books.create("other", None).await);
    let run = books.try_begin(one).await.unwrap();
    books.costs(run, "0.50").await;
    assert_eq!(books.spent(None, 0).await, "0.50", "a run that is at work counts");
    books.now = 15 * MINUTE;
    books.costs(run, "0.70").await;
    books.succeeds(run).await;
    let run = books.try_begin(other).await.unwrap();
    books.costs(run, "1.00").await;
    books.succeeds(run).await;
    assert_eq!(books.spent(None, 0).await, "1.70");
    assert_eq!(books.spent(Some(one), 0).await, "0.70");
    // What was told before the quarter of that moment is not of it.
    assert_eq!(books.spent(Some(one), 15 * MINUTE).await, "0.20");
    assert_eq!(books.spent(None, 14 * MINUTE).await, "1.70");
    assert_eq!(books.spent(None, 30 * MINUTE).await, "0.00");
}

#[tokio::test]
async fn what_was_too_much_is_given_back() {
    let mut books = Books::new();
    let task = books.create("corrects itself", None).await;
    let run = books.try_begin(task).await.unwrap();
    books.costs(run, "1.50").await;
    books.now = 60 * MINUTE;
    books.costs(run, "1.20").await;
    assert_eq!(books.spent(None, 0).await, "1.20");
    assert_eq!(books.spent(None, 60 * MINUTE).await, "0.00", "an hour has not earned anything");
}

#[tokio::test]
async fn a_task_that_is_removed_for_good_has_still_cost_what_it_has() {
    let mut books = Books::new();
    let task = books.create("gone", None).await;
    let run = books.try_begin(task).await.unwrap();
    books.costs(run, "2").await;
    books.succeeds(run).await;
    books.tell(Command::DeleteTask { task, by: Actor::System }).await;
    while books.fixture.store.tidy(aegis_store::retention::Chore::Purge(task)).await.unwrap().more {
    }
    assert_eq!(books.spent(Some(task), 0).await, "0.00");
    assert_eq!(books.spent(None, 0).await, "2.00");
    // So the day cannot be made longer by deleting.
    let next = books.create("next", None).await;
    assert!(books.try_begin(next).await.is_none());
}

#[tokio::test]
async fn the_machine_is_told_what_the_day_and_the_schedule_have_cost() {
    let mut books = Books::new();
    let watch = books.create("watch", Some("0.50")).await;
    let run = books.try_begin(watch).await.unwrap();
    books.costs(run, "0.50").await;
    books.succeeds(run).await;
    assert!(books.try_begin(watch).await.is_none(), "its week is spent");
    let other = books.create("other", None).await;
    let run = books.try_begin(other).await.unwrap();
    books.costs(run, "1.50").await;
    assert_eq!(books.newest(other).await.state.name(), StateName::Executing);
    books.costs(run, "1.51").await;
    assert_eq!(books.newest(other).await.state.name(), StateName::Awaiting);
    let last = books.create("last", None).await;
    assert!(books.try_begin(last).await.is_none(), "the day is spent");
    let waiting = books.fixture.store.read(|r| r.waiting_for_money()).await.unwrap();
    let mut wanted = Vec::new();
    for task in [watch, last, other] {
        wanted.push(books.newest(task).await.id);
    }
    assert_eq!(waiting, wanted);
    // At the end of the day the day's are looked at again; the week is not over.
    let State::Awaiting { ask, .. } = books.newest(other).await.state else { panic!() };
    let midnight = ask.until.unwrap();
    assert_eq!(midnight, "2025-11-22T00:00:00Z".parse::<Timestamp>().unwrap());
    let read = move |at: Timestamp| {
        let store = books.fixture.store.clone();
        async move { store.read(move |r| r.agenda(at, 10)).await.unwrap() }
    };
    assert!(read(midnight).await.stale.is_empty());
    let after = read(midnight + chrono::TimeDelta::milliseconds(1)).await.stale;
    assert_eq!(after.len(), 2);
    assert!(!after.contains(&wanted[0]));
}

#[tokio::test]
async fn a_finished_occurrence_knows_what_its_runs_did() {
    let mut books = Books::new();
    books.terms.daily_budget = None;
    let task = books.create("agent", None).await;
    let call = |reach, success| {
        Box::new(ToolUse {
            tool: "Edit".to_owned(),
            at: instant(0),
            took_ms: None,
            success,
            error: None,
            category: None,
            parameters: serde_json::Value::Null,
            hash: InputHash("a".to_owned()),
            nature: Nature::of(reach),
            passage: Passage::Free,
            tokens: None,
            screenshot: None,
            session: None,
            client: None,
            task: None,
            occurrence: None,
            run: None,
        })
    };
    for n in 0..4 {
        let run = books.try_begin(task).await.unwrap();
        let calls = [(Reach::Look, true), (Reach::Change, true), (Reach::Run, false)];
        for (reach, success) in calls {
            let report = Report::ToolUse(call(reach, success && n < 3));
            books.tell(Command::Report { run, report }).await;
        }
        let usage = Usage { output_tokens: 500, ..Usage::default() };
        books.tell(Command::Report { run, report: Report::Usage(usage) }).await;
        books.succeeds(run).await;
        let agent = books.newest(task).await.agent;
        let effort = agent.effort.unwrap();
        let (tools, acts) = if n < 3 { (2, 1) } else { (0, 0) };
        assert_eq!((effort.tools, effort.acts, effort.tokens), (tools, acts, 500));
        assert_eq!(agent.idle.map(|idle| (idle.usual, idle.compared)), (n == 3).then_some((2, 3)));
    }
}

/// What the form before kept by the hour, and what was at work while the program was exchanged.
#[tokio::test]
async fn books_by_the_hour_are_brought_up_and_what_is_at_work_is_added() {
    let dir = tempfile::tempdir().unwrap();
    let (task, occurrence) = forms::of(dir.path(), 8);
    let conn = Connection::open(dir.path().join("aegis.db")).unwrap();
    let hour = 1_763_697_600 / 3600;
    for (at, micros) in [(hour, 250_000), (hour + 1, 500_000)] {
        conn.execute(
            "INSERT INTO spending (hour, task_id, micros) VALUES (?1, ?2, ?3)",
            (at, task, micros),
        )
        .unwrap();
    }
    for (n, row, ended) in [
        (1u8, r#"{"usage": {"input_tokens": 1, "output_tokens": 1, "cost": "1.234567"}}"#, None),
        (2, r#"{"usage": {"input_tokens": 1, "output_tokens": 1, "cost": "5.00"}}"#, Some(1)),
        (3, "{}", None),
    ] {
        conn.execute(
            "INSERT INTO runs (id, occurrence_id, task_id, number, token, ended_at, row)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
            (vec![n; 16], occurrence, task, n, ended, row),
        )
        .unwrap();
    }
    drop(conn);
    assert!(latest_version() > 8);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let spent = async |task: Option<TaskId>, from: i64| {
        store.read(move |r| r.spent(task, instant(from))).await.unwrap().to_string()
    };
    let id = Some(TaskId(task));
    assert_eq!((spent(None, 0).await, spent(id, 0).await), ("1.984567".into(), "1.984567".into()));
    assert_eq!(spent(id, 60 * MINUTE).await, "1.734567");
    assert_eq!(spent(id, 120 * MINUTE).await, "1.234567", "the live run's, at this moment");
    store.close();
}
