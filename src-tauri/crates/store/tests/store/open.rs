//! Opening what should not be opened.

use crate::support::Fixture;
use aegis_domain::Schedule;
use aegis_store::{OpenError, Store, StoreOptions, latest_version};
use std::path::Path;

fn open(dir: &Path) -> Result<Store, OpenError> {
    Store::open(dir, StoreOptions::default())
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_new_start() {
    let fixture = Fixture::new();
    fixture.create("water the plants", Schedule::Now).await;
    let fixture = fixture.reopen();
    assert_eq!(fixture.title_of("1").await.as_deref(), Some("water the plants"));
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let fixture = Fixture::new();
    fixture.store.close();
    let path = fixture.dir.path().join("aegis.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", latest_version() + 1).unwrap();
    drop(conn);
    let before = std::fs::read(&path).unwrap();
    let refused = open(fixture.dir.path()).err().unwrap();
    assert!(matches!(refused, OpenError::NewerVersion { .. }), "{refused}");
    assert!(refused.to_string().contains("newer Aegis"), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("aegis.db");
    let garbage = b"this is a letter to my aunt, not a database".repeat(100);
    std::fs::write(&path, &garbage).unwrap();
    let refused = open(dir.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Corrupt { .. }), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), garbage);
}

#[tokio::test]
async fn a_damaged_page_is_found_at_the_start() {
    let fixture = Fixture::new();
    for n in 0..200 {
        fixture.create(&format!("task {n}"), Schedule::Now).await;
    }
    fixture.store.close();
    let path = fixture.dir.path().join("aegis.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let refused = open(fixture.dir.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Corrupt { .. }), "{refused}");
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refused = open(&dir.path().join("missing")).err().unwrap();
    assert!(matches!(refused, OpenError::ReadOnly { .. }), "{refused}");
}

#[test]
fn a_first_start_makes_every_table() {
    let fixture = Fixture::new();
    let conn = rusqlite::Connection::open(fixture.dir.path().join("aegis.db")).unwrap();
    let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
    assert_eq!(version, latest_version());
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |r| r.get(0)).unwrap();
    assert_eq!(mode, "wal");
}
