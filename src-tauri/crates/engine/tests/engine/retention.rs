//! Removing what is old, with the files that belong to it.

use crate::support::World;
use aegis_domain::machine::Command;
use aegis_domain::retention::Keep;
use aegis_domain::{Actor, Cause, RunId, Schedule, TaskId, Values};
use aegis_store::search::SearchRequest;
use aegis_store::{WriteError, list::TaskFilter, search::Order};
use std::time::Duration;
use tokio::sync::watch;

const DAY: i64 = 24 * 3600 * 1000;

/// Everything of the database is so many days older than it was.
fn age(world: &World, days: i64) {
    let conn = rusqlite::Connection::open(world.dir.path().join("aegis.db")).unwrap();
    let by = days * DAY;
    conn.execute_batch(&format!(
        "UPDATE occurrences SET updated_at = updated_at - {by};
         UPDATE events SET at = at - {by};
         UPDATE sweeps SET at = at - {by}, as_of = as_of - {by};
         UPDATE runs SET row = json_set(row, '$.end.at', '2020-01-01T00:00:00Z')
             WHERE ended_at IS NOT NULL;"
    ))
    .unwrap();
}

async fn run_again(world: &World, task: TaskId, times: u32) {
    for n in 0..times {
        let cause = if n == 0 { Cause::RunNow } else { Cause::RunAgain };
        let (values, by) = (Values::new(), Actor::System);
        let again = Command::Trigger { task, cause, values, by, continues: None, origin: None };
        world.engine.submit(again).await.unwrap();
        world.until(task, "completed").await;
    }
}

async fn runs(world: &World, task: TaskId) -> Vec<RunId> {
    let runs = world.engine.store().read(move |r| r.runs(task, 1000)).await.unwrap();
    runs.into_iter().map(|run| run.id).collect()
}

fn logs(world: &World) -> usize {
    world.engine.logs().on_disk().len()
}

