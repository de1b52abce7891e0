//! What waits for its time, and how it gets into its lane.

use crate::support::{Fixture, ctx, instant};
use aegis_domain::machine::{Command, Refused, RunRef};
use aegis_domain::{
    Actor, Entropy, ErrorCategory, Failure, Occurrence, OccurrenceId, Outcome, RunId, Schedule,
    State, TaskEdit, TaskId, Timestamp,
};
use aegis_store::{Agenda, Heads, WriteError};
use futures::future::join_all;
use rusqlite::{Connection, StatementStatus};
use std::collections::BTreeSet;

const MINUTE: i64 = 60_000;

impl Fixture {
    /// Has a run of an occurrence fail, so that it waits for another try.
    async fn fail(&self, occurrence: OccurrenceId, at: i64) {
        let run = RunId(ctx(at).uuid());
        let agent = "here".to_owned();
        let claim =
            Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
        self.submit(claim, at).await.unwrap();
        let token = self.store.read(move |r| r.run(run)).await.unwrap().unwrap().token;
        let run = RunRef { run, token };
        self.submit(Command::Start { run, process: None }, at).await.unwrap();
        let failure = Failure::new(ErrorCategory::RateLimited, "Slow down.");
        let failure = failure.not_before(instant(at + MINUTE));
        let ending = Outcome::Failed(failure).into();
        self.submit(Command::Finish { run, ending }, at).await.unwrap();
    }

    async fn only(&self, task: TaskId) -> Occurrence {
        let all = self.store.read(move |r| r.occurrences(task, 10)).await.unwrap();
        all.into_iter().next().unwrap()
    }

    async fn heads(&self, at: i64) -> Heads {
        self.store.read(move |r| r.heads(instant(at))).await.unwrap()
    }

    async fn agenda(&self, at: i64) -> Agenda {
        self.store.read(move |r| r.agenda(instant(at), 10)).await.unwrap()
    }

    async fn depth(&self, at: i64) -> u64 {
        self.store.read(move |r| r.queue_depth(instant(at))).await.unwrap()
    }

    /// A task that waits for another try since the moment 0, and until when.
    pub async fn waits(&self) -> (TaskId, i64) {
        let task = self.create("again", Schedule::Now).await;
        let occurrence = self.only(task).await;
        self.fail(occurrence.id, 0).await;
        let until = not_before(&self.only(task).await).unwrap();
        let until = (until - instant(0)).num_milliseconds();
        (task, until)
    }
}

fn not_before(occurrence: &Occurrence) -> Option<Timestamp> {
    match occurrence.state {
        State::Queued { not_before, .. } => Some(not_before),
        _ => None,
    }
}

#[tokio::test]
async fn what_waits_for_its_time_stands_in_no_lane_until_it_has_come() {
    let fixture = Fixture::new();
    let (task, until) = fixture.waits().await;
    let fixture = fixture.reopen();
    let early = fixture.agenda(until - 1).await;
    assert_eq!((early.next, early.line_up), (Some(instant(until)), false));
    fixture.store.line_up(instant(until - 1)).await.unwrap();
    assert_eq!(fixture.heads(until).await, Heads::default());
    assert_eq!((fixture.depth(until - 1).await, fixture.depth(until).await), (0, 1));
    let waiting = fixture.store.read(move |r| r.waiting(instant(1))).await.unwrap();
    assert_eq!((waiting[0].all, waiting[0].ready, waiting[0].bands), (1, 0, [0, 1, 0, 0]));

    assert!(fixture.agenda(until).await.line_up);
    assert_eq!(fixture.line_up(until).await, 1);
    // Where it stands is kept.
    let fixture = fixture.reopen();
    let here = fixture.agenda(until).await;
    assert_eq!((here.next, here.line_up), (None, false));
    assert_eq!(fixture.heads(until).await.lanes.len(), 1);
    assert_eq!(fixture.ready(until).await, [fixture.only(task).await.id]);
    assert_eq!((fixture.depth(until - 1).await, fixture.depth(until).await), (0, 1));
    fixture.fail(fixture.only(task).await.id, until).await;
    assert_eq!(fixture.heads(until).await, Heads::default());
}

#[tokio::test]
async fn what_comes_at_once_is_lined_up_in_steps() {
    let fixture = Fixture::new();
    let tasks = join_all((0..600).map(|n| {
        let fixture = &fixture;
        async move {
            let task = fixture.create(&format!("again {n}"), Schedule::Now).await;
            let occurrence = fixture.only(task).await;
            fixture.fail(occurrence.id, 0).await;
        }
    }));
    assert_eq!(tasks.await.len(), 600);
    assert_eq!(fixture.depth(10 * MINUTE).await, 600);
    assert_eq!(fixture.line_up(10 * MINUTE).await, 2);
    assert_eq!(fixture.depth(10 * MINUTE).await, 600);
}

