use super::*;
use crate::lock::Lock;
use aegis_executors::HelperMissing;
use aegis_ports::{Notification, NotifyError};
use aegis_protocol::{
    CardView, CreateTask, EngineStatus, GetEngineStatus, ListTasks, StopEngine, SubscribeEvents,
};
use async_trait::async_trait;
use futures::StreamExt;
use futures::future::join_all;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::Mutex;
use tempfile::TempDir;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(10);

/// A user without a desktop: what would be shown is kept.
struct User {
    _root: TempDir,
    paths: Paths,
    helper: PathBuf,
    shown: Arc<Shown>,
}

#[derive(Default)]
struct Shown(Mutex<Vec<Notification>>);

#[async_trait]
impl Notifier for Shown {
    async fn notify(&self, notification: Notification) -> Result<(), NotifyError> {
        self.0.lock().unwrap().push(notification);
        Ok(())
    }
}

impl User {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().join("home");
        let all = root.path().join("aegis");
        fs::create_dir(&home).unwrap();
        let paths = Paths::all_in(&all, &home);
        paths.prepare().unwrap();
        // These tests start no program: they need a helper that is there, and no sound.
        let helper = root.path().join(HelperPath::PROGRAM);
        fs::write(&helper, "").unwrap();
        fs::set_permissions(&helper, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(paths.config_file(), "sound = false\n").unwrap();
        Self { _root: root, paths, helper, shown: Arc::default() }
    }

    async fn begin(&self, wanted: Wanted) -> Result<Runtime, ApiError> {
        begin(&self.paths, wanted, || HelperPath::at(&self.helper)).await
    }

    async fn serve(&self) -> Result<Runtime, ApiError> {
        self.begin(Wanted::to_work(EngineHost::Serve, Some(self.shown.clone()))).await
    }

    async fn attach_or_serve(&self, patience: Duration) -> Result<Connection, ApiError> {
        attach_or(&self.paths, patience, || self.serve()).await
    }

    fn database(&self) -> PathBuf {
        self.paths.data().join("aegis.db")
    }
}

fn reminder(title: &str) -> CreateTask {
    let task = json!({ "title": title, "executor": { "name": "reminder", "settings": {} } });
    serde_json::from_value(json!({ "task": task })).unwrap()
}

async fn add(service: &Arc<dyn Service>, task: CreateTask) -> CardView {
    aegis_api::call(&**service, task).await.unwrap().card
}

async fn titles(service: &Arc<dyn Service>) -> Vec<String> {
    let page = aegis_api::call(&**service, ListTasks::default()).await.unwrap();
    page.tasks.into_iter().map(|card| card.title).collect()
}

async fn status(service: &Arc<dyn Service>) -> EngineStatus {
    aegis_api::call(&**service, GetEngineStatus {}).await.unwrap()
}

#[tokio::test]
async fn an_engine_starts_works_and_stops() {
    let user = User::new();
    let runtime = user.serve().await.unwrap();
    let service = runtime.service();
    let about = status(&service).await;
    assert_eq!(about.host, EngineHost::Serve);
    assert_eq!(about.data_dir, user.paths.data().display().to_string());
    assert_eq!(about.config_file, user.paths.config_file().display().to_string());
    add(&service, reminder("stretch")).await;
    let shown = async {
        while user.shown.0.lock().unwrap().is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, shown).await.expect("the reminder is shown");
    assert_eq!(user.shown.0.lock().unwrap()[0].title, "stretch");
    timeout(SOON, runtime.shutdown()).await.expect("it stops in time");
    assert!(!user.paths.socket().exists());
    let again = user.serve().await.unwrap();
    assert_eq!(titles(&again.service()).await, ["stretch"]);
    again.shutdown().await;
}

