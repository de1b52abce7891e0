//! What a commit promises.

use crate::support::{Fixture, ctx, draft};
use aegis_domain::machine::{Command, Refused, RunRef};
use aegis_domain::{Actor, EventSeq, Outcome, RunId, Schedule, TaskId};
use aegis_store::list::ListQuery;
use aegis_store::{Submission, WriteError};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_each_get_their_own_number() {
    let fixture = Fixture::new();
    let mut set = tokio::task::JoinSet::new();
    for n in 0..500 {
        let store = fixture.store.clone();
        set.spawn(async move {
            let id = TaskId(ctx(0).uuid());
            let draft = draft(&format!("task {n}"), Schedule::Manual);
            let command = Command::CreateTask { id, draft, by: Actor::System, origin: None };
            store.submit(Submission { command, ctx: ctx(0) }).await.unwrap();
        });
    }
    while let Some(done) = set.join_next().await {
        done.unwrap();
    }
    let page = fixture
        .store
        .read(|r| r.list(&ListQuery { limit: 1000, ..ListQuery::default() }))
        .await
        .unwrap();
    let numbers: BTreeSet<u64> = page.items.iter().map(|row| row.task.number.0).collect();
    assert_eq!(numbers, (1..=500).collect());
}

#[tokio::test]
async fn a_refusal_changes_nothing_and_its_neighbours_are_committed() {
    let fixture = Fixture::new();
    let id = fixture.create("once", Schedule::Manual).await;
    let mut commits = fixture.store.commits();
    let restore = || Command::RestoreTask { task: id, by: Actor::System };
    let archive = || Command::ArchiveTask { task: id, by: Actor::System };
    let (a, b, c) = tokio::join!(
        fixture.submit(restore(), 1),
        fixture.submit(archive(), 1),
        fixture.submit(restore(), 1),
    );
    for refused in [a, c] {
        assert!(matches!(refused, Err(WriteError::Refused(Refused::NotDeleted))), "{refused:?}");
    }
    assert_eq!(b.unwrap().events.len(), 1);
    let told = commits.recv().await.unwrap();
    assert_eq!(told.events.len(), 1);
}

#[tokio::test]
async fn events_are_told_in_order_without_a_gap_and_stay() {
    let fixture = Fixture::new();
    let mut commits = fixture.store.commits();
    for n in 0..20 {
        fixture.create(&format!("task {n}"), Schedule::Now).await;
    }
    let mut seqs = Vec::new();
    while let Ok(commit) = commits.try_recv() {
        seqs.extend(commit.events.iter().map(|e| e.seq.0));
    }
    assert_eq!(seqs, (1..=60).collect::<Vec<_>>(), "created, occurrence, queued: three a task");
    let kept = fixture.store.read(|r| r.events_after(EventSeq(0), 1000)).await.unwrap();
    assert_eq!(kept.iter().map(|e| e.seq.0).collect::<Vec<_>>(), seqs);
}

#[tokio::test]
async fn a_token_grows_with_every_claim_also_over_a_new_start() {
    let fixture = Fixture::new();
    fixture.create("a", Schedule::Now).await;
    fixture.create("b", Schedule::Now).await;
    let claim = async |fixture: &Fixture| {
        let ready = fixture.ready(10).await;
        let run = RunId(ctx(10).uuid());
        let command = Command::Claim {
            occurrence: ready[0],
            run,
            agent: "here".to_owned(),
            fingerprint: None,
            at_once: Vec::new(),
        };
        fixture.submit(command, 10).await.unwrap();
        fixture.store.read(move |r| r.run(run)).await.unwrap().unwrap()
    };
    let first = claim(&fixture).await;
    let fixture = fixture.reopen();
    let second = claim(&fixture).await;
    assert!(second.token > first.token);
    let forged = RunRef { run: first.id, token: second.token };
    let outcome = Outcome::Succeeded { summary: "exit 0".to_owned() };
    let finish = Command::Finish { run: forged, ending: outcome.into() };
    let refused = fixture.submit(finish, 20).await;
    assert!(matches!(refused, Err(WriteError::Refused(Refused::StaleToken { .. }))), "{refused:?}");
}

#[tokio::test]
async fn numbers_are_never_used_again_and_epochs_count_starts() {
    let fixture = Fixture::new();
    fixture.create("first", Schedule::Now).await;
    assert_eq!(fixture.store.next_epoch().await.unwrap(), 1);
    let fixture = fixture.reopen();
    assert_eq!(fixture.store.next_epoch().await.unwrap(), 2);
    fixture.create("second", Schedule::Now).await;
    assert_eq!(fixture.title_of("#2").await.as_deref(), Some("second"));
}

#[tokio::test]
async fn after_closing_everything_is_refused_with_a_sentence() {
    let fixture = Fixture::new();
    fixture.store.close();
    let refused = fixture.store.next_epoch().await.unwrap_err();
    assert_eq!(refused.to_string(), "The database is closed");
}
