//! A run in namespaces of its own, which bubblewrap makes.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
#[allow(clippy::disallowed_types, reason = "this program is where children belong")]
use std::process::Command;
use std::process::Stdio;
use std::time::{Duration, Instant};

use aegis_helper::cgroup::{Entrance, Group};
use aegis_helper::remains::RUN_VARIABLE;
use aegis_helper::{Mechanism, Network, Profile, Sandbox, Spec, StartFailure};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

use super::ear::{Ear, First};
use super::inside::{self, Order, Word};
use super::limits::{Counted, Limited};
use super::places::Places;
use super::{
    Confined, NOTHING, No, bubblewrap, enter, entrance, environment, failure, landlock, sentence,
};
use crate::supervise::child;

/// How long a sandbox may take to be set up.
const SETUP_LIMIT: Duration = Duration::from_secs(20);
/// How often it is tried to set one up.
const MAX_TRIES: u32 = 10;

/// Starts it in namespaces of its own.
pub(super) fn start(
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
pub(super) fn probe(program: &std::path::Path) -> Result<(), String> {
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
