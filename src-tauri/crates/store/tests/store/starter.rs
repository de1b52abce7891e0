//! Work that is taken on in the commit in which it gets ready, or in which a slot gets free for it.

use crate::support::{Fixture, ctx, instant};
use aegis_domain::machine::Command;
use aegis_domain::{EventKind, OccurrenceId, RunId, Schedule, StateName};
use aegis_store::{Applied, Chosen, Lanes, Look, Start, Starter, StoreError, Submission};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Takes the first of what it sees, in one of these ways.
struct First {
    at: i64,
    how: Mutex<How>,
    look: Mutex<Look>,
    begun: Arc<Mutex<Vec<Applied>>>,
    /// What it was told of each commit.
    waits: Mutex<Vec<Option<bool>>>,
    passed_over: AtomicU32,
}

impl First {
    fn new(look: Look, at: i64) -> Arc<Self> {
        let (how, begun, waits, passed_over) = Default::default();
        Arc::new(Self { at, how, look: Mutex::new(look), begun, waits, passed_over })
    }

    fn told(&self) -> Vec<Option<bool>> {
        std::mem::take(&mut self.waits.lock().unwrap())
    }

    fn begun(&self) -> usize {
        self.begun.lock().unwrap().len()
    }
}

#[derive(Clone, Copy, Default)]
enum How {
    #[default]
    Well,
    /// Names something that is not there.
    Wrongly,
    Panics,
}

/// Says that it was dropped without having been called.
struct Lost(Arc<AtomicU32>);

impl Drop for Lost {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

static LOST: std::sync::LazyLock<Arc<AtomicU32>> = std::sync::LazyLock::new(Arc::default);

impl Starter for First {
    fn looks(&self) -> Look {
        *self.look.lock().unwrap()
    }

    fn choose(&self, lanes: &dyn Lanes) -> Result<Chosen, StoreError> {
        let heads = lanes.heads(instant(self.at))?.lanes;
        let Some(head) = heads.first() else {
            return Ok(Chosen { starts: Vec::new(), nobody: true });
        };
        let first = lanes.ready(&head.lane, instant(self.at), 1)?;
        assert_eq!(first[0].sort_key, head.sort_key);
        let how = *self.how.lock().unwrap();
        let occurrence = match how {
            How::Well => first[0].occurrence,
            How::Wrongly => OccurrenceId(ctx(0).uuid()),
            How::Panics => panic!("a fault of the program"),
        };
        let (run, agent) = (RunId(ctx(self.at).uuid()), "here".to_owned());
        let command =
            Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
        let begun = Arc::clone(&self.begun);
        let lost = Lost(Arc::clone(&LOST));
        let then = move |applied| {
            std::mem::forget(lost);
            begun.lock().unwrap().push(applied);
        };
        let claim = Submission { command, ctx: ctx(self.at) };
        let starts = vec![Start { claim, then: Box::new(then) }];
        Ok(Chosen { starts, nobody: false })
    }

    fn committed(&self, waits: Option<bool>) {
        self.waits.lock().unwrap().push(waits);
    }

    fn passed_over(&self) {
        self.passed_over.fetch_add(1, Ordering::SeqCst);
    }
}

async fn newest(fixture: &Fixture, task: aegis_domain::TaskId) -> StateName {
    let all = fixture.store.read(move |r| r.occurrences(task, 10)).await.unwrap();
    all[0].state.name()
}

#[tokio::test]
async fn what_gets_ready_is_claimed_in_its_commit_or_waits_and_that_is_said() {
    let fixture = Fixture::new();
    let first = First::new(Look::AtWhatIsNew, 5);
    fixture.store.start_with(Arc::clone(&first) as _).unwrap();
    assert!(fixture.store.start_with(Arc::clone(&first) as _).is_err(), "there is one");
    let mut commits = fixture.store.commits();
    let task = fixture.create("at once", Schedule::Now).await;
    let commit = commits.try_recv().unwrap();
    let kinds: Vec<_> = commit.events.iter().map(|event| event.what.kind.name()).collect();
    assert_eq!(kinds.first(), Some(&EventKind::TaskCreated.name()));
    assert!(kinds.contains(&"run_assigned"), "{kinds:?}");
    let seqs: Vec<_> = commit.events.iter().map(|event| event.seq.0).collect();
    assert!(seqs.is_sorted(), "{seqs:?}");
    assert_eq!(newest(&fixture, task).await, StateName::Assigned);
    assert_eq!((first.begun(), first.told()), (1, vec![None]));
    assert_eq!(fixture.ready(9).await.len(), 0);

    // Whatever is wrong with a claim, or with whoever asks for it, is not the fault of the others.
    for (n, how) in [How::Wrongly, How::Panics].into_iter().enumerate() {
        *first.how.lock().unwrap() = how;
        let lost = LOST.load(Ordering::SeqCst);
        let passed_over = first.passed_over.load(Ordering::SeqCst);
        let task = fixture.create("waits", Schedule::Now).await;
        assert_eq!(newest(&fixture, task).await, StateName::Queued);
        assert_eq!(first.passed_over.load(Ordering::SeqCst), passed_over + 1);
        assert_eq!(first.begun(), 1);
        assert_eq!(fixture.ready(9).await.len(), n + 1);
        let given_back = LOST.load(Ordering::SeqCst) - lost;
        assert_eq!(given_back, u32::from(matches!(how, How::Wrongly)));
    }
    // What is of no moment to anybody is not asked about.
    fixture.create("by hand", Schedule::Manual).await;
}

#[tokio::test]
async fn what_waits_is_claimed_in_any_commit_once_there_is_a_slot_for_it() {
    let fixture = Fixture::new();
    let first = First::new(Look::Nowhere, 5);
    fixture.store.start_with(Arc::clone(&first) as _).unwrap();
    let waiting = fixture.create("waits", Schedule::Now).await;
    let next = fixture.create("waits too", Schedule::Now).await;
    assert_eq!((first.begun(), first.told()), (0, vec![Some(true), Some(true)]));
    *first.look.lock().unwrap() = Look::IntoTheLanes;
    // What is committed is of no moment.
    fixture.create("by hand", Schedule::Manual).await;
    assert_eq!(newest(&fixture, waiting).await, StateName::Assigned);
    assert_eq!(newest(&fixture, next).await, StateName::Queued);
    // Who has just come stands behind.
    let last = fixture.create("comes last", Schedule::Now).await;
    assert_eq!(newest(&fixture, next).await, StateName::Assigned);
    assert_eq!(newest(&fixture, last).await, StateName::Queued);
    fixture.create("by hand", Schedule::Manual).await;
    assert_eq!(newest(&fixture, last).await, StateName::Assigned);
    assert_eq!((first.begun(), first.told()), (3, vec![Some(true); 3]));
    fixture.create("by hand", Schedule::Manual).await;
    assert_eq!(first.told(), [Some(false)]);
}

#[tokio::test]
async fn what_has_come_is_claimed_in_the_commit_that_moves_it_into_its_lane() {
    let fixture = Fixture::new();
    let (task, until) = fixture.waits().await;
    let first = First::new(Look::AtWhatIsNew, until);
    fixture.store.start_with(Arc::clone(&first) as _).unwrap();
    fixture.create("by hand", Schedule::Manual).await;
    assert_eq!(newest(&fixture, task).await, StateName::Queued);
    fixture.store.line_up(instant(until)).await.unwrap();
    assert_eq!(newest(&fixture, task).await, StateName::Assigned);
    assert_eq!(first.begun(), 1);
}
