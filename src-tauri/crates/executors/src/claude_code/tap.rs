//! What stands between a session's program and its run: it listens to what the program writes, and
//! can end it.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aegis_domain::machine::Asks;
use aegis_domain::{ProcessIdentity, Progress, Report};
use aegis_ports::{
    Answered, Left, LogSink, LogStream, RunHandle, RunTools, Signal, StartLost, Used,
};
use async_trait::async_trait;
use rustix::fs::{Mode, OFlags, ResolveFlags, mkdirat, openat2};
use rustix::io::Errno;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use super::account::{Account, Effect, Stop};
use super::stream::{Picture, Stream};

/// Bytes that are kept of what it writes to its standard error: its last words.
const COMPLAINT: usize = 2048;
/// Most bytes of what it wrote that are kept as they came.
const MAX_RAW: usize = 64 * 1024 * 1024;

/// Most pictures of one run that are kept.
const MAX_PICTURES: u32 = 100;
/// Where in the folder of a run they are.
pub(super) const SCREENSHOTS: &str = "screenshots";

/// The line of a session to the engine, with somebody listening.
pub(super) struct Tap {
    engine: Arc<dyn RunHandle>,
    /// Whether the run has begun.
    begun: Arc<AtomicBool>,
    listener: Arc<Listener>,
}

impl Tap {
    /// A tap on the line `engine`. What comes is also written to `raw` as it came, and pictures into
    /// the run's `folder`; `tools` hear of every tool that was used.
    pub(super) fn new(
        engine: Arc<dyn RunHandle>,
        folder: PathBuf,
        begun: Arc<AtomicBool>,
        tools: Option<Arc<dyn RunTools>>,
        raw: Option<File>,
    ) -> Self {
        let listener = Listener {
            log: engine.log(),
            engine: Arc::clone(&engine),
            tools,
            folder,
            since: Instant::now(),
            signal: watch::Sender::new(*engine.signal().borrow()),
            heard: Mutex::new(Heard {
                stream: Stream::default(),
                account: Account::default(),
                stop: None,
                parked: false,
                complaint: Vec::new(),
                raw: raw.map(|file| (file, MAX_RAW)),
                pictures: 0,
            }),
        };
        Self { engine, begun, listener: Arc::new(listener) }
    }

    /// Who listens.
    pub(super) fn listener(&self) -> &Arc<Listener> {
        &self.listener
    }

