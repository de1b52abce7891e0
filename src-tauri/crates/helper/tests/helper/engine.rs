//! The engine's side of a run, and a view of its processes that owes nothing to the helper.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
#[allow(
    clippy::disallowed_types,
    reason = "the test is the helper's parent, as the engine is"
)]
use std::process::Command;
use std::process::{Child, ExitStatus, Stdio, id};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use aegis_helper::{Control, Process, ProcessIdentity, Report, Spec};

/// The longest that anything may take. Far more than it takes on an idle machine: a test that runs
/// into it has failed.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

const MARK: &str = "AEGIS_TEST_RUN";

/// A helper and the engine's ends of its descriptors.
pub(crate) struct Run {
    pub(crate) helper: Child,
    reports: Option<BufReader<UnixStream>>,
    output: Receiver<Vec<u8>>,
    seen: Vec<u8>,
    mark: String,
}

impl Run {
    /// Starts a helper, up to its first report.
    pub(crate) fn ready() -> Self {
        Self::ready_through(&[])
    }

    /// Starts a helper through a program that executes its last argument in its own place.
    pub(crate) fn ready_through(launcher: &[&str]) -> Self {
        Self::ready_as(&[launcher, &[env!("CARGO_BIN_EXE_aegis-helper")]].concat())
    }

    /// Starts a helper by these words.
    pub(crate) fn ready_as(program: &[&str]) -> Self {
        let mut run = Self::silent(program);
        let Report::Ready { helper } = run.report() else { panic!("no ready") };
        assert_eq!(helper, ProcessIdentity::of(run.helper_pid()).unwrap());
        run
    }