#[tokio::test]
async fn a_clock_that_was_corrected_or_put_back_lets_nothing_start_early_or_never() {
    let fixture = Fixture::new();
    let (task, until) = fixture.waits().await;
    fixture.line_up(until).await;
    // By a little: it stands in its lane, and is waited for.
    let corrected = Heads { lanes: Vec::new(), next: Some(instant(until)) };
    assert_eq!(fixture.heads(until - 500).await, corrected);
    // By more, but not to before it was written down: it waits again, as everything that waits.
    fixture.store.clock_was_put_back(instant(until - 1000)).await.unwrap();
    assert_eq!(fixture.heads(until - 1000).await, Heads::default());
    assert_eq!(fixture.agenda(until - 1000).await.next, Some(instant(until)));
    assert_eq!(fixture.ready(until).await, [fixture.only(task).await.id]);
    // To before it was written down: its moment says nothing any more, wherever it stands.
    for lined_up in [true, false] {
        let fixture = Fixture::new();
        let (task, until) = fixture.waits().await;
        if lined_up {
            fixture.line_up(until).await;
        }
        fixture.store.clock_was_put_back(instant(-MINUTE)).await.unwrap();
        assert_eq!(fixture.ready(-MINUTE).await, [fixture.only(task).await.id]);
        // It goes on to, when it is written once more and when the clock has come there again.
        let edit = TaskEdit::default().set("priority", 9);
        let edit = Command::EditTask { task, edit, by: Actor::System };
        fixture.submit(edit, -MINUTE + 1).await.unwrap();
        for at in [-MINUTE + 1, 1] {
            let occurrence = fixture.only(task).await;
            assert!(occurrence.may_start(instant(at)));
            assert_eq!(fixture.ready(at).await, [occurrence.id]);
        }
        fixture.fail(fixture.only(task).await.id, 1).await;
    }
}

/// Random failures, edits and jumps of the clock: at every moment exactly what may start is found,
/// and the first moment of what may not.
#[tokio::test]
async fn whatever_happens_what_may_start_is_found_and_nothing_else() {
    let mut fixture = Fixture::new();
    let mut tasks = Vec::new();
    for n in 0..8 {
        tasks.push(fixture.create(&format!("task {n}"), Schedule::Now).await);
    }
    let mut entropy = Entropy::new(7);
    let mut below = |n: usize| usize::try_from(entropy.next() % n as u64).unwrap();
    let (mut now, mut waited, mut started, mut put_back) = (0, 0, 0, 0);
    for step in 0..400 {
        let task = tasks[below(tasks.len())];
        match below(10) {
            0..4 => {
                let occurrence = fixture.only(task).await;
                if occurrence.may_start(instant(now)) {
                    fixture.fail(occurrence.id, now).await;
                    started += 1;
                }
            }
            4..6 => {
                let edit = TaskEdit::default().set("priority", below(11));
                let edit = Command::EditTask { task, edit, by: Actor::System };
                let edited = fixture.submit(edit, now).await;
                let same = matches!(edited, Err(WriteError::Refused(Refused::NoChange)));
                assert!(edited.is_ok() || same, "{edited:?}");
            }
            6..9 => now += i64::try_from(below(3 * 60_000)).unwrap(),
            _ => {
                now -= i64::try_from(below(10 * 60_000)).unwrap();
                fixture.store.clock_was_put_back(instant(now)).await.unwrap();
                put_back += 1;
            }
        }
        if step % 100 == 99 {
            fixture = fixture.reopen();
        }
        let mut may = BTreeSet::new();
        let mut next = None;
        for task in &tasks {
            let occurrence = fixture.only(*task).await;
            match not_before(&occurrence) {
                _ if occurrence.may_start(instant(now)) => drop(may.insert(occurrence.id)),
                Some(at) => next = Some(next.map_or(at, |next: Timestamp| next.min(at))),
                None => panic!("{:?}", occurrence.state),
            }
        }
        let found: BTreeSet<_> = fixture.ready(now).await.into_iter().collect();
        assert_eq!(found, may, "at step {step}");
        assert_eq!(fixture.agenda(now).await.next, next, "at step {step}");
        assert_eq!(fixture.heads(now).await.next, None, "at step {step}");
        assert_eq!(fixture.depth(now).await, may.len() as u64, "at step {step}");
        waited += usize::from(next.is_some());
    }
    assert!(waited > 100 && started > 50 && put_back > 20, "{waited} {started} {put_back}");
}

/// A look takes as many steps with thousands that wait for their time as with none.
#[tokio::test]
async fn a_look_passes_over_nothing_that_waits_for_its_time() {
    let fixture = Fixture::new();
    let (_, until) = fixture.waits().await;
    let conn = Connection::open(fixture.dir.path().join("aegis.db")).unwrap();
    let steps = |conn: &Connection| {
        let sql = "SELECT sort_key, not_before FROM occurrences WHERE state = 'queued' \
                   AND waits_until IS NULL AND lane = (SELECT lane FROM occurrences LIMIT 1) \
                   ORDER BY sort_key, not_before, priority LIMIT 1";
        let mut look = conn.prepare(sql).unwrap();
        assert!(look.query([]).unwrap().next().unwrap().is_none());
        look.get_status(StatementStatus::VmStep)
    };
    let with_one = steps(&conn);
    let copies = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
        INSERT INTO occurrences (id, task_id, cause, key, created_at, state, terminal, not_before,
                                 sort_key, waits_until, lane, priority, updated_at, row)
        SELECT randomblob(16), task_id, cause, 'copy ' || n, created_at, state, terminal, not_before,
               sort_key, waits_until, lane, priority, updated_at, row FROM occurrences, n";
    conn.execute(copies, []).unwrap();
    assert_eq!(steps(&conn), with_one);
    // The control: once they stand in their lane, whoever comes too early passes over them.
    conn.execute("UPDATE occurrences SET waits_until = NULL", []).unwrap();
    let passed = "SELECT count(*) FROM occurrences WHERE state = 'queued' \
                  AND waits_until IS NULL AND lane > '' AND not_before <= ?1";
    let mut passed = conn.prepare(passed).unwrap();
    let none: i64 =
        passed.query_row([instant(until - 1).timestamp_millis()], |row| row.get(0)).unwrap();
    assert_eq!(none, 0);
    assert!(passed.get_status(StatementStatus::VmStep) > 5000);
}
