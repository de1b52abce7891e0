//! Work that is taken on in the commit in which it gets ready.

use crate::support::{Fixture, ctx};
use aegis_domain::machine::Command;
use aegis_domain::{EventKind, OccurrenceId, RunId, Schedule, StateName};
use aegis_store::{Applied, JustReady, Start, Starter, Submission};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Takes the first of what gets ready, in one of these ways.
#[derive(Default)]
struct First {
    how: Mutex<How>,
    begun: Arc<Mutex<Vec<Applied>>>,
    waits: AtomicU32,
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
    fn choose(&self, ready: &[JustReady]) -> Vec<Start> {
        let how = *self.how.lock().unwrap();
        let occurrence = match how {
            How::Well => ready[0].occurrence,
            How::Wrongly => OccurrenceId(ctx(0).uuid()),
            How::Panics => panic!("a fault of the program"),
        };
        let (run, agent) = (RunId(ctx(5).uuid()), "here".to_owned());
        let command =
            Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
        let begun = Arc::clone(&self.begun);
        let lost = Lost(Arc::clone(&LOST));
        let then = move |applied| {
            std::mem::forget(lost);
            begun.lock().unwrap().push(applied);
        };
        vec![Start { claim: Submission { command, ctx: ctx(5) }, then: Box::new(then) }]
    }

    fn waits(&self) {
        self.waits.fetch_add(1, Ordering::SeqCst);
    }
}

async fn newest(fixture: &Fixture, task: aegis_domain::TaskId) -> StateName {
    let all = fixture.store.read(move |r| r.occurrences(task, 10)).await.unwrap();
    all[0].state.name()
}

#[tokio::test]
async fn what_gets_ready_is_claimed_in_its_commit_or_waits_and_that_is_said() {
    let fixture = Fixture::new();
    let first = Arc::new(First::default());
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
    assert_eq!(first.begun.lock().unwrap().len(), 1);
    assert_eq!(first.waits.load(Ordering::SeqCst), 0);
    assert_eq!(fixture.ready(9).await.len(), 0);

    // Whatever is wrong with a claim, or with whoever asks for it, is not the fault of the others.
    for (n, how) in [How::Wrongly, How::Panics].into_iter().enumerate() {
        *first.how.lock().unwrap() = how;
        let lost = LOST.load(Ordering::SeqCst);
        let task = fixture.create("waits", Schedule::Now).await;
        assert_eq!(newest(&fixture, task).await, StateName::Queued);
        assert!(first.waits.load(Ordering::SeqCst) > 0);
        assert_eq!(first.begun.lock().unwrap().len(), 1);
        assert_eq!(fixture.ready(9).await.len(), n + 1);
        let given_back = LOST.load(Ordering::SeqCst) - lost;
        assert_eq!(given_back, u32::from(matches!(how, How::Wrongly)));
    }
    // What is of no moment to anybody is not asked about.
    fixture.create("by hand", Schedule::Manual).await;
}

#[tokio::test]
async fn what_comes_by_another_way_is_said_to_wait() {
    let fixture = Fixture::new();
    let first = Arc::new(First::default());
    fixture.store.start_with(Arc::clone(&first) as _).unwrap();
    fixture.store.line_up(crate::support::instant(0)).await.unwrap();
    assert_eq!(first.waits.load(Ordering::SeqCst), 1);
}
