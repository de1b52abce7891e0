//! Keeping a run apart from the rest of the machine.
//!
//! Two mechanisms can do it, and one that cannot do all that is asked is passed over. When none is
//! left the run is refused: nothing ever starts with less than what was asked for.

mod bubblewrap;
mod forward;
pub(crate) mod inside;
mod landlock;
mod limits;
mod places;
mod seccomp;

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
#[allow(clippy::disallowed_types, reason = "this program is where children belong")]
use std::process::Command;
use std::process::Stdio;
use std::time::{Duration, Instant};

use ::landlock::RulesetCreated;
use aegis_helper::cgroup::{Base, Entrance, Group};
use aegis_helper::remains::RUN_VARIABLE;
use aegis_helper::{Available, Mechanism, Network, Profile, Report, Sandbox, Spec, StartFailure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::thread::{
    CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities,
    set_no_new_privs,
};

use self::inside::{Ended, Order, Word};
use self::limits::{Counted, Limited};
use self::places::Places;
use self::seccomp::{Beside, Filter, Sockets};
use crate::supervise::child;

/// The argument that makes this program say what this machine has.
pub(crate) const ASK: &str = "--mechanisms";
/// The argument that makes this program do nothing: a sandbox in which it can is one that works.
pub(crate) const NOTHING: &str = "--nothing";

/// How long a sandbox may take to be set up.
const SETUP_LIMIT: Duration = Duration::from_secs(20);
/// How often it is tried to set one up.
const MAX_TRIES: u32 = 10;
/// Most bytes of what a sandbox says to the helper in one line.
const MAX_WORD: usize = 64 * 1024;

/// A run that has begun in a sandbox.
pub(crate) struct Confined {
    pub(crate) pid: i32,
    pub(crate) mechanism: Mechanism,
    /// Who tells of the program, where the helper's own child is not the program.
    pub(crate) ear: Option<Ear>,
}

/// Why a mechanism did not do it.
enum No {
    /// It cannot do this here; another one may. A clause.
    Passed(String),
    /// Nothing can.
    Refused(Report),
    /// What it was to cover may have gone meanwhile; it may be worth another look.
    Shaken(Report),
}

impl From<Report> for No {
    fn from(report: Report) -> Self {
        Self::Refused(report)
    }
}

/// Starts what the spec says, in the sandbox that it asks for, and in a control group if that lets it
/// in.
pub(crate) fn start(
    spec: &Spec,
    sandbox: &Sandbox,
    group: Option<&Group>,
) -> Result<Confined, Report> {
    let unavailable =
        |why: &str| failure(StartFailure::SandboxUnavailable, &Errno::PERM.into(), sentence(why));
    let places = Places::look(spec, sandbox).map_err(|why| unavailable(&why))?;
    let mut passed = Vec::new();
    for mechanism in &sandbox.mechanisms {
        let tried = match mechanism {
            Mechanism::Bubblewrap => in_namespaces(spec, sandbox, &places, group),
            Mechanism::Landlock => behind_landlock(spec, sandbox, &places, group),
        };
        match tried {
            Ok(confined) => return Ok(confined),
            Err(No::Passed(why)) => passed.push(why),
            Err(No::Refused(report) | No::Shaken(report)) => return Err(report),
        }
    }
    if passed.is_empty() {
        passed.push("no mechanism is allowed".to_owned());
    }
    Err(unavailable(&passed.join("; ")))
}

/// What this machine has.
pub(crate) fn available() -> Available {
    let reason = |found: Result<(), String>| found.err();
    Available {
        mechanisms: vec![
            (
                Mechanism::Bubblewrap,
                reason(bubblewrap::program().and_then(|program| probe(&program))),
            ),
            (Mechanism::Landlock, reason(landlock::available())),
        ],
        control_group: Base::detect().map(|base| base.controls()),
    }
}

/// The sentence about a sandbox that cannot be had.
fn sentence(why: &str) -> String {
    format!(
        "the sandbox that this run is to have cannot be had, so it was not started: {why}. \
         `aegis doctor` says what this machine has; with bubblewrap (Debian: apt install bubblewrap) \
         every sandbox can be had"
    )
}

fn failure(kind: StartFailure, error: &io::Error, message: String) -> Report {
    let errno = error.raw_os_error().unwrap_or(Errno::INVAL.raw_os_error());
    Report::StartFailed { errno, kind, message }
}

/// What a program puts on in the moment before it begins.
struct Lock {
    limits: Limited,
    rules: Option<RulesetCreated>,
    filter: Filter,
}

impl Lock {
    /// Puts everything on, the filter last: what comes before it may need what it refuses.
    fn closing(mut self) -> impl FnMut() -> io::Result<()> + Send + Sync + 'static {
        move || {
            set_no_new_privs(true)?;
            give_up_capabilities()?;
            self.limits.take()?;
            if let Some(rules) = self.rules.take() {
                rules.restrict_self().map_err(io::Error::other)?;
            }
            self.filter.put_on()
        }
    }
}

