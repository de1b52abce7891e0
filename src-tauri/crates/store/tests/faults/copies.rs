//! Faults while a backup is made: the database goes on, and what has a backup's name is one.

use crate::disk::Dice;
use crate::faults::{Kind, Plan};
use crate::full;
use crate::vfs;
use crate::work::Work;
use aegis_store::backup::{self, BackupError, verify};
use aegis_store::{Store, StoreOptions};

/// Lets every seventh call in turn (each, with `AEGIS_PROMISES=full`) fail once and then for good, until a backup meets no fault any more.
#[tokio::test]
async fn a_backup_that_meets_a_fault_leaves_nothing_half() {
    let dir = tempfile::tempdir().unwrap();
    let watching = vfs::watch(dir.path(), 1);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let work = Work::new(&store, &watching, Vec::new());
    let mut dice = Dice::new(1);
    for _ in 0..30 {
        work.create(&mut dice).await.unwrap();
    }
    let (mut moment, mut failed) = (0, 0);
    for kind in [Kind::Full, Kind::Broken, Kind::Busy] {
        for plan in [Plan::once as fn(_, _) -> Plan, Plan::for_good] {
            for call in (1..).step_by(if full() { 1 } else { 7 }) {
                moment += 1;
                watching.fail(Some(plan(kind, watching.calls() + call)));
                let made = store.back_up(crate::support::instant(moment)).await;
                let met = watching.failures() > 0;
                watching.fail(None);
                match made {
                    Ok(made) => assert_eq!(verify(&made.path).unwrap().tasks, 30),
                    Err(error) => {
                        assert!(met, "without a fault: {error}");
                        assert!(!matches!(error, BackupError::Damaged { .. }), "{error}");
                        failed += 1;
                    }
                }
                if !met {
                    break;
                }
            }
            for kept in backup::list(dir.path()).unwrap() {
                assert_eq!(verify(&kept.path).unwrap().tasks, 30, "{kept:?}");
            }
            let names = std::fs::read_dir(backup::folder(dir.path())).unwrap().flatten();
            let names: Vec<_> = names.map(|entry| entry.file_name()).collect();
            assert!(
                names.iter().all(|name| name.to_string_lossy().ends_with(".db")),
                "something half is left: {names:?}"
            );
        }
    }
    assert!(failed > if full() { 100 } else { 15 }, "only {failed} backups met a fault");
    work.create(&mut dice).await.unwrap();
    let deeds = work.deeds();
    store.close();
    assert_eq!(crate::ledger::check(dir.path(), &deeds).await, Ok(()));
    println!("promise P5 {failed} backups met a fault: none left half a copy");
}
