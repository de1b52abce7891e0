//! What findings mean, in a table; and a look at real folders.

use super::findings::{Database, Engine, Findings, Folder, Lock};
use super::judge::judge;
use super::{Verdict, examine};
use crate::Paths;
use aegis_domain::Timestamp;
use aegis_domain::retention::Swept;
use aegis_ports::SecretsError;
use aegis_store::latest_version;
use aegis_store::search::IndexState;
use std::time::Duration;

fn now() -> Timestamp {
    Timestamp::from_timestamp_millis(1_795_249_950_123).unwrap()
}

fn sound() -> Database {
    Database {
        form: latest_version(),
        tasks: 3,
        unended: 0,
        stray_logs: 0,
        short_logs: 0,
        bytes: 1 << 20,
        log_bytes: 3 << 20,
        newest_event: Some(now()),
        last_sweep: None,
    }
}

fn well() -> Findings {
    Findings {
        now: now(),
        folder_name: "/data".to_owned(),
        folder: Folder::There { own: true, mode: 0o40700 },
        lock: Lock::Free,
        engine: Engine::None,
        database: Some(Ok(sound())),
        search: Some(Ok(IndexState { docs: 3, behind: 0, bytes: 4096 })),
        free: Some(10 << 30),
        wal: 0,
        newest_backup: Ok(Some(now() - Duration::from_secs(3600))),
        helper: Ok("/bin/aegis-helper".to_owned()),
        sandboxes: Ok(vec![("bubblewrap", None), ("Landlock", None)]),
        control_group: Ok(()),
        settings: Ok(()),
        zone: Some("Europe/Berlin".to_owned()),
        keychain: Ok(()),
    }
}

fn with(change: impl FnOnce(&mut Findings)) -> Findings {
    let mut findings = well();
    change(&mut findings);
    findings
}

fn with_database(change: impl FnOnce(&mut Database)) -> Findings {
    let mut database = sound();
    change(&mut database);
    with(|f| f.database = Some(Ok(database)))
}

/// What is not well, by name.
fn complaints(findings: &Findings) -> Vec<(&'static str, Verdict)> {
    let checks = judge(findings);
    for check in &checks {
        assert_eq!(check.hint.is_some(), check.verdict != Verdict::Ok, "{check:?}");
        assert!(check.message.ends_with('.'), "{check:?}");
    }
    let bad = checks.into_iter().filter(|check| check.verdict != Verdict::Ok);
    bad.map(|check| (check.name, check.verdict)).collect()
}

#[test]
fn what_is_well_is_said_to_be() {
    let answers = |version: &str| Engine::Answers { pid: 7, version: version.to_owned() };
    for findings in [
        well(),
        with(|f| (f.lock, f.engine) = (Lock::Held, answers(env!("CARGO_PKG_VERSION")))),
        with(|f| (f.folder, f.database, f.newest_backup) = (Folder::Missing, None, Ok(None))),
        with_database(|d| d.newest_event = Some(now() + Duration::from_secs(60))),
        with_database(|d| d.newest_event = None),
        with(|f| f.search = None),
        with(|f| f.sandboxes = Ok(vec![("bubblewrap", None), ("Landlock", Some("no".to_owned()))])),
        with_database(|d| d.last_sweep = Some(Swept { at: now(), as_of: now() })),
        with(|f| f.search = Some(Ok(IndexState { docs: 3, behind: 7, bytes: 4096 }))),
    ] {
        assert_eq!(complaints(&findings), [], "{findings:?}");
    }
    let mut working = with_database(|d| d.unended = 2);
    (working.lock, working.engine) = (Lock::Held, answers(env!("CARGO_PKG_VERSION")));
    assert_eq!(complaints(&working), []);
}

#[test]
fn what_is_not_well_is_named() {
    use Verdict::{Problem, Warning};
    let no = || "no".to_owned();
    let table = [
        (with(|f| f.folder = Folder::Occupied), "data directory", Problem),
        (with(|f| f.folder = Folder::Unreadable(no())), "data directory", Problem),
        (with(|f| f.folder = Folder::There { own: false, mode: 0o700 }), "data directory", Problem),
        (with(|f| f.folder = Folder::There { own: true, mode: 0o500 }), "data directory", Problem),
        (with(|f| f.folder = Folder::There { own: true, mode: 0o755 }), "data directory", Warning),
        (with(|f| f.lock = Lock::Held), "lock", Warning),
        (with(|f| f.lock = Lock::Unreadable(no())), "lock", Problem),
        (with(|f| f.engine = Engine::Silent("no.".to_owned())), "engine", Problem),
        (
            with(|f| f.engine = Engine::Answers { pid: 7, version: "0.0.9".to_owned() }),
            "engine",
            Warning,
        ),
        (with(|f| f.database = Some(Err("It is damaged.".to_owned()))), "database", Problem),
        (with_database(|d| d.form = 1), "database", Warning),
        (with_database(|d| d.unended = 1), "runs", Warning),
        (with_database(|d| d.stray_logs = 1), "logs", Warning),
        (with_database(|d| d.short_logs = 1), "logs", Warning),
        (
            with_database(|d| d.newest_event = Some(now() + Duration::from_secs(3600))),
            "clock",
            Warning,
        ),
        (with(|f| f.search = Some(Err(no()))), "search index", Warning),
        (
            with_database(|d| {
                let as_of = now() - Duration::from_secs(90 * 24 * 3600);
                d.last_sweep = Some(Swept { at: now(), as_of });
            }),
            "clean-up",
            Warning,
        ),
        (with(|f| f.free = None), "disk space", Warning),
        (with(|f| f.free = Some(100 << 20)), "disk space", Warning),
        (with(|f| f.free = Some(1 << 20)), "disk space", Problem),
        (with(|f| f.wal = 200 << 20), "write-ahead log", Warning),
        (with(|f| f.newest_backup = Ok(None)), "backups", Warning),
        (with(|f| f.newest_backup = Err(no())), "backups", Warning),
        (
            with(|f| f.newest_backup = Ok(Some(now() - Duration::from_secs(4 * 24 * 3600)))),
            "backups",
            Warning,
        ),
        (with(|f| f.helper = Err(no())), "helper", Problem),
        (with(|f| f.sandboxes = Err(no())), "sandbox", Warning),
        (with(|f| f.sandboxes = Ok(vec![("bubblewrap", Some(no()))])), "sandbox", Warning),
        (
            with(|f| f.sandboxes = Ok(vec![("bubblewrap", Some(no())), ("Landlock", None)])),
            "sandbox",
            Warning,
        ),
        (with(|f| f.settings = Err("No.".to_owned())), "settings", Problem),
        (with(|f| f.zone = None), "time zone", Warning),
        (with(|f| f.keychain = Err(SecretsError::NoKeychain)), "keychain", Warning),
        (with(|f| f.keychain = Err(SecretsError::Locked)), "keychain", Warning),
    ];
    for (findings, name, verdict) in table {
        assert_eq!(complaints(&findings), [(name, verdict)], "{findings:?}");
    }
}

#[tokio::test]
async fn a_look_makes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let diagnosis = examine(&Paths::all_in(&data, root.path())).await;
    assert!(!data.exists());
    let folder = &diagnosis.checks[0];
    assert_eq!((folder.name, folder.verdict), ("data directory", Verdict::Ok));
    assert!(folder.message.contains("not there yet"), "{folder:?}");
}
