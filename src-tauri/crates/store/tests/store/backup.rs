//! Copies of the database, and putting them back.

use crate::support::{Fixture, instant};
use aegis_domain::Schedule;
use aegis_store::backup::{self, BackupError, KEPT, Reason, restore, verify};
use aegis_store::{Store, StoreOptions, latest_version};
use rusqlite::Connection;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|all| all.map(|e| e.unwrap().path()).collect());
    let mut files: Vec<PathBuf> = entries.unwrap_or_default();
    files.sort();
    files
}

fn database(fixture: &Fixture) -> PathBuf {
    fixture.dir.path().join("aegis.db")
}

#[tokio::test]
async fn a_backup_holds_what_was_committed_while_others_write() {
    let fixture = Fixture::new();
    for n in 0..50 {
        fixture.create(&format!("task {n}"), Schedule::Now).await;
    }
    let (made, ()) = tokio::join!(fixture.store.back_up(instant(1)), async {
        for n in 0..50 {
            fixture.create(&format!("later {n}"), Schedule::Now).await;
        }
    });
    let made = made.unwrap();
    assert_eq!((made.at, made.reason), (instant(1), Reason::Regular));
    assert_eq!(fs::metadata(&made.path).unwrap().mode() & 0o777, 0o600);
    let contents = verify(&made.path).unwrap();
    assert!((50..=100).contains(&contents.tasks), "{contents:?}");
    assert_eq!(contents.occurrences, contents.tasks);
    assert_eq!(contents.form, latest_version());
    assert_eq!(files_in(&backup::folder(fixture.dir.path())), [made.path], "and nothing else");
}

#[tokio::test]
async fn what_a_backup_holds_comes_back_and_what_it_replaces_is_kept() {
    let fixture = Fixture::new();
    fixture.create("before", Schedule::Now).await;
    let made = fixture.store.back_up(instant(1)).await.unwrap();
    fixture.create("after", Schedule::Now).await;
    fixture.store.close();
    let restored = restore(fixture.dir.path(), &made.path, instant(2)).unwrap();
    assert_eq!(restored.contents.tasks, 1);
    let kept = restored.kept.unwrap();
    assert_eq!(verify(&kept).unwrap().tasks, 2);
    let fixture = fixture.reopen();
    assert_eq!(fixture.title_of("1").await.as_deref(), Some("before"));
    assert_eq!(fixture.title_of("2").await, None);
    // And back again: what was replaced is a backup like any other.
    fixture.store.close();
    restore(fixture.dir.path(), &kept, instant(3)).unwrap();
    let fixture = fixture.reopen();
    assert_eq!(fixture.title_of("2").await.as_deref(), Some("after"));
}

#[tokio::test]
async fn the_log_of_a_crashed_engine_is_never_put_upon_the_restored_database() {
    let fixture = Fixture::new();
    fixture.create("before", Schedule::Now).await;
    let made = fixture.store.back_up(instant(1)).await.unwrap();
    fixture.create("after", Schedule::Now).await;
    // As after a crash: files of the moment, the write-ahead log among them.
    let crashed = tempfile::tempdir().unwrap();
    for file in files_in(fixture.dir.path()).iter().filter(|file| file.is_file()) {
        fs::copy(file, crashed.path().join(file.file_name().unwrap())).unwrap();
    }
    fixture.store.close();
    assert!(fs::metadata(crashed.path().join("aegis.db-wal")).unwrap().len() > 0);
    let restored = restore(crashed.path(), &made.path, instant(2)).unwrap();
    assert_eq!(verify(&restored.kept.unwrap()).unwrap().tasks, 2, "the log's commits are kept");
    assert!(!crashed.path().join("aegis.db-wal").exists());
    assert_eq!(verify(&crashed.path().join("aegis.db")).unwrap().tasks, 1);
}

#[tokio::test]
async fn a_damaged_database_is_kept_when_it_is_replaced() {
    let fixture = Fixture::new();
    for n in 0..100 {
        fixture.create(&format!("task {n}"), Schedule::Now).await;
    }
    let made = fixture.store.back_up(instant(1)).await.unwrap();
    fixture.store.close();
    let garbage = b"a letter to my aunt, not a database".repeat(100);
    fs::write(database(&fixture), &garbage).unwrap();
    fs::write(fixture.dir.path().join("aegis.db-wal"), "its log").unwrap();
    let kept = restore(fixture.dir.path(), &made.path, instant(2)).unwrap().kept.unwrap();
    assert_eq!(fs::read(&kept).unwrap(), garbage);
    assert!(!fixture.dir.path().join("aegis.db-wal").exists());
    assert_eq!(verify(&database(&fixture)).unwrap().tasks, 100);
}

