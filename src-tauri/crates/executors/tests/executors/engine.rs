//! The engine's side of a run: what it is told, what it asks for, and a view of the run's processes
//! that owes nothing to the executor.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use aegis_domain::machine::Asks;
use aegis_domain::policy::Taint;
use aegis_domain::{
    Actor, ExecutorSpec, Failure, NewTask, OccurrenceId, Outcome, ProcessIdentity, Report, RunId,
    RunReason, Schedule, ShellSettings, ShortId, Task, TaskId, TaskNumber, TaskStatus, Timestamp,
    Values,
};
use aegis_executors::HelperPath;
use aegis_helper::Process;
use aegis_ports::{
    Answered, Ended, Executor, Job, Left, LogSink, LogStream, RunHandle, Signal, StartLost,
};
use async_trait::async_trait;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// The longest that anything may take. Far more than it takes on an idle machine.
pub const LIMIT: Duration = Duration::from_secs(30);

pub const TASK: u64 = 42;

/// The helper, as built beside this test.
pub fn helper() -> HelperPath {
    let test = env::current_exe().unwrap();
    let built = test.parent().and_then(|deps| deps.parent()).unwrap().join(HelperPath::PROGRAM);
    HelperPath::at(built).unwrap_or_else(|error| panic!("{error}"))
}

/// An attempt at a task with these settings, due at `due`.
pub fn job(spec: ExecutorSpec, due: Timestamp) -> Job {
    let id = TaskId(Uuid::from_u128(0x0193_2b6e_7c00_7abc_8def_0123_4567_89ab));
    let new = NewTask {
        title: "a task".to_owned(),
        executor: Some(spec.clone()),
        schedule: Schedule::Manual,
        ..NewTask::default()
    };
    let definition = new.check(due).unwrap().rename(Err).unwrap();
    let task = Task {
        id,
        number: TaskNumber(TASK),
        short_id: ShortId::candidates(id).next().unwrap(),
        definition,
        status: TaskStatus::Active,
        requester: Actor::System,
        origin: None,
        assignment: None,
        cursor: due,
        next_due: None,
        created_at: due,
        updated_at: due,
        deleted_at: None,
    };
    let run = fresh_run();
    Job {
        run,
        occurrence: OccurrenceId(run.0),
        task: task.into(),
        settings: spec,
        values: Values::new(),
        previous: Value::Null,
        upstream: Value::Object(serde_json::Map::new()),
        due,
        timeout: LIMIT,
        checkpoint: None,
        reason: RunReason::First,
        session: None,
        said: None,
        taint: Taint::default(),
        budget: None,
        scratch: env::temp_dir().join(format!("aegis-test-{run}")),
    }
}

/// Settings for `sh -c script`.
pub fn sh(script: &str) -> ShellSettings {
    command(&["sh", "-c", script])
}

pub fn command(words: &[&str]) -> ShellSettings {
    let command = words.iter().map(|word| (*word).to_owned()).collect();
    ShellSettings { command, ..ShellSettings::default() }
}

/// An id that no other run on this machine has.
fn fresh_run() -> RunId {
    let text = fs::read_to_string("/proc/sys/kernel/random/uuid").unwrap();
    text.trim().parse().unwrap()
}

type OnStarted = Box<dyn Fn(Option<&ProcessIdentity>) + Send + Sync>;

/// What a run told the engine.
pub struct Handle {
    started: Mutex<Vec<Option<ProcessIdentity>>>,
    /// Whether the run is still the current one.
    current: bool,
    /// Called when the run says that it has started.
    on_started: OnStarted,
    signal: watch::Sender<Signal>,
    reports: Mutex<Vec<Report>>,
    left: Mutex<Vec<(PathBuf, Left)>>,
    log: Arc<Log>,
}

impl Handle {
    pub fn new() -> Self {
        Self {
            started: Mutex::default(),
            current: true,
            on_started: Box::new(|_| {}),
            signal: watch::Sender::default(),
            reports: Mutex::default(),
            left: Mutex::default(),
            log: Arc::default(),
        }
    }

    /// Of a run that is not the current one any more.
    pub fn stale() -> Self {
        Self { current: false, ..Self::new() }
    }

    /// Does something when the run says that it has started.
    pub fn on_started(
        self,
        hook: impl Fn(Option<&ProcessIdentity>) + Send + Sync + 'static,
    ) -> Self {
        Self { on_started: Box::new(hook), ..self }
    }

    /// With another log.
    pub fn with_log(self, log: Arc<Log>) -> Self {
        Self { log, ..self }
    }

    pub fn signal(&self, wanted: Signal) {
        self.signal.send_replace(wanted);
    }

    pub fn started(&self) -> Vec<Option<ProcessIdentity>> {
        self.started.lock().unwrap().clone()
    }

    /// What the work said of itself.
    pub fn reports(&self) -> Vec<Report> {
        self.reports.lock().unwrap().clone()
    }

    /// What the work left behind, and below which folder.
    pub fn left(&self) -> Vec<(PathBuf, Left)> {
        self.left.lock().unwrap().clone()
    }

    pub fn log(&self) -> &Log {
        &self.log
    }
}

#[async_trait]
impl RunHandle for Handle {
    async fn started(&self, process: Option<ProcessIdentity>) -> Result<(), StartLost> {
        (self.on_started)(process.as_ref());
        self.started.lock().unwrap().push(process);
        if self.current { Ok(()) } else { Err(StartLost) }
    }

    fn report(&self, report: Report) {
        self.reports.lock().unwrap().push(report);
    }

    async fn keep(&self, folder: &Path, left: Left) {
        self.left.lock().unwrap().push((folder.to_owned(), left));
    }

    fn waits(&self, _: bool) {}

