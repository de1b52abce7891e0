//! The write-ahead log when it cannot be folded back, or not begun anew.

use crate::disk::Dice;
use crate::faults::{Call, Kind, Plan};
use crate::ledger::check;
use crate::vfs;
use crate::work::Work;
use aegis_store::{Reader, Store, StoreOptions};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tempfile::tempdir;

/// What the store lets the log keep once it can be begun anew.
const KEPT: u64 = 16 * 1024 * 1024;
/// Nothing here takes as long.
const LONG: Duration = Duration::from_secs(60);
const PAGE: u64 = 4096;

/// It is begun anew again and again while commits go on, none of which waits for that.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_small_while_work_goes_on() {
    let dir = tempdir().unwrap();
    let watching = vfs::watch(dir.path(), 1);
    let options = StoreOptions { log_pages: 100, ..StoreOptions::default() };
    let store = Store::open(dir.path(), options).unwrap();
    let work = Work::new(&store, &watching, Vec::new());
    let mut dice = Dice::new(1);
    let size = |name| std::fs::metadata(dir.path().join(name)).unwrap().len();
    let begun = Instant::now();
    // Ten times what the log may hold is in the database.
    while size("aegis.db") < 1000 * PAGE {
        assert!(begun.elapsed() < LONG, "the database has {} bytes", size("aegis.db"));
        work.all_at_once(16, 4, &mut dice).await;
    }
    // Four times what it is folded back from, and the commit that went beyond.
    let log = size("aegis.db-wal");
    assert!(log < 1000 * PAGE, "the log has {log} bytes");
    let deeds = work.deeds();
    store.close();
    assert_eq!(check(dir.path(), &deeds).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stays_lets_the_log_grow_and_costs_nothing_else() {
    let dir = tempdir().unwrap();
    let watching = vfs::watch(dir.path(), 1);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let work = Work::new(&store, &watching, Vec::new());
    let mut dice = Dice::new(1);
    work.create(&mut dice).await.unwrap();
    let (reads, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let reading = store.clone();
    let reader = tokio::spawn(async move {
        let look = move |r: &Reader<'_>| {
            let before = r.last_seq()?;
            reads.send(()).unwrap();
            let _ = ended.recv();
            assert_eq!(r.last_seq()?, before, "a snapshot stays what it was");
            Ok(())
        };
        reading.read(look).await
    });
    begun.recv().unwrap();
    let log = || std::fs::metadata(dir.path().join("aegis.db-wal")).unwrap().len();
    while log() <= KEPT {
        work.large().await.unwrap();
    }
    drop(end);
    reader.await.unwrap().unwrap();
    // It is folded back beside the commits, and one of them begins it anew.
    let begun = Instant::now();
    while log() > KEPT {
        assert!(begun.elapsed() < LONG, "the log has {} bytes", log());
        work.create(&mut dice).await.unwrap();
    }
    let deeds = work.deeds();
    store.close();
    assert_eq!(check(dir.path(), &deeds).await, Ok(()));
}

#[tokio::test]
async fn a_log_that_cannot_be_folded_back_still_takes_commits() {
    let dir = tempdir().unwrap();
    let watching = vfs::watch(dir.path(), 1);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let work = Work::new(&store, &watching, Vec::new());
    let mut dice = Dice::new(1);
    for kind in [Kind::Full, Kind::Broken] {
        watching.fail(Some(Plan::for_good(kind, 0).only(Call::Write, "aegis.db")));
        while watching.failures() < 3 {
            work.create(&mut dice).await.unwrap();
        }
        let deeds = work.deeds();
        let cut = watching.cut();
        let other = tempdir().unwrap();
        vfs::write_image(other.path(), &cut.image);
        assert_eq!(check(other.path(), &deeds).await, Ok(()), "it was all in the log");
        watching.fail(None);
        work.create(&mut dice).await.unwrap();
    }
    let deeds = work.deeds();
    store.close();
    assert_eq!(check(dir.path(), &deeds).await, Ok(()));
}