#[tokio::test]
async fn what_is_no_backup_is_refused_and_nothing_changes() {
    let fixture = Fixture::new();
    fixture.create("mine", Schedule::Now).await;
    let made = fixture.store.back_up(instant(1)).await.unwrap();
    fixture.store.close();
    let other = tempfile::tempdir().unwrap();
    let at = |name: &str| other.path().join(name);
    fs::write(at("letter"), "dear aunt, ".repeat(500)).unwrap();
    fs::write(at("empty"), "").unwrap();
    let whole = fs::read(&made.path).unwrap();
    fs::write(at("truncated"), &whole[..whole.len() / 2]).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 4096].fill(0xa5);
    fs::write(at("damaged"), damaged).unwrap();
    fs::write(at("newer"), &whole).unwrap();
    let newer = Connection::open(at("newer")).unwrap();
    newer.pragma_update(None, "user_version", latest_version() + 1).unwrap();
    newer.close().unwrap();
    let foreign = Connection::open(at("foreign")).unwrap();
    foreign.execute_batch("CREATE TABLE notes (text); PRAGMA user_version = 1").unwrap();
    foreign.close().unwrap();
    let before = fs::read(database(&fixture)).unwrap();
    let refused = |name: &str| restore(fixture.dir.path(), &at(name), instant(2)).unwrap_err();
    assert!(matches!(refused("letter"), BackupError::Damaged { .. }));
    assert!(matches!(refused("empty"), BackupError::Foreign(_)));
    assert!(matches!(refused("truncated"), BackupError::Damaged { .. }));
    assert!(matches!(refused("damaged"), BackupError::Damaged { .. }));
    assert!(matches!(refused("newer"), BackupError::Newer { .. }));
    assert!(matches!(refused("foreign"), BackupError::Foreign(_)));
    assert!(matches!(refused("missing"), BackupError::NotFound(_)));
    assert!(matches!(refused("."), BackupError::NotFound(_)));
    assert_eq!(fs::read(database(&fixture)).unwrap(), before);
    assert_eq!(backup::list(fixture.dir.path()).unwrap(), [made]);
}

#[tokio::test]
async fn the_newest_seven_stay_and_files_of_others_too() {
    let fixture = Fixture::new();
    fixture.create("task", Schedule::Now).await;
    let folder = backup::folder(fixture.dir.path());
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("aegis-mine.db"), "a letter").unwrap();
    fs::write(folder.join("unfinished.part"), "of a crash").unwrap();
    for n in 1..=10 {
        fixture.store.back_up(instant(n)).await.unwrap();
    }
    let kept = backup::list(fixture.dir.path()).unwrap();
    assert_eq!(kept.len(), KEPT);
    let moments: Vec<_> = kept.iter().map(|backup| backup.at).collect();
    assert_eq!(moments, (4..=10).rev().map(instant).collect::<Vec<_>>());
    let others = files_in(&folder).into_iter().filter(|f| kept.iter().all(|b| b.path != *f));
    assert_eq!(others.collect::<Vec<_>>(), [folder.join("aegis-mine.db")]);
}

#[tokio::test]
async fn a_backup_is_never_written_over() {
    let fixture = Fixture::new();
    let made = fixture.store.back_up(instant(1)).await.unwrap();
    let before = fs::read(&made.path).unwrap();
    fixture.create("task", Schedule::Now).await;
    let again = fixture.store.back_up(instant(1)).await.unwrap_err();
    assert_eq!(again, BackupError::Exists(made.path.clone()));
    assert_eq!(fs::read(&made.path).unwrap(), before);
}

#[test]
fn only_names_of_backups_are_found() {
    let fixture = Fixture::new();
    let dir = fixture.dir.path();
    for name in ["../aegis.db", "aegis.db", "", "/etc/passwd", "\u{1b}[2J"] {
        assert!(matches!(backup::find(dir, name), Err(BackupError::NotFound(_))), "{name:?}");
    }
    assert_eq!(backup::list(dir).unwrap(), []);
}

#[test]
fn a_database_of_an_older_form_is_kept_before_it_is_changed() {
    let dir = tempfile::tempdir().unwrap();
    crate::migrate::first_form(dir.path());
    Store::open(dir.path(), StoreOptions::default()).unwrap().close();
    let made = backup::list(dir.path()).unwrap();
    let [old] = &made[..] else { panic!("{made:?}") };
    assert_eq!(old.reason, Reason::Migration(1));
    assert!(old.name().ends_with("-form-1.db"), "{}", old.name());
    let contents = verify(&old.path).unwrap();
    assert_eq!((contents.form, contents.tasks), (1, 1));
    // A start that changes nothing needs none.
    Store::open(dir.path(), StoreOptions::default()).unwrap().close();
    assert_eq!(backup::list(dir.path()).unwrap(), made);
    // It can be put back, and is brought up again.
    restore(dir.path(), &old.path, instant(1)).unwrap();
    assert_eq!(verify(&dir.path().join("aegis.db")).unwrap().form, 1);
    Store::open(dir.path(), StoreOptions::default()).unwrap().close();
    assert_eq!(verify(&dir.path().join("aegis.db")).unwrap().form, latest_version());
}

#[tokio::test]
async fn a_restored_database_knows_that_it_is_one_until_that_is_settled() {
    let fixture = Fixture::new();
    let path = fixture.store.back_up(instant(1)).await.unwrap().path;
    fixture.store.close();
    restore(fixture.dir.path(), &path, instant(2)).unwrap();
    let store = Store::open(fixture.dir.path(), StoreOptions::default()).unwrap();
    assert!(store.read(|r| r.restored()).await.unwrap());
    store.restored_is_settled().await.unwrap();
    assert!(!store.read(|r| r.restored()).await.unwrap());
}

#[test]
fn without_a_backup_the_form_is_not_changed() {
    let dir = tempfile::tempdir().unwrap();
    crate::migrate::first_form(dir.path());
    fs::write(backup::folder(dir.path()), "in the way").unwrap();
    assert!(Store::open(dir.path(), StoreOptions::default()).is_err());
    let conn = Connection::open(dir.path().join("aegis.db")).unwrap();
    let form: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
    assert_eq!(form, 1);
}
