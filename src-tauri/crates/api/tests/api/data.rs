//! Backups through the door.

use crate::support::Fixture;
use aegis_protocol::{
    BackupReason, CreateBackup, DataContents, ErrorKind, ListBackups, VerifyBackup,
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_listed_and_checked_beside_the_work() {
    let world = Fixture::new().await;
    assert_eq!(world.call(ListBackups {}).await.unwrap(), []);
    let made = world.call(CreateBackup {}).await.unwrap();
    assert_eq!(made.reason, BackupReason::Regular);
    assert!(made.path.ends_with(&made.name), "{made:?}");
    assert_eq!(world.call(ListBackups {}).await.unwrap(), std::slice::from_ref(&made));
    let DataContents { path, tasks, .. } =
        world.call(VerifyBackup { name: made.name }).await.unwrap();
    assert_eq!((path, tasks), (made.path, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_file_is_reached_through_a_name() {
    let world = Fixture::new().await;
    for name in ["../aegis.db", "aegis.db", "/etc/passwd", "", "a\u{1b}[2J"] {
        let refused = world.raw("backup.verify", json!({ "name": name })).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::NotFound, "{name:?}");
        assert!(!refused.message.contains('\u{1b}'), "{refused:?}");
        assert!(refused.hint.is_some(), "{refused:?}");
    }
}
