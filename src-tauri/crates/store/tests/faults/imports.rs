//! An import is all or nothing, and says which, whatever happens meanwhile.

use crate::disk::Dice;
use crate::faults::{Call, Kind, Plan};
use crate::support::ctx;
use crate::vfs::{self, Watching};
use crate::work::Work;
use crate::{full, ledger};
use aegis_domain::TaskRef;
use aegis_store::list::ListQuery;
use aegis_store::transfer::{Destination, export, import};
use aegis_store::{Store, StoreOptions};
use std::path::Path;
use tempfile::tempdir;

const TASKS: u64 = 25;

/// An export of so many tasks.
async fn exported() -> Vec<u8> {
    let dir = tempdir().unwrap();
    let watching = vfs::watch(dir.path(), 1);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let work = Work::new(&store, &watching, Vec::new());
    let mut dice = Dice::new(1);
    for _ in 0..TASKS {
        work.create(&mut dice).await.unwrap();
    }
    store.close();
    let mut bytes = Vec::new();
    export(dir.path(), &mut bytes).unwrap();
    bytes
}

/// How many tasks the database in `dir` has; it is sound.
async fn tasks_in(dir: &Path) -> u64 {
    assert_eq!(ledger::check(dir, &[]).await, Ok(()));
    let store = Store::open(dir, StoreOptions::default()).unwrap();
    let all = ListQuery { limit: 100, ..ListQuery::default() };
    let last = store.read(move |r| r.list(&all)).await.unwrap().items.len() as u64;
    let name: TaskRef = format!("#{TASKS}").parse().unwrap();
    let newest = store.read(move |r| r.task(&name)).await.unwrap();
    store.close();
    assert_eq!(newest.is_some(), last == TASKS);
    last
}

fn take(dir: &Path, bytes: &[u8]) -> bool {
    import(dir, bytes, Destination::Empty, ctx(5_000)).is_ok()
}

/// Lets every call in turn fail, once and for good (without `AEGIS_PROMISES=full`, every 97th).
#[tokio::test]
async fn an_import_that_meets_a_fault_took_all_or_nothing_and_says_which() {
    let bytes = exported().await;
    let (mut met, mut taken) = (0, 0);
    for plan in [Plan::once as fn(_, _) -> Plan, Plan::for_good] {
        for kind in [Kind::Full, Kind::Broken] {
            for call in (1..).step_by(if full() { 1 } else { 97 }) {
                let dir = tempdir().unwrap();
                let watching = vfs::watch(dir.path(), call | 1);
                watching.fail(Some(plan(kind, call)));
                let done = take(dir.path(), &bytes);
                let failed = watching.failures() > 0;
                watching.fail(None);
                assert_eq!(tasks_in(dir.path()).await, if done { TASKS } else { 0 }, "{call}");
                if !failed {
                    assert!(done);
                    break;
                }
                assert!(done || take(dir.path(), &bytes), "it cannot be tried again");
                met += 1;
                taken += u64::from(done);
            }
        }
    }
    assert!(met > taken && met > 5, "{met} faults were met, {taken} did not matter");
}

/// What was taken in is in the log when it cannot be folded back: the import is done.
#[tokio::test]
async fn an_import_that_cannot_be_folded_back_is_done() {
    let bytes = exported().await;
    let dir = tempdir().unwrap();
    Store::open(dir.path(), StoreOptions::default()).unwrap().close();
    let watching = vfs::watch(dir.path(), 1);
    watching.fail(Some(Plan::for_good(Kind::Full, 0).only(Call::Write, "aegis.db")));
    assert!(take(dir.path(), &bytes));
    assert!(watching.failures() > 0, "nobody tried to fold it back");
    watching.fail(None);
    assert_eq!(tasks_in(dir.path()).await, TASKS);
}

/// Cuts the power at any moment.
#[tokio::test]
async fn an_import_that_is_cut_off_took_all_or_nothing() {
    let bytes = exported().await;
    let (mut before, mut after) = (0, 0);
    for seed in 0..if full() { 50 } else { 3 } {
        let dir = tempdir().unwrap();
        let watching: Watching = vfs::watch(dir.path(), seed << 1 | 1).cut_every(60);
        assert!(take(dir.path(), &bytes));
        let last = watching.cut();
        for cut in watching.take_cuts() {
            let left = tempdir().unwrap();
            vfs::write_image(left.path(), &cut.image);
            match tasks_in(left.path()).await {
                0 => before += 1,
                TASKS => after += 1,
                some => panic!("{some} of {TASKS} tasks"),
            }
        }
        let left = tempdir().unwrap();
        vfs::write_image(left.path(), &last.image);
        assert_eq!(tasks_in(left.path()).await, TASKS, "it was done");
    }
    assert!(before > 0 && after > 0, "{before} before, {after} after");
}