/// What root may beside what its files allow.
fn give_up_capabilities() -> io::Result<()> {
    for capability in CapabilitySet::all().iter() {
        match remove_capability_from_bounding_set(capability) {
            // Without the right to, there is nothing that could be gained by a program either: it
            // gains nothing by being started once no_new_privs is set.
            Ok(()) | Err(Errno::PERM | Errno::INVAL) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let none = CapabilitySet::empty();
    let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
    Ok(set_capabilities(None, sets)?)
}

fn behind_landlock(
    spec: &Spec,
    sandbox: &Sandbox,
    places: &Places,
    group: Option<&Group>,
) -> Result<Confined, No> {
    let passed = |why: &str| Err(No::Passed(why.to_owned()));
    if !places.git.is_empty() {
        return passed("Landlock cannot keep a repository in a writable folder from being written");
    }
    if matches!(sandbox.network, Network::Proxy(_)) {
        return passed("Landlock cannot hold a program to a list of hosts");
    }
    if !places.sockets.is_empty() {
        return passed("Landlock cannot let a program reach one socket and no other");
    }
    if !places.private.is_empty() {
        return passed("Landlock cannot put an empty folder in the place of another");
    }
    landlock::available().map_err(No::Passed)?;
    let rules = landlock::alone(places, sandbox.profile == Profile::Strict).map_err(No::Passed)?;
    let internet = sandbox.network == Network::Full;
    let lock = Lock {
        limits: Limited::new(&sandbox.limits, Counted::OfTheUser).map_err(No::Passed)?,
        rules: Some(rules),
        filter: Filter::new(Sockets { internet, unix: false }, Beside::Landlock),
    };
    let spec = Spec { env: environment(spec, &places.tmp.0.path, false), ..spec.clone() };
    let stdin = child::stdin(&spec)?;
    let (entrance, mut close) = (entrance(group), lock.closing());
    let closing = move || {
        enter(entrance.as_ref());
        close()
    };
    let pid = child::spawn(&spec, stdin, closing)
        .map_err(|error| child::program_failure(&spec, &error))?;
    Ok(Confined { pid, mechanism: Mechanism::Landlock, ear: None })
}

/// The way into a group, for one process.
fn entrance(group: Option<&Group>) -> Option<Entrance> {
    group?.entrance().ok()
}

/// Goes into a group. Who is not let in stays outside, and is held by what holds each process; the
/// helper looks afterwards where it is.
fn enter(entrance: Option<&Entrance>) {
    if let Some(entrance) = entrance {
        let _ = entrance.enter();
    }
}

/// The run's environment in a sandbox.
fn environment(spec: &Spec, tmp: &std::path::Path, proxy: bool) -> Vec<(String, String)> {
    let mut env = spec.env.clone();
    env.push(("TMPDIR".to_owned(), tmp.to_string_lossy().into_owned()));
    if proxy {
        // Whom it reaches past the proxy the engine knows better, if it says so.
        let said = env.iter().any(|(name, _)| name == "NO_PROXY");
        let variables = forward::variables().into_iter();
        env.extend(variables.filter(|(name, _)| !(said && name.eq_ignore_ascii_case("NO_PROXY"))));
    }
    env
}

fn in_namespaces(
    spec: &Spec,
    sandbox: &Sandbox,
    places: &Places,
    group: Option<&Group>,
) -> Result<Confined, No> {
    let program = bubblewrap::program().map_err(No::Passed)?;
    Limited::new(&sandbox.limits, Counted::OfTheSandbox).map_err(No::Passed)?;
    let shares_network = sandbox.network == Network::Full;
    let unix = !shares_network || landlock::closes_abstract_sockets();
    if !unix && !places.sockets.is_empty() {
        let why = "a socket and the whole network together need Landlock of Linux 6.12";
        return Err(No::Passed(why.to_owned()));
    }
    let proxy = matches!(sandbox.network, Network::Proxy(_));
    let tmp = PathBuf::from("/tmp");
    let mut writable: Vec<PathBuf> =
        places.writable.iter().map(|(held, _)| held.path.clone()).collect();
    writable.extend(["/tmp", "/dev"].map(PathBuf::from));
    writable.extend(places.private.iter().cloned());
    if sandbox.profile == Profile::Strict {
        let home = spec.env.iter().rev().find(|(name, _)| name == "HOME");
        writable.extend(home.map(|(_, home)| PathBuf::from(home)));
    }
    let mut sockets = places.sockets.clone();
    sockets.extend(proxy.then(|| PathBuf::from(bubblewrap::PROXY)));
    let order = Order {
        spec: Spec {
            env: environment(spec, &tmp, proxy),
            sandbox: None,
            stdin: None,
            ..spec.clone()
        },
        held: places.writable.iter().map(|(held, _)| held.clone()).collect(),
        writable,
        sockets,
        limits: sandbox.limits,
        unix,
        abstract_sockets: shares_network,
        proxy,
    };
    let unprepared = |error: io::Error| {
        let why = format!("it cannot be prepared: {error}");
        No::Refused(failure(StartFailure::SandboxUnavailable, &error, sentence(&why)))
    };
    // Others' sockets come and go, and one that goes while it is being covered fails the whole.
    for _ in 1..MAX_TRIES {
        let entrance = entrance(group);
        let begun = Bubble::begin(&program, spec, sandbox, places, &order, entrance);
        let begun = begun.map_err(unprepared)?;
        match begun.report(&program) {
            Err(No::Shaken(_)) => {}
            other => return other,
        }
    }
    let begun = Bubble::begin(&program, spec, sandbox, places, &order, entrance(group));
    let begun = begun.map_err(unprepared)?;
    begun.report(&program)
}

/// bubblewrap, at work.
struct Bubble {
    pid: i32,
    ear: Ear,
    /// What it says about itself.
    said: File,
}

impl Bubble {
    #[allow(clippy::disallowed_types, reason = "this program is where children belong")]
    #[allow(clippy::zombie_processes, reason = "the loop reaps every child, this one by its pid")]
    fn begin(
        program: &std::path::Path,
        spec: &Spec,
        sandbox: &Sandbox,
        places: &Places,
        order: &Order,
        entrance: Option<Entrance>,
    ) -> io::Result<Self> {
        let helper = std::env::current_exe()?;
        let order = in_memory(&serde_json::to_vec(order).map_err(io::Error::other)?)?;
        let options = in_memory(&bubblewrap::options(spec, sandbox, places, &helper))?;
        let said = in_memory(b"")?;
        let (ours, theirs) = UnixStream::pair()?;
        let theirs = OwnedFd::from(theirs);
        // Above the standard three, and open across exec: bubblewrap hands them on.
        let handed = [
            handed_on(rustix::stdio::stdout())?,
            handed_on(rustix::stdio::stderr())?,
            handed_on(&theirs)?,
            handed_on(&order)?,
        ];
        let options = handed_on(&options)?;
        let stdin = child::stdin(spec).map_err(|_| io::Error::other("its input cannot be kept"))?;
        let mut command = Command::new(program);
        command.arg("--args").arg(options.as_raw_fd().to_string()).arg("--");
        command.arg(bubblewrap::helper()).arg(inside::ARGUMENT);
        command.args(handed.iter().map(|fd| fd.as_raw_fd().to_string()));
        // By this an orphan is found; nothing else is of its business.
        command.env_clear();
        command.envs(spec.env.iter().filter(|(name, _)| name == RUN_VARIABLE).cloned());
        command.stdin(stdin).stdout(said.try_clone()?).stderr(said.try_clone()?);
        child::holding(&mut command, move || {
            enter(entrance.as_ref());
            Ok(())
        });
        let child = command.spawn()?;
        let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
        Ok(Self { pid, ear: Ear::new(ours)?, said })
    }

    /// Waits for the word that the program runs.
    fn report(mut self, program: &std::path::Path) -> Result<Confined, No> {
        let deadline = Instant::now() + SETUP_LIMIT;
        match self.ear.first(deadline) {
            First::Word(Word::Failed(report)) => {
                self.bury();
                Err(No::Refused(report))
            }
            First::Word(Word::Started) => Ok(Confined {
                pid: self.pid,
                mechanism: Mechanism::Bubblewrap,
                ear: Some(self.ear),
            }),
            First::Word(Word::Ended(_)) | First::Late => {
                self.bury();
                let why = "bubblewrap did not set it up in time";
                Err(No::Refused(failure(
                    StartFailure::SandboxUnavailable,
                    &Errno::TIMEDOUT.into(),
                    sentence(why),
                )))
            }
            First::Silence => {
                self.bury();
                let said = self.said();
                // Is it this sandbox, or any?
                match probe(program) {
                    Err(why) => Err(No::Passed(why)),
                    Ok(()) => Err(No::Shaken(failure(
                        StartFailure::SandboxUnavailable,
                        &Errno::PERM.into(),
                        sentence(&format!("bubblewrap could not set it up ({said})")),
                    ))),
                }
            }
        }
    }

    fn bury(&self) {
        if let Some(pid) = Pid::from_raw(self.pid) {
            // It is this process's own child and not reaped yet: the pid is its own.
            let _ = kill_process(pid, Signal::KILL);
            let _ = waitpid(Some(pid), WaitOptions::empty());
        }
    }

    fn said(&mut self) -> String {
        said(&mut self.said)
    }
}

/// The last line of what a program has said, to be read in a sentence.
fn said(file: &mut File) -> String {
    let mut text = Vec::new();
    // What cannot be read has not been said.
    let _ = file.rewind().and_then(|()| file.take(4096).read_to_end(&mut text));
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    line.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// Whether bubblewrap works at all on this machine; a clause when not.
#[allow(clippy::disallowed_types, reason = "this program is where children belong")]
fn probe(program: &std::path::Path) -> Result<(), String> {
    let tried = || -> io::Result<(bool, File)> {
        let mut words = in_memory(b"")?;
        let mut command = Command::new(program);
        command.args(bubblewrap::namespaces(false));
        command.args(["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--"]);
        command.arg(std::env::current_exe()?).arg(NOTHING).env_clear().stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(words.try_clone()?);
        child::holding(&mut command, || Ok(()));
        let works = command.status()?.success();
        words.rewind()?;
        Ok((works, words))
    };
    match tried() {
        Ok((true, _)) => Ok(()),
        Ok((false, mut words)) => {
            Err(format!("bubblewrap cannot make namespaces here ({})", said(&mut words)))
        }
        Err(error) => Err(format!("bubblewrap cannot be started ({error})")),
    }
}

fn in_memory(bytes: &[u8]) -> io::Result<File> {
    let mut file = File::from(memfd_create(c"sandbox", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}

fn handed_on(fd: impl AsFd) -> io::Result<OwnedFd> {
    let copy = fcntl_dupfd_cloexec(fd, 3)?;
    rustix::io::fcntl_setfd(&copy, rustix::io::FdFlags::empty())?;
    Ok(copy)
}

/// Hears what the first process of a sandbox tells.
pub(crate) struct Ear {
    socket: Option<UnixStream>,
    received: Vec<u8>,
}

enum First {
    Word(Word),
    /// It went without one.
    Silence,
    Late,
}

impl Ear {
    fn new(socket: UnixStream) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self { socket: Some(socket), received: Vec::new() })
    }

    /// To be waited on, until it has closed.
    pub(crate) fn socket(&self) -> Option<&UnixStream> {
        self.socket.as_ref()
    }

    /// How the program ended, if it has been told. Does not wait.
    pub(crate) fn ended(&mut self) -> Option<Ended> {
        while let Some(word) = self.next() {
            if let Word::Ended(ended) = word {
                return Some(ended);
            }
        }
        None
    }

    fn first(&mut self, deadline: Instant) -> First {
        loop {
            if let Some(word) = self.next() {
                return First::Word(word);
            }
            let Some(socket) = &self.socket else { return First::Silence };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return First::Late;
            }
            let Ok(timeout) = Timespec::try_from(left) else { return First::Late };
            match poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&timeout)) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => return First::Late,
            }
        }
    }

    /// The next word that has come. What is none is passed over.
    fn next(&mut self) -> Option<Word> {
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=end).collect();
                match Word::from_line(&line) {
                    Some(word) => return Some(word),
                    None => continue,
                }
            }
            let mut chunk = [0; 4096];
            let socket = self.socket.as_mut()?;
            match socket.read(&mut chunk) {
                Ok(length @ 1..) if self.received.len() < MAX_WORD => {
                    self.received.extend_from_slice(chunk.get(..length).unwrap_or_default());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                _ => {
                    self.socket = None;
                    return None;
                }
            }
        }
    }
}