fn keep(world: &World, keep: Keep) -> watch::Sender<Keep> {
    let (sender, receiver) = watch::channel(keep);
    world.engine.keep_within(receiver).unwrap();
    sender
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_would_go_and_removes_nothing() {
    let world = World::new(2).await;
    let id = world.create("done").await;
    world.until(id, "completed").await;
    world.engine.submit(Command::DeleteTask { task: id, by: Actor::System }).await.unwrap();
    let _limits = keep(&world, Keep::default());
    assert_eq!(world.engine.clean(true).await.unwrap().tasks, 0, "it is not old");
    let conn = rusqlite::Connection::open(world.dir.path().join("aegis.db")).unwrap();
    conn.execute("UPDATE tasks SET deleted_at = deleted_at - ?1", [31 * DAY]).unwrap();
    let said = world.engine.clean(true).await.unwrap();
    assert_eq!((said.tasks, said.logs, logs(&world)), (1, 1, 1));
    assert!(world.engine.store().read(move |r| r.card(id)).await.unwrap().is_some());
    let done = world.engine.clean(false).await.unwrap();
    assert_eq!((done.tasks, logs(&world)), (1, 0));
    assert!(world.engine.store().read(move |r| r.card(id)).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn old_logs_go_and_those_of_the_newest_runs_stay() {
    let world = World::new(2).await;
    let id = world.create_at("done often", Schedule::Manual).await;
    run_again(&world, id, 6).await;
    let all = runs(&world, id).await;
    // A log is as old as its name: the same runs, four months ago.
    let moved: Vec<RunId> = all.iter().map(|run| backdate(&world, *run, 120)).collect();
    let limits = keep(&world, Keep { logs_days: 0, logs_mib: 0, ..Keep::default() });
    assert_eq!(world.engine.clean(false).await.unwrap().logs, 0, "for ever");
    limits.send_replace(Keep { logs_days: 90, logs_mib: 0, history_days: 0, ..Keep::default() });
    let said = world.engine.clean(true).await.unwrap();
    assert_eq!((said.logs, logs(&world)), (3, 6));
    let done = world.engine.clean(false).await.unwrap();
    assert_eq!((done.logs, logs(&world)), (3, 3));
    assert_eq!(done.log_bytes, said.log_bytes);
    for (run, kept) in moved.iter().zip([true, true, true, false, false, false]) {
        assert_eq!(world.log_path(*run).exists(), kept, "{run}");
        let run = *run;
        let row = world.engine.store().read(move |r| r.run(run)).await.unwrap().unwrap();
        assert_eq!(row.end.unwrap().log_removed, !kept);
    }
    assert_eq!(world.engine.clean(false).await.unwrap().logs, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_that_no_run_names_go_once_they_are_old() {
    let world = World::new(1).await;
    let folder = world.dir.path().join("artifacts").join("ab");
    std::fs::create_dir_all(&folder).unwrap();
    let copy = folder.join("ab".repeat(32));
    std::fs::write(&copy, "1234").unwrap();
    let done = world.engine.clean(false).await.unwrap();
    assert_eq!(done.copies, 0, "a run's row may be about to name it");
    let file = std::fs::File::options().write(true).open(&copy).unwrap();
    let made = file.metadata().unwrap().modified().unwrap();
    file.set_modified(made - Duration::from_secs(7200)).unwrap();
    let said = world.engine.clean(true).await.unwrap();
    assert_eq!((said.copies, said.copy_bytes, copy.exists()), (1, 4, true));
    let done = world.engine.clean(false).await.unwrap();
    assert_eq!((done.copies, done.copy_bytes, copy.exists()), (1, 4, false));
}

/// Gives a run and its log an id that was made so many days ago.
fn backdate(world: &World, run: RunId, days: i64) -> RunId {
    let (secs, nanos) = run.0.get_timestamp().unwrap().to_unix();
    let millis = secs * 1000 + u64::from(nanos / 1_000_000) - u64::try_from(days * DAY).unwrap();
    let mut bytes = *run.0.as_bytes();
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    let old = RunId(uuid::Uuid::from_bytes(bytes));
    let at = aegis_domain::Timestamp::from_timestamp_millis(i64::try_from(millis).unwrap());
    let conn = rusqlite::Connection::open(world.dir.path().join("aegis.db")).unwrap();
    conn.execute(
        "UPDATE runs SET id = ?2, row = json_set(row, '$.id', ?3, '$.end.at', ?4) WHERE id = ?1",
        (run.0, old.0, old.to_string(), at.unwrap().to_rfc3339()),
    )
    .unwrap();
    let path = world.log_path(old);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::rename(world.log_path(run), path).unwrap();
    old
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_that_are_too_many_go_from_the_oldest_on() {
    let world = World::new(2).await;
    let id = world.create_at("loud", Schedule::Manual).await;
    run_again(&world, id, 4).await;
    let all = runs(&world, id).await;
    for run in &all {
        std::fs::write(world.log_path(*run), vec![b'x'; 600 * 1024]).unwrap();
    }
    let stray = RunId(world.engine.ctx().uuid());
    let limits = Keep { logs_mib: 1, logs_days: 0, ..Keep::default() };
    let _limits = keep(&world, limits);
    std::fs::write(world.log_path(stray), b"a log without a run, and not old").unwrap();
    let done = world.engine.clean(false).await.unwrap();
    assert_eq!(done.logs, 3, "{done:?}");
    let left: u64 = world.engine.logs().on_disk().iter().map(|log| log.bytes).sum();
    assert!(left <= 1024 * 1024, "{left}");
    assert!(world.log_path(all[0]).exists(), "the newest run's");
}

/// Ten years forward, as a flat battery or a wrong hand would set it: next to nothing goes.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_ten_years_removes_next_to_nothing() {
    let world = World::new(2).await;
    let gone = world.create_at("deleted", Schedule::Manual).await;
    world.engine.submit(Command::DeleteTask { task: gone, by: Actor::System }).await.unwrap();
    let _limits = keep(&world, Keep { deleted_days: 30, ..Keep::default() });
    let first = world.engine.clean(false).await.unwrap();
    assert_eq!(first.tasks, 0);
    // Ten years later by the clock is ten years earlier for all that is written down.
    age(&world, 3650);
    let conn = rusqlite::Connection::open(world.dir.path().join("aegis.db")).unwrap();
    conn.execute(
        "UPDATE tasks SET deleted_at = deleted_at - ?1 WHERE deleted_at IS NOT NULL",
        [3650 * DAY],
    )
    .unwrap();
    let jumped = world.engine.clean(false).await.unwrap();
    assert_eq!(jumped.tasks, 0, "a week is believed: {jumped:?}");
    assert_eq!((jumped.as_of - first.as_of).num_days() + 3650, 7);
    // The control: without the memory of the last clean-up and of what happened, it would go.
    conn.execute_batch("DELETE FROM sweeps; DELETE FROM events").unwrap();
    drop(conn);
    assert_eq!(world.engine.clean(false).await.unwrap().tasks, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_gone_for_good_leaves_no_file_and_no_word() {
    let world = World::new(2).await;
    let id = world.create("unmistakable words").await;
    world.until(id, "completed").await;
    let [run] = runs(&world, id).await[..] else { panic!("one run") };
    assert!(world.log_path(run).exists());
    let found = async || {
        let query = aegis_domain::search::SearchQuery::new("unmistakable").unwrap();
        let (filter, order) = (TaskFilter::default(), Order::Best);
        let request = SearchRequest { query, filter, order, after: None, limit: 9 };
        world.engine.search(request).await.unwrap().page.items.len()
    };
    assert_eq!(found().await, 1);
    let early = world.engine.purge(id).await.unwrap_err();
    assert!(matches!(early, WriteError::Refused(_)), "{early}");
    assert!(world.log_path(run).exists(), "a refusal removes nothing");
    world.engine.submit(Command::DeleteTask { task: id, by: Actor::System }).await.unwrap();
    assert_eq!(found().await, 0);
    world.engine.purge(id).await.unwrap();
    assert!(!world.log_path(run).exists());
    assert_eq!(found().await, 0);
    let gone = world.engine.store().read(move |r| r.card(id)).await.unwrap();
    assert!(gone.is_none());
}
