//! A program that runs beside the test, in a process group of its own, and ends with the test.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};

/// How long a program may take to end after SIGTERM, before it is killed.
const FAREWELL: Duration = Duration::from_secs(3);

/// A running program. Dropping it ends its whole process group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    output: PathBuf,
}

impl Process {
    /// Starts the command with both its outputs in the file `output`.
    pub(crate) fn start(mut command: Command, output: &Path) -> Self {
        let file = File::create(output).expect("a file for the output");
        command.stdout(file.try_clone().expect("a second handle")).stderr(file);
        Self { child: spawn(command), output: output.to_owned() }
    }

    /// Starts a command whose outputs are set; `errors` is the file that tells what went wrong.
    pub(crate) fn start_as_is(command: Command, errors: &Path) -> Self {
        Self { child: spawn(command), output: errors.to_owned() }
    }

    /// Starts the command and gives the first line that it prints: its way to say that it is
    /// ready, and where. The rest of its standard output is thrown away, its errors go to the file.
    pub(crate) fn start_with_first_line(
        what: &str,
        mut command: Command,
        errors: &Path,
        limit: Duration,
    ) -> (Self, String) {
        command.stdout(Stdio::piped()).stderr(File::create(errors).expect("a file"));
        let mut child = spawn(command);
        let stdout = child.stdout.take().expect("a pipe");
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            let mut line = String::new();
            if reader.read_line(&mut line).is_ok() {
                // The test may have given up waiting.
                let _ = sender.send(line.trim().to_owned());
            }
            let _ = std::io::copy(&mut reader, &mut std::io::sink());
        });
        let process = Self { child, output: errors.to_owned() };
        let line = receiver.recv_timeout(limit).unwrap_or_default();
        assert!(!line.is_empty(), "{what} did not start: {}", process.output());
        (process, line)
    }

    /// The process id.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// What the program has printed so far.
    pub(crate) fn output(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.output).unwrap_or_default()).into_owned()
    }

    /// Sends a signal to the program alone, not to its group.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the program runs");
    }

    /// The exit status if the program has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child that can be waited for")
    }

    /// Waits for the program to end. Panics with its output when it does not.
    pub(crate) fn wait(&mut self, limit: Duration) -> ExitStatus {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            let output = self.output();
            assert!(Instant::now() < deadline, "still running after {limit:?}: {output}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills the program alone, as a crash would, and waits until it is gone.
    pub(crate) fn kill(mut self) {
        self.signal(Signal::KILL);
        self.wait(FAREWELL);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let group = self.pid();
        // The group can outlive its leader: what a browser started, for one.
        let _ = kill_process_group(group, Signal::TERM);
        let deadline = Instant::now() + FAREWELL;
        while Instant::now() < deadline {
            // Also takes the leader's exit status, so that it no longer counts as there.
            let ended = !matches!(self.child.try_wait(), Ok(None));
            if ended && test_kill_process_group(group).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }
}

/// The processes that a process has started and that are still its own.
pub(crate) fn children_of(parent: Pid) -> Vec<Pid> {
    let path = format!("/proc/{pid}/task", pid = parent.as_raw_nonzero());
    let threads = std::fs::read_dir(path).expect("it runs").flatten();
    let lists =
        threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let pids = lists.flat_map(|list| list.split_whitespace().map(str::parse).collect::<Vec<_>>());
    pids.filter_map(|pid| Pid::from_raw(pid.ok()?)).collect()
}

/// The words that start a program which dies with the thread that starts it, so that nothing stays
/// when the test runner kills a test that hangs.
pub(crate) fn tied(program: &Path) -> [OsString; 5] {
    ["setpriv".into(), "--pdeathsig".into(), "KILL".into(), "--".into(), program.into()]
}

fn spawn(mut command: Command) -> Child {
    let name = command_name(&command);
    command
        .process_group(0)
        .stdin(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{name} does not start: {error}"))
}

fn command_name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