    /// Passes on what the engine wants, for as long as it is polled.
    pub(super) async fn pass_on(&self) -> Infallible {
        let mut wanted = self.engine.signal();
        loop {
            let now = *wanted.borrow_and_update();
            self.listener.signal.send_if_modified(|told| {
                // That it is to end is not taken back.
                let ends = is_end(*told);
                let counts = now != *told && (!ends || now == Signal::Shutdown);
                if counts {
                    *told = now;
                }
                counts
            });
            if wanted.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

#[async_trait]
impl RunHandle for Tap {
    /// A run begins once, also when its session has to begin a second time.
    async fn started(&self, process: Option<ProcessIdentity>) -> Result<(), StartLost> {
        if self.begun.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.engine.started(process).await
    }

    fn report(&self, report: Report) {
        self.engine.report(report);
    }

    fn waits(&self, waiting: bool) {
        self.engine.waits(waiting);
    }

    async fn ask(&self, asks: Asks) -> Answered {
        self.engine.ask(asks).await
    }

    async fn keep(&self, folder: &Path, left: Left) {
        self.engine.keep(folder, left).await;
    }

    fn signal(&self) -> watch::Receiver<Signal> {
        self.listener.signal.subscribe()
    }

    fn log(&self) -> Arc<dyn LogSink> {
        Arc::clone(&self.listener) as Arc<dyn LogSink>
    }
}

/// Whether a signal ends a run.
const fn is_end(signal: Signal) -> bool {
    matches!(signal, Signal::Cancel | Signal::Park | Signal::Shutdown)
}

/// Reads what a session writes, and does what follows from it.
pub(super) struct Listener {
    engine: Arc<dyn RunHandle>,
    log: Arc<dyn LogSink>,
    tools: Option<Arc<dyn RunTools>>,
    /// The folder of the run.
    folder: PathBuf,
    since: Instant,
    signal: watch::Sender<Signal>,
    heard: Mutex<Heard>,
}

struct Heard {
    stream: Stream,
    account: Account,
    stop: Option<Stop>,
    parked: bool,
    complaint: Vec<u8>,
    raw: Option<(File, usize)>,
    pictures: u32,
}

/// What was heard in all.
pub(super) struct Told {
    /// What the session did.
    pub(super) account: Account,
    /// Why Aegis ended it, if it did.
    pub(super) stop: Option<Stop>,
    /// A call waits for somebody's decision.
    pub(super) parked: bool,
    /// The last line of its standard error.
    pub(super) complaint: String,
}

impl Listener {
    /// Ends the session's program, politely and then by force.
    pub(super) fn end(&self) {
        self.signal.send_if_modified(|told| {
            let ends = is_end(*told);
            if !ends {
                *told = Signal::Cancel;
            }
            !ends
        });
    }

    /// A call was let through: its result is to come, even if the call was made before.
    pub(super) fn expect(&self, id: String, name: String, input: Value) {
        let mut heard = self.heard();
        let effects = heard.account.expect(id, name, input, self.since.elapsed());
        self.act(&mut heard, effects);
    }

    /// A call waits for somebody's decision; whether it is the first one.
    pub(super) fn park(&self) -> bool {
        !std::mem::replace(&mut self.heard().parked, true)
    }

    /// Notes a line in the log.
    pub(super) fn note(&self, line: &str) {
        self.log.note(line);
    }

    /// What was heard, once nothing comes any more.
    pub(super) fn told(&self) -> Told {
        let mut heard = self.heard();
        if let Some(piece) = heard.stream.end() {
            let effects = heard.account.hear(piece, self.since.elapsed());
            self.act(&mut heard, effects);
        }
        let complaint = String::from_utf8_lossy(&heard.complaint);
        let complaint = complaint.lines().rev().map(str::trim).find(|line| !line.is_empty());
        Told {
            complaint: complaint.unwrap_or_default().to_owned(),
            account: std::mem::take(&mut heard.account),
            stop: heard.stop,
            parked: heard.parked,
        }
    }

    /// Nothing that holds this lock waits for anything.
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a picture into the folder of the run; gives its name there, below which it is an artifact
    /// of the run once that has ended.
    fn keep(&self, heard: &mut Heard, picture: &Picture) -> Option<String> {
        let number = heard.pictures + 1;
        if number > MAX_PICTURES {
            if number == MAX_PICTURES + 1 {
                self.log
                    .note(&format!("More than {MAX_PICTURES} pictures: the others are not kept."));
                heard.pictures = number;
            }
            return None;
        }
        let name = format!("{SCREENSHOTS}/{number}.{}", picture.ending);
        if let Err(error) = write_below(&self.folder, &name, &picture.bytes) {
            self.log.note(&format!("A picture could not be kept: {error}."));
            return None;
        }
        heard.pictures = number;
        Some(name)
    }

    fn act(&self, heard: &mut Heard, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Print(text) => self.log.write(LogStream::Stdout, text.as_bytes()),
                Effect::Note(note) => self.log.note(&note),
                Effect::Session(session) => self.engine.report(Report::Session(session)),
                Effect::Usage(usage) => self.engine.report(Report::Usage(usage)),
                Effect::Step(step) => {
                    let progress = Progress { percent: None, step: Some(step), done_at: None };
                    self.engine.report(Report::Progress(progress));
                }
                Effect::Used(used) => {
                    let screenshot = used.picture.and_then(|picture| self.keep(heard, &picture));
                    if let Some(tools) = &self.tools {
                        tools.used(Used {
                            tool: used.name,
                            input: used.input,
                            use_id: Some(used.call),
                            took_ms: u64::try_from(used.took.as_millis()).ok(),
                            error: used.failure,
                            tokens: used.tokens,
                            screenshot,
                            session: heard.account.session().map(str::to_owned),
                        });
                    }
                }
                Effect::Stop(stop) => {
                    if heard.stop.is_none() {
                        heard.stop = Some(stop);
                        self.end();
                    }
                }
            }
        }
    }
}

/// Writes a new file of a picture. The run's program can write in this folder too, so no link in it
/// is followed: one could lead out of its sandbox.
fn write_below(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = File::open(folder)?;
    match mkdirat(&folder, SCREENSHOTS, Mode::RWXU) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(error) => return Err(error.into()),
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    let file = openat2(&folder, name, flags, Mode::RUSR | Mode::WUSR, resolve)?;
    File::from(file).write_all(bytes)
}

impl LogSink for Listener {
    fn write(&self, stream: LogStream, bytes: &[u8]) {
        match stream {
            LogStream::Stdout => {
                let mut heard = self.heard();
                if let Some((file, room)) = &mut heard.raw {
                    let some = bytes.get(..bytes.len().min(*room)).unwrap_or_default();
                    *room -= some.len();
                    // Its run goes on without a copy of what it wrote.
                    if some.is_empty() || file.write_all(some).is_err() {
                        heard.raw = None;
                        self.log.note("What it writes is no longer kept as it comes.");
                    }
                }
                for piece in heard.stream.push(bytes) {
                    let effects = heard.account.hear(piece, self.since.elapsed());
                    self.act(&mut heard, effects);
                }
            }
            LogStream::Stderr => {
                let mut heard = self.heard();
                let from = bytes.len().saturating_sub(COMPLAINT);
                heard.complaint.extend_from_slice(bytes.get(from..).unwrap_or_default());
                let over = heard.complaint.len().saturating_sub(COMPLAINT);
                heard.complaint.drain(..over);
                drop(heard);
                self.log.write(stream, bytes);
            }
            LogStream::Aegis => self.log.write(stream, bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_written_through_no_link() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, elsewhere) = (dir.path().join("run"), dir.path().join("elsewhere"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::create_dir(&elsewhere).unwrap();
        write_below(&folder, "screenshots/1.png", b"x").unwrap();
        assert_eq!(std::fs::read(folder.join("screenshots/1.png")).unwrap(), b"x");
        // Never over something that is there.
        assert!(write_below(&folder, "screenshots/1.png", b"y").is_err());
        std::fs::remove_dir_all(folder.join("screenshots")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder.join("screenshots")).unwrap();
        assert!(write_below(&folder, "screenshots/2.png", b"x").is_err());
        assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
    }
}
