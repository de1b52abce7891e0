//! Starting the run's child.

use std::env::set_current_dir;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Seek as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
#[allow(clippy::disallowed_types, reason = "this program is where children belong")]
use std::process::Command;
use std::process::Stdio;

use aegis_helper::cgroup::{Base, Group};
use aegis_helper::remains::RUN_VARIABLE;
use aegis_helper::{Mechanism, Report, Sandbox, Spec, StartFailure};
use nix::sys::signal::SigSet;
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, getpid, getppid, ioctl_tiocsctty, set_parent_process_death_signal, setsid,
};

use crate::confine::{self, Confined, Ear};

/// The run's child, just started.
pub(super) struct Child {
    pub(super) pid: i32,
    /// What keeps it apart, if anything.
    pub(super) sandbox: Option<Mechanism>,
    /// Who tells of the program, where the child only holds its sandbox together.
    pub(super) ear: Option<Ear>,
    /// The control group that it is in, with all that comes of it.
    pub(super) group: Option<Group>,
    null: File,
}

/// Starts what the spec says, or gives the report that says why it could not be done.
pub(super) fn start(spec: &Spec) -> Result<Child, Report> {
    refuse_bad_names(spec)?;
    // The child inherits the directory. Entering it here, rather than between fork and exec, tells
    // a missing directory from a missing program: both are ENOENT.
    set_current_dir(&spec.cwd).map_err(|error| cwd_failure(spec, &error))?;
    let null = OpenOptions::new()
        .write(true)
        .open("/dev/null")
        .map_err(|error| unprepared("/dev/null cannot be opened", &error))?;
    let mut group = None;
    let Confined { pid, mechanism, ear } = match &spec.sandbox {
        Some(sandbox) => {
            group = group_of(spec, sandbox);
            confine::start(spec, sandbox, group.as_ref())?
        }
        None => {
            let pid = spawn(spec, stdin(spec)?, || Ok(()))
                .map_err(|error| program_failure(spec, &error))?;
            return Ok(Child { pid, sandbox: None, ear: None, group, null });
        }
    };
    let group = group.filter(|group| group.holds(pid));
    Ok(Child { pid, sandbox: Some(mechanism), ear, group, null })
}

/// A control group for a run in a sandbox, where one can be had.
fn group_of(spec: &Spec, sandbox: &Sandbox) -> Option<Group> {
    let run = spec.env.iter().rev().find(|(name, _)| name == RUN_VARIABLE);
    let (_, run) = run?;
    Base::detect().ok()?.make(run, &sandbox.limits).ok()
}

impl Child {
    /// Lets go of what only the child is to hold: the output pipes, so that they end with the
    /// run's last process, and the working directory.
    pub(super) fn let_go(&self) -> io::Result<()> {
        rustix::stdio::dup2_stdout(&self.null)?;
        rustix::stdio::dup2_stderr(&self.null)?;
        set_current_dir("/")
    }
}

/// What the spec's program reads.
pub(crate) fn stdin(spec: &Spec) -> Result<Stdio, Report> {
    match &spec.stdin {
        None if spec.pty => terminal()
            .map(Stdio::from)
            .map_err(|error| unprepared("its terminal cannot be handed on", &error)),
        None => Ok(Stdio::null()),
        Some(text) => input(text)
            .map(Stdio::from)
            .map_err(|error| unprepared("its input cannot be kept in memory", &error)),
    }
}

