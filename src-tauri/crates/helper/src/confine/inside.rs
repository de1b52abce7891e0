//! The first process in a sandbox of bubblewrap: it starts the program, tells the helper outside
//! how it ended, and takes in what the program leaves behind.
//!
//! It is the sandbox's process 1, so that it cannot be killed from within, and the kernel ends
//! everything in the sandbox with it.

use std::env::set_current_dir;
use std::ffi::OsString;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::fd::{FromRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use aegis_helper::{Limits, Report, Spec, StartFailure};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::process::{DumpableBehavior, WaitOptions, WaitStatus, set_dumpable_behavior, wait};
use serde::{Deserialize, Serialize};

use super::limits::{Counted, Limited};
use super::places::Held;
use super::seccomp::{Beside, Filter, Sockets};
use super::{Lock, bubblewrap, forward, landlock};
use crate::supervise::child;

/// The argument that makes this program the first process in a sandbox. The numbers of four
/// descriptors follow: standard output, standard error, the helper's ear, and the order.
pub(crate) const ARGUMENT: &str = "--inside";

/// What is to be started, and how much of what is around it can be used.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) spec: Spec,
    /// What has to be where it was when the helper looked.
    pub(super) held: Vec<Held>,
    /// What can be written in here.
    pub(super) writable: Vec<PathBuf>,
    /// Sockets that can be reached in here.
    pub(super) sockets: Vec<PathBuf>,
    pub(super) limits: Limits,
    /// Whether it may open sockets with a path.
    pub(super) unix: bool,
    /// Whether others' abstract sockets are in reach, and have to be kept from it.
    pub(super) abstract_sockets: bool,
    /// Whether there is a proxy.
    pub(super) proxy: bool,
}

/// What the helper outside is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    /// The program runs.
    Started,
    /// It could not be started.
    Failed(Report),
    /// The program has ended; what it left behind may live on.
    Ended(Ended),
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
}

impl From<WaitStatus> for Ended {
    fn from(status: WaitStatus) -> Self {
        Self { code: status.exit_status(), signal: status.terminating_signal() }
    }
}

impl Word {
    pub(crate) fn from_line(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

/// Works until nothing is left in the sandbox.
pub(crate) fn serve(arguments: &[OsString]) -> ExitCode {
    let Some(mut inside) = Inside::enter(arguments) else { return ExitCode::FAILURE };
    match inside.start() {
        Ok(pid) => {
            inside.tell(&Word::Started);
            inside.wait(pid);
            ExitCode::SUCCESS
        }
        Err(report) => {
            inside.tell(&Word::Failed(report));
            ExitCode::FAILURE
        }
    }
}

struct Inside {
    order: Order,
    helper: UnixStream,
}

impl Inside {
    fn enter(arguments: &[OsString]) -> Option<Self> {
        let numbers = arguments.iter().map(|number| number.to_str()?.parse::<i32>().ok());
        let [stdout, stderr, helper, order] =
            <[i32; 4]>::try_from(numbers.collect::<Option<Vec<_>>>()?).ok()?;
        let [stdout, stderr, helper, order] = [stdout, stderr, helper, order].map(take);
        let mut text = Vec::new();
        File::from(order).read_to_end(&mut text).ok()?;
        let order = serde_json::from_slice(&text).ok()?;
        rustix::stdio::dup2_stdout(stdout).ok()?;
        rustix::stdio::dup2_stderr(stderr).ok()?;
        fcntl_setfd(&helper, FdFlags::CLOEXEC).ok()?;
        // Nobody in here looks into this process or takes its descriptors.
        set_dumpable_behavior(DumpableBehavior::NotDumpable).ok()?;
        Some(Self { order, helper: helper.into() })
    }

    fn start(&self) -> Result<i32, Report> {
        let Order { spec, held, limits, unix, abstract_sockets, proxy, .. } = &self.order;
        if let Some(other) = held.iter().find(|held| !held.is_there()) {
            return Err(refused(&format!(
                "{} was replaced by something else while the run was being started",
                other.path.display()
            )));
        }
        set_current_dir(&spec.cwd).map_err(|error| child::cwd_failure(spec, &error))?;
        let rules = landlock::within(&self.order.writable, &self.order.sockets, *abstract_sockets)
            .map_err(|error| refused(&format!("Landlock refused its rules: {error}")))?;
        let listener = proxy.then(forward::listen).transpose();
        let listener = listener.map_err(|error| {
            refused(&format!("its way to the network cannot be opened: {error}"))
        })?;
        let lock = Lock {
            limits: Limited::new(limits, Counted::OfTheSandbox).map_err(|why| refused(&why))?,
            rules: Some(rules),
            filter: Filter::new(Sockets { internet: true, unix: *unix }, Beside::Namespaces),
        };
        let pid = child::spawn(spec, Stdio::inherit(), lock.closing())
            .map_err(|error| child::program_failure(spec, &error))?;
        if let Some(listener) = listener {
            forward::serve(listener, Path::new(bubblewrap::PROXY));
        }
        Ok(pid)
    }

    /// Lets go of what only the program is to hold, and reaps what ends until nothing is left.
    fn wait(&mut self, program: i32) {
        if let Ok(null) = OpenOptions::new().read(true).write(true).open("/dev/null") {
            // A descriptor that stays open holds up the end of the output, nothing else.
            let _ = rustix::stdio::dup2_stdin(&null);
            let _ = rustix::stdio::dup2_stdout(&null);
            let _ = rustix::stdio::dup2_stderr(&null);
        }
        let _ = set_current_dir("/");
        let mut running = true;
        loop {
            match wait(WaitOptions::empty()) {
                Ok(Some((pid, status))) => {
                    if running && pid.as_raw_nonzero().get() == program {
                        running = false;
                        self.tell(&Word::Ended(status.into()));
                    }
                }
                Ok(None) | Err(Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }

    /// Without a helper there is nobody to tell, and the kernel ends everything in here.
    fn tell(&mut self, word: &Word) {
        if let Ok(mut line) = serde_json::to_vec(word) {
            line.push(b'\n');
            let _ = self.helper.write_all(&line);
        }
    }
}

fn refused(why: &str) -> Report {
    super::failure(
        StartFailure::SandboxUnavailable,
        &io::Error::from(Errno::PERM),
        super::sentence(why),
    )
}

#[allow(unsafe_code, reason = "descriptors that bubblewrap hands on come as numbers")]
fn take(number: i32) -> OwnedFd {
    // SAFETY: the helper has opened these four for this process alone, and nothing else in it
    // knows their numbers.
    unsafe { OwnedFd::from_raw_fd(number) }
}