#[tokio::test]
async fn who_finds_an_engine_attaches_and_sees_the_same() {
    let user = User::new();
    let runtime = user.serve().await.unwrap();
    let own = runtime.service();
    let other = user.attach_or_serve(SOON).await.unwrap();
    let Connection::Attached(client) = &other else { panic!("it has to attach") };
    let client = client.clone();
    add(&other.service(), reminder("from outside")).await;
    assert_eq!(titles(&own).await, ["from outside"]);
    let mut news = aegis_api::open(&*client, SubscribeEvents::default()).await.unwrap();
    add(&own, reminder("from inside")).await;
    assert!(timeout(SOON, news.next()).await.unwrap().unwrap().is_ok());
    // Leaving does not stop an engine that is not one's own.
    other.close().await;
    assert_eq!(status(&own).await.host, EngineHost::Serve);

    runtime.shutdown().await;
    timeout(SOON, client.gone()).await.expect("the client notices");
    let last = async {
        loop {
            match news.next().await {
                Some(Ok(_)) => {}
                last => break last,
            }
        }
    };
    let last = timeout(SOON, last).await.unwrap();
    assert_eq!(last.unwrap().unwrap_err().kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn of_many_that_start_at_once_one_is_the_engine() {
    let user = User::new();
    let starts = (0..8).map(|_| user.attach_or_serve(SOON));
    let connections: Vec<_> =
        join_all(starts).await.into_iter().map(|started| started.unwrap()).collect();
    let own = connections.iter().filter(|c| matches!(c, Connection::Own(_))).count();
    assert_eq!(own, 1);
    let first = connections[0].service();
    add(&first, reminder("one list")).await;
    for connection in &connections {
        assert_eq!(titles(&connection.service()).await, ["one list"]);
    }
    for connection in connections {
        connection.close().await;
    }
}

#[tokio::test]
async fn somebody_who_holds_the_data_and_does_not_listen_is_named() {
    let user = User::new();
    let held = Lock::take(&user.paths.lock()).unwrap();
    let patience = Duration::from_millis(100);
    let error = user.attach_or_serve(patience).await.err().unwrap();
    assert_eq!(error.kind, ErrorKind::Locked);
    assert!(error.message.contains(&format!("process {}", std::process::id())), "{error}");
    held.release();
    user.attach_or_serve(patience).await.unwrap().close().await;
}

#[tokio::test]
async fn an_engine_that_is_about_to_stop_is_waited_for() {
    let user = User::new();
    let held = Lock::take(&user.paths.lock()).unwrap();
    let release = async {
        sleep(Duration::from_millis(200)).await;
        held.release();
    };
    let (started, ()) = tokio::join!(user.attach_or_serve(SOON), release);
    let connection = started.unwrap();
    assert!(matches!(connection, Connection::Own(_)));
    connection.close().await;
}

#[tokio::test]
async fn what_an_engine_left_behind_when_it_was_killed_is_no_hindrance() {
    let user = User::new();
    drop(UnixListener::bind(user.paths.socket()).unwrap());
    fs::write(user.paths.lock(), "pid 1\nepoch 41\n").unwrap();
    let connection = user.attach_or_serve(SOON).await.unwrap();
    assert!(matches!(connection, Connection::Own(_)));
    connection.close().await;
}

#[tokio::test]
async fn one_command_leaves_its_work_to_the_next_engine() {
    let user = User::new();
    let command = user.begin(Wanted::for_one_command()).await.unwrap();
    assert!(!user.paths.socket().exists(), "nobody attaches to an engine that does not work");
    add(&command.service(), reminder("later")).await;
    command.shutdown().await;
    let runtime = user.serve().await.unwrap();
    let shown = async {
        while user.shown.0.lock().unwrap().is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, shown).await.expect("the next engine does it");
    runtime.shutdown().await;
}

#[tokio::test]
async fn a_client_can_ask_it_to_stop_and_gets_an_answer() {
    let user = User::new();
    let runtime = user.serve().await.unwrap();
    let client = attach(&user.paths).await.unwrap().unwrap();
    let ask = async { aegis_api::call(&client, StopEngine {}).await };
    let (asked, ()) = tokio::join!(ask, runtime.stop_requested());
    asked.unwrap();
    runtime.shutdown().await;
    timeout(SOON, client.gone()).await.unwrap();
}

/// Whatever keeps it from starting is said, and holds nothing: it starts once that is put right.
async fn cannot_start_until_put_right(user: &User, kind: ErrorKind, put_right: impl FnOnce()) {
    let error = user.attach_or_serve(SOON).await.err().unwrap();
    assert_eq!(error.kind, kind, "{error}");
    assert!(error.hint.is_some(), "{error}");
    assert!(!user.paths.socket().exists());
    put_right();
    user.attach_or_serve(SOON).await.unwrap().close().await;
}

#[tokio::test]
async fn broken_settings_keep_it_from_starting() {
    let user = User::new();
    fs::write(user.paths.config_file(), "sound = perhaps\n").unwrap();
    cannot_start_until_put_right(&user, ErrorKind::Invalid, || {
        fs::write(user.paths.config_file(), "sound = false\n").unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_damaged_database_keeps_it_from_starting_and_is_left_alone() {
    let user = User::new();
    fs::write(user.database(), "no database at all, though it has the name of one").unwrap();
    cannot_start_until_put_right(&user, ErrorKind::Corrupt, || {
        let text = fs::read_to_string(user.database()).unwrap();
        assert!(text.starts_with("no database"));
        fs::remove_file(user.database()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_keeps_it_from_starting() {
    let user = User::new();
    user.serve().await.unwrap().shutdown().await;
    // The form's number is in bytes 60 to 63 of the file (SQLite's file format, 1.3).
    let set_form = |form: &[u8]| {
        let mut bytes = fs::read(user.database()).unwrap();
        bytes[60..64].copy_from_slice(form);
        fs::write(user.database(), bytes).unwrap();
    };
    let form = fs::read(user.database()).unwrap()[60..64].to_vec();
    set_form(&[0, 0, 39, 15]);
    cannot_start_until_put_right(&user, ErrorKind::NewerVersion, || set_form(&form)).await;
}

#[tokio::test]
async fn something_in_place_of_the_socket_keeps_it_from_starting() {
    let user = User::new();
    fs::create_dir(user.paths.socket()).unwrap();
    let error = user.serve().await.err().unwrap();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.message.contains("is in the way"), "{error}");
    fs::remove_dir(user.paths.socket()).unwrap();
    user.serve().await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_helper_that_is_missing_keeps_it_from_starting() {
    let user = User::new();
    let program = PathBuf::from("/opt/aegis/aegis");
    let wanted = Wanted::for_one_command();
    let missing = || Err(HelperMissing::Beside { program });
    let error = begin(&user.paths, wanted, missing).await.err().unwrap();
    assert_eq!(error.message, "aegis-helper is missing next to /opt/aegis/aegis.");
    assert!(error.hint.unwrap().contains("cargo build -p aegis-helper"));
    user.serve().await.unwrap().shutdown().await;
}