/// Starts the program, with what is `closing` around it last of all before it begins.
#[allow(clippy::disallowed_types, reason = "this program is where children belong")]
#[allow(clippy::zombie_processes, reason = "the loop reaps every child, this one by its pid")]
pub(crate) fn spawn(
    spec: &Spec,
    stdin: Stdio,
    closing: impl FnMut() -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<i32> {
    let mut command = Command::new(&spec.program);
    command.args(&spec.args).env_clear().stdin(stdin);
    command.envs(spec.env.iter().map(|(name, value)| (name, value)));
    between_fork_and_exec(&mut command, &SigSet::empty(), spec.pty, closing);
    let child = command.spawn()?;
    i32::try_from(child.id()).map_err(io::Error::other)
}

/// Makes what a command starts one that holds a run together: it takes no signal but those that
/// nothing can refuse, since what ends the run is meant for the program.
#[allow(clippy::disallowed_types, reason = "this program is where children belong")]
pub(crate) fn holding(
    command: &mut Command,
    closing: impl FnMut() -> io::Result<()> + Send + Sync + 'static,
) {
    between_fork_and_exec(command, &SigSet::all(), false, closing);
}

/// What the child does to itself before it becomes the program.
#[allow(clippy::disallowed_types, reason = "this program is where children belong")]
#[allow(unsafe_code, reason = "a session and a parent-death signal can be set in the child only")]
fn between_fork_and_exec(
    command: &mut Command,
    blocked: &SigSet,
    pty: bool,
    mut closing: impl FnMut() -> io::Result<()> + Send + Sync + 'static,
) {
    let (helper, blocked): (Pid, SigSet) = (getpid(), *blocked);
    let prepare = move || {
        setsid()?;
        if pty {
            // A session that has no terminal yet takes its input as such.
            ioctl_tiocsctty(rustix::stdio::stdin())?;
        }
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The helper may have died before the line above: then no signal will ever come.
        if getppid() != Some(helper) {
            return Err(Errno::SRCH.into());
        }
        blocked.thread_set_mask()?;
        closing()
    };
    // SAFETY: this program has a single thread here, so that no lock is held by one that is not in
    // the child, and what is closing allocates at most.
    unsafe { command.pre_exec(prepare) };
}

/// The terminal that stands for our output, as an input.
fn terminal() -> io::Result<OwnedFd> {
    Ok(rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?)
}

/// The text as a file in memory. A pipe would have to be filled piece by piece while the child
/// reads; this one is complete before the child starts, and ends where the text ends.
fn input(text: &str) -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC;
    // Kernels may be set to refuse memory that could be executed; those before 6.3 do not know
    // the flag that promises not to.
    let memory = match memfd_create(c"stdin", flags | MemfdFlags::NOEXEC_SEAL) {
        Err(Errno::INVAL) => memfd_create(c"stdin", flags),
        result => result,
    }?;
    let mut file = File::from(memory);
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}

fn refuse_bad_names(spec: &Spec) -> Result<(), Report> {
    match spec.env.iter().find(|(name, _)| name.is_empty() || name.contains('=')) {
        None => Ok(()),
        Some((name, _)) => {
            let message = format!(
                "“{name}” cannot be the name of an environment variable: it must not be empty or \
                 contain “=”"
            );
            Err(failure(StartFailure::Other, &Errno::INVAL.into(), message))
        }
    }
}

/// The report about it.
pub(crate) fn cwd_failure(spec: &Spec, error: &io::Error) -> Report {
    let cwd = spec.cwd.display();
    let (kind, message) = match error.kind() {
        ErrorKind::NotFound => (
            StartFailure::CwdMissing,
            format!("the working directory {cwd} does not exist: create it or choose another"),
        ),
        ErrorKind::NotADirectory => (
            StartFailure::CwdMissing,
            format!("the working directory {cwd} is not a directory: choose another"),
        ),
        ErrorKind::PermissionDenied => (
            StartFailure::PermissionDenied,
            format!("the working directory {cwd} may not be entered: change its permissions"),
        ),
        _ => {
            (StartFailure::Other, format!("the working directory {cwd} cannot be entered: {error}"))
        }
    };
    failure(kind, error, message)
}

/// The report about it.
pub(crate) fn program_failure(spec: &Spec, error: &io::Error) -> Report {
    let program = &spec.program;
    let (kind, message) = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory if program.contains('/') => (
            StartFailure::NotFound,
            format!(
                "the program {program} does not exist, or the interpreter that its first line \
                 names does not: check both paths"
            ),
        ),
        ErrorKind::NotFound | ErrorKind::NotADirectory => (
            StartFailure::NotFound,
            format!(
                "the program “{program}” is in no directory of the run's PATH: install it, or \
                 give its full path"
            ),
        ),
        ErrorKind::PermissionDenied => (
            StartFailure::PermissionDenied,
            format!(
                "“{program}” may not be executed: it must be a file with execute permission, on a \
                 file system that allows it"
            ),
        ),
        ErrorKind::ArgumentListTooLong => (
            StartFailure::Other,
            format!(
                "the arguments and the environment of “{program}” are longer than the system \
                 allows: pass large input as a file or on standard input"
            ),
        ),
        ErrorKind::InvalidInput => (
            StartFailure::Other,
            format!(
                "the program, an argument or the environment of “{program}” contains a NUL byte: \
                 remove it"
            ),
        ),
        _ => (StartFailure::Other, format!("“{program}” cannot be started: {error}")),
    };
    failure(kind, error, message)
}

fn unprepared(what: &str, error: &io::Error) -> Report {
    let message = format!("the run cannot start, because {what}: {error}");
    failure(StartFailure::Other, error, message)
}

fn failure(kind: StartFailure, error: &io::Error, message: String) -> Report {
    let errno = error.raw_os_error().unwrap_or(Errno::INVAL.raw_os_error());
    Report::StartFailed { errno, kind, message }
}