    #[allow(clippy::disallowed_types, reason = "the test is the helper's parent")]
    fn silent(program: &[&str]) -> Self {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(LIMIT)).unwrap();
        let mut helper = Command::new(program[0])
            .args(&program[1..])
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = follow(helper.stdout.take().unwrap());
        let mark = format!("{}-{}", id(), RUNS.fetch_add(1, Ordering::Relaxed));
        let reports = Some(BufReader::new(ours));
        Self { helper, reports, output, seen: Vec::new(), mark }
    }

    /// Starts a program, up to the report that it runs.
    pub(crate) fn started(spec: Spec) -> (Self, ProcessIdentity) {
        let mut run = Self::ready();
        run.start(spec);
        match run.report() {
            Report::Started { child, .. } => (run, child),
            other => panic!("not started: {other:?}"),
        }
    }

    /// `sh -c script`, up to the report that it runs.
    pub(crate) fn shell(script: &str) -> Self {
        Self::started(shell(script)).0
    }

    /// Asks for a program, without waiting for an answer.
    pub(crate) fn start(&mut self, spec: Spec) {
        let spec = self.marked(spec);
        self.send(&Control::Start(spec));
        self.send(&Control::Go);
    }

    /// The spec with this run's mark in its environment: the environment of a process stays with it
    /// wherever it goes.
    pub(crate) fn marked(&self, mut spec: Spec) -> Spec {
        spec.env.push((MARK.to_owned(), self.mark.clone()));
        spec
    }

    pub(crate) fn mark(&self) -> (String, String) {
        (MARK.to_owned(), self.mark.clone())
    }

    pub(crate) fn send(&mut self, control: &Control) {
        self.send_bytes(&control.to_line().unwrap());
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        self.socket().get_mut().write_all(bytes).unwrap();
    }

    /// The next report.
    pub(crate) fn report(&mut self) -> Report {
        self.next_report().expect("the helper closed its socket")
    }

    /// The next report; `None` once the helper has closed its socket.
    pub(crate) fn next_report(&mut self) -> Option<Report> {
        let mut line = Vec::new();
        match self.socket().read_until(b'\n', &mut line) {
            Ok(_) => {}
            // The helper ended with controls unread.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return None,
            Err(error) => panic!("no report: {error}"),
        }
        (!line.is_empty()).then(|| Report::from_line(&line).unwrap())
    }

    /// That nothing is reported for a while.
    pub(crate) fn expect_silence(&mut self, during: Duration) {
        self.socket().get_mut().set_read_timeout(Some(during)).unwrap();
        let read = self.socket().fill_buf().map(<[u8]>::to_vec);
        assert!(read.is_err(), "{:?}", String::from_utf8_lossy(&read.unwrap_or_default()));
        self.socket().get_mut().set_read_timeout(Some(LIMIT)).unwrap();
    }

    /// What an engine's death looks like to the helper.
    pub(crate) fn engine_dies(&mut self) {
        self.reports = None;
    }

    /// The last report; the helper has ended well, and with it every process of the run.
    pub(crate) fn exited(&mut self) -> Exited {
        let report = self.report();
        assert_eq!(self.next_report(), None, "a report after {report:?}");
        assert!(self.helper_ends().success());
        self.expect_no_process();
        let exited = Exited(report);
        assert_eq!(exited.survivors(), 0);
        exited
    }

    pub(crate) fn helper_pid(&self) -> i32 {
        i32::try_from(self.helper.id()).unwrap()
    }

    pub(crate) fn helper_ends(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the helper to end", || {
            status = self.helper.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }

    /// All output, to the end of the pipe.
    pub(crate) fn output(&mut self) -> String {
        while self.receive() {}
        String::from_utf8(self.seen.clone()).unwrap()
    }

    /// Waits until the output contains a text.
    pub(crate) fn output_with(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.seen).contains(text) {
            assert!(self.receive(), "the output ended without “{text}”");
        }
    }

    fn receive(&mut self) -> bool {
        match self.output.recv_timeout(LIMIT) {
            Ok(bytes) => self.seen.extend(bytes),
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => panic!("no output in time"),
        }
        true
    }

    /// The living processes of this run, wherever they have gone.
    pub(crate) fn processes(&self) -> Vec<i32> {
        let mark = format!("{MARK}={}\0", self.mark);
        let pids = fs::read_dir("/proc").unwrap();
        let pids = pids.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        pids.filter(|pid: &i32| {
            let environ = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environ.windows(mark.len()).any(|window| window == mark.as_bytes())
                && Process::read(*pid).is_ok_and(|process| !process.ended)
        })
        .collect()
    }

    /// That nothing of this run lives.
    pub(crate) fn expect_no_process(&self) {
        let left = self.processes();
        assert!(left.is_empty(), "still there: {left:?}");
    }

    /// Waits until this many processes of the run live.
    pub(crate) fn processes_are(&self, count: usize) {
        eventually("the processes of the run", || self.processes().len() == count);
    }

    fn socket(&mut self) -> &mut BufReader<UnixStream> {
        self.reports.as_mut().expect("the engine is dead")
    }
}

impl Drop for Run {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        self.engine_dies();
        if !thread::panicking() {
            self.helper_ends();
        }
    }
}

/// The last report of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exited(pub(crate) Report);

impl Exited {
    fn survivors(&self) -> u32 {
        match &self.0 {
            Report::Exited { survivors, .. } => *survivors,
            other => panic!("not an end: {other:?}"),
        }
    }
}

/// A program with an environment in which tests find theirs. The grace period is long: what obeys
/// is never hurried by a slow machine.
pub(crate) fn program(program: &str, args: &[&str]) -> Spec {
    Spec {
        program: program.to_owned(),
        args: args.iter().map(|arg| (*arg).to_owned()).collect(),
        env: vec![("PATH".to_owned(), std::env::var("PATH").unwrap())],
        cwd: "/".into(),
        stdin: None,
        timeout_ms: None,
        grace_ms: 10_000,
        sandbox: None,
        pty: false,
    }
}

pub(crate) fn shell(script: &str) -> Spec {
    program("sh", &["-c", script])
}

/// Looks again and again until something is so, within the limit.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LIMIT, "waited too long for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The state letter of a process in proc(5).
pub(crate) fn state(pid: i32) -> char {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).unwrap()
}

fn follow(mut output: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(length @ 1..) = output.read(&mut chunk) {
            if sender.send(chunk[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}