    /// Nobody is there to answer.
    async fn ask(&self, _: Asks) -> Answered {
        Answered::Park
    }

    fn signal(&self) -> watch::Receiver<Signal> {
        self.signal.subscribe()
    }

    fn log(&self) -> Arc<dyn LogSink> {
        Arc::clone(&self.log) as Arc<dyn LogSink>
    }
}

/// What a run printed.
#[derive(Default)]
pub struct Log {
    kept: Mutex<Kept>,
    /// Counts bytes instead of keeping them, and takes this long for each write.
    slow: Option<Duration>,
}

#[derive(Default)]
struct Kept {
    bytes: [Vec<u8>; 3],
    count: u64,
    largest: usize,
}

impl Log {
    pub fn slow(pause: Duration) -> Self {
        Self { slow: Some(pause), ..Self::default() }
    }

    pub fn bytes(&self, stream: LogStream) -> Vec<u8> {
        self.kept.lock().unwrap().bytes[stream as usize].clone()
    }

    pub fn text(&self, stream: LogStream) -> String {
        String::from_utf8(self.bytes(stream)).unwrap()
    }

    /// Aegis' own lines.
    pub fn notes(&self) -> String {
        self.text(LogStream::Aegis)
    }

    /// How many bytes came, and the most at once.
    pub fn count(&self) -> (u64, usize) {
        let kept = self.kept.lock().unwrap();
        (kept.count, kept.largest)
    }
}

impl LogSink for Log {
    fn write(&self, stream: LogStream, bytes: &[u8]) {
        let mut kept = self.kept.lock().unwrap();
        kept.count += bytes.len() as u64;
        kept.largest = kept.largest.max(bytes.len());
        match self.slow {
            None => kept.bytes[stream as usize].extend_from_slice(bytes),
            Some(pause) => thread::sleep(pause),
        }
    }
}

/// A run under way.
pub struct Live {
    pub id: RunId,
    pub handle: Arc<Handle>,
    /// What has to stay while it runs.
    _kept: Option<Arc<TempDir>>,
    ended: JoinHandle<Ended>,
}

impl Live {
    pub fn start(executor: Arc<dyn Executor>, job: Job, handle: Handle) -> Self {
        let (id, handle) = (job.run, Arc::new(handle));
        let for_run = Arc::clone(&handle) as Arc<dyn RunHandle>;
        let ended = tokio::spawn(async move { executor.run(job, for_run).await });
        Self { id, handle, _kept: None, ended }
    }

    /// Does not let go of a folder while it is looked at.
    pub fn keeping(self, folder: Arc<TempDir>) -> Self {
        Self { _kept: Some(folder), ..self }
    }

    /// How it ends; no process of it is left then.
    pub async fn ended(&mut self) -> Ended {
        let ended = tokio::time::timeout(LIMIT, &mut self.ended).await;
        let ended = ended.expect("the run did not end in time").unwrap();
        assert_eq!(self.processes(), Vec::<i32>::new(), "processes outlived the run");
        assert_eq!(zombies(), Vec::<i32>::new(), "a helper was not reaped");
        ended
    }

    /// That it does not end for a while.
    pub async fn goes_on(&mut self, during: Duration) {
        let ended = tokio::time::timeout(during, &mut self.ended).await;
        assert!(ended.is_err(), "{ended:?}");
    }

    /// What the end of Aegis' runtime does to a run.
    pub async fn dropped(&mut self) {
        self.ended.abort();
        assert!((&mut self.ended).await.unwrap_err().is_cancelled());
    }

    /// Waits until the program has printed this.
    pub async fn printed(&self, text: &str) {
        eventually(&format!("“{text}”"), || {
            String::from_utf8_lossy(&self.handle.log().bytes(LogStream::Stdout)).contains(text)
        })
        .await;
    }

    /// The living processes of the run, wherever they have gone, without the helper.
    pub fn processes(&self) -> Vec<i32> {
        let mark = format!("AEGIS_RUN={}", self.id);
        all_processes()
            .filter(|process| !process.ended)
            .map(|process| process.pid)
            .filter(|pid| {
                let environ = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                environ.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
            })
            .collect()
    }

    /// Waits until this many processes of the run live.
    pub async fn processes_are(&self, count: usize) {
        eventually(&format!("{count} processes"), || self.processes().len() == count).await;
    }

    /// The helper that is on record.
    pub fn helper(&self) -> ProcessIdentity {
        let started = self.handle.started();
        assert_eq!(started.len(), 1, "{started:?}");
        started[0].clone().expect("a process on record")
    }
}

/// The failure that a run ended with.
pub fn failure(ended: Ended) -> Failure {
    match ended.outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("no failure: {other:?}"),
    }
}

/// Looks again and again until something is so, within the limit.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LIMIT, "waited too long for {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The state letter of a process in proc(5).
pub fn state(pid: i32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Children of this test that have ended and were not waited for. Tests of other threads start
/// helpers too, and may just be about to wait: only one that stays is a zombie.
fn zombies() -> Vec<i32> {
    let own = i32::try_from(std::process::id()).unwrap();
    let now = || all_processes().filter(move |process| process.ended && process.parent == own);
    let mut left: Vec<Process> = now().collect();
    let start = Instant::now();
    while !left.is_empty() && start.elapsed() < Duration::from_secs(2) {
        thread::sleep(Duration::from_millis(5));
        left.retain(|process| now().any(|other| other == *process));
    }
    left.into_iter().map(|process| process.pid).collect()
}

fn all_processes() -> impl Iterator<Item = Process> {
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok())
        .filter_map(|pid| Process::read(pid).ok())
}

/// A path as text.
pub fn text(path: impl Into<PathBuf>) -> String {
    path.into().into_os_string().into_string().unwrap()
}
