//! Requests that count once, and tasks of which there is one at a time, in the database.

use crate::support::{Fixture, ctx, draft};
use aegis_domain::machine::{Command, Refused};
use aegis_domain::{Actor, Guard, Key, Once, Schedule, TaskId, Unique};
use aegis_store::list::ListQuery;
use aegis_store::{Submission, WriteError};

fn once(key: &str, request: &str) -> Guard {
    let key = Key::new("key", key).unwrap();
    Guard { once: Some(Once { key, request: request.to_owned() }), unique: None }
}

fn create(guard: &Guard) -> Submission {
    let id = TaskId(ctx(0).uuid());
    let draft = draft("an order", Schedule::Manual);
    let (by, guard) = (Actor::System, Box::new(guard.clone()));
    Submission { command: Command::CreateOnce { id, draft, by, origin: None, guard }, ctx: ctx(0) }
}

async fn tasks(fixture: &Fixture) -> usize {
    let all = ListQuery { limit: 10_000, ..ListQuery::default() };
    fixture.store.read(move |r| r.list(&all)).await.unwrap().items.len()
}

/// Equal requests of 64 threads; 50 of each, and 10,000 with `AEGIS_PROMISES=full`.
#[test]
fn equal_keys_of_many_threads_make_one_task() {
    const THREADS: usize = 64;
    let full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    let each = if full { 10_000 } else { 50 };
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let fixture = Fixture::new();
    let guard = once("order 7", "an order");
    let start = std::sync::Barrier::new(THREADS);
    let made: Vec<(u64, Vec<TaskId>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                let (store, handle) = (fixture.store.clone(), runtime.handle().clone());
                let (guard, start) = (&guard, &start);
                scope.spawn(move || {
                    let (mut made, mut answered) = (0, Vec::new());
                    start.wait();
                    for _ in 0..each {
                        let request = create(guard);
                        let Command::CreateOnce { id, .. } = request.command else { panic!() };
                        match handle.block_on(store.submit(request)) {
                            Ok(_) => {
                                made += 1;
                                answered.push(id);
                            }
                            Err(WriteError::Refused(Refused::MadeBefore { task, .. })) => {
                                answered.push(task);
                            }
                            Err(error) => panic!("{error}"),
                        }
                        answered.dedup();
                    }
                    (made, answered)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(made.iter().map(|(made, _)| made).sum::<u64>(), 1, "one request made a task");
    let mut answers: Vec<TaskId> = made.into_iter().flat_map(|(_, answers)| answers).collect();
    answers.sort();
    answers.dedup();
    assert_eq!(answers.len(), 1, "everybody was told of the same one");
    assert_eq!(runtime.block_on(tasks(&fixture)), 1);
    // The control: without a key each request makes a task.
    for _ in 0..2 {
        runtime.block_on(fixture.store.submit(create(&Guard::default()))).unwrap();
    }
    assert_eq!(runtime.block_on(tasks(&fixture)), 3);
    println!("promise P4 {} {THREADS} threads, 1 task", THREADS * each);
}

#[tokio::test]
async fn a_key_outlives_a_restart_and_keeps_its_request() {
    let fixture = Fixture::new();
    fixture.store.submit(create(&once("7", "an order"))).await.unwrap();
    let fixture = fixture.reopen();
    let same = fixture.store.submit(create(&once("7", "an order"))).await;
    let other = fixture.store.submit(create(&once("7", "another"))).await;
    assert!(matches!(same, Err(WriteError::Refused(Refused::MadeBefore { .. }))), "{same:?}");
    assert!(matches!(other, Err(WriteError::Refused(Refused::KeyUsed { .. }))), "{other:?}");
    assert_eq!(tasks(&fixture).await, 1);
}

#[tokio::test]
async fn there_is_one_of_a_kind_until_it_is_done_or_deleted() {
    let fixture = Fixture::new();
    let key = Key::new("unique", "nightly").unwrap();
    let unique = Some(Unique { key, while_in: Unique::not_done() });
    let guard = Guard { once: None, unique };
    let first = create(&guard);
    let Command::CreateOnce { id, .. } = first.command else { panic!() };
    // Both in one commit: the second sees the first.
    let (a, b) = tokio::join!(fixture.store.submit(first), fixture.store.submit(create(&guard)));
    a.unwrap();
    let refused = b.unwrap_err().to_string();
    assert!(refused.contains("#1 is waiting to be run"), "{refused}");
    let by = Actor::System;
    fixture.submit(Command::CompleteByHand { task: id, by: by.clone() }, 5).await.unwrap();
    let second = create(&guard);
    let Command::CreateOnce { id, .. } = second.command else { panic!() };
    fixture.store.submit(second).await.unwrap();
    assert!(fixture.store.submit(create(&guard)).await.is_err());
    fixture.submit(Command::DeleteTask { task: id, by }, 6).await.unwrap();
    fixture.store.submit(create(&guard)).await.unwrap();
}
