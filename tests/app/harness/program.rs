//! The programs by path, and one call of the command line from start to end.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use super::home::Home;
use super::process::Process;

/// Long enough for any one command on a busy machine: a command that takes longer hangs.
pub(crate) const COMMAND_LIMIT: Duration = Duration::from_secs(20);

/// A built program. They lie side by side in `AEGIS_BIN_DIR`, or where this test was built.
pub(crate) fn path(name: &str) -> PathBuf {
    let folder = std::env::var_os("AEGIS_BIN_DIR").map_or_else(built_here, PathBuf::from);
    let program = folder.join(name);
    assert!(program.is_file(), "{} is not built: run `make programs`", program.display());
    program
}

fn built_here() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    // <target>/debug/deps/app-<hash>
    let folder = test.parent().and_then(Path::parent).expect("a target directory");
    folder.to_owned()
}

/// A finished call of `aegis`.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The words of the call, for messages.
    pub(crate) call: String,
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// Its standard output, as bytes.
    pub(crate) stdout: Vec<u8>,
    /// Its standard error, as text.
    pub(crate) stderr: String,
}

impl Finished {
    /// The standard output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}) from {self:#?}"))
    }

    /// Checks the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.status.code(),
            Some(code),
            "{} ended otherwise: {}",
            self.call,
            self.told()
        );
        self
    }

    /// Checks that it failed with this code, nothing on standard output, and one message for a
    /// person that has all these words and no trace of a panic.
    #[track_caller]
    pub(crate) fn refuses(self, code: i32, words: &[&str]) -> Self {
        let finished = self.exits(code);
        let told = finished.told();
        assert!(finished.stdout.is_empty(), "{} printed beside its error: {told}", finished.call);
        let lower = finished.stderr.to_lowercase();
        for word in words {
            assert!(lower.contains(&word.to_lowercase()), "no {word:?} in: {told}");
        }
        assert!(!lower.contains("panicked"), "it panicked: {told}");
        assert!(finished.stderr.len() < 1000, "an error is a sentence or two: {told}");
        finished
    }

    fn told(&self) -> String {
        let shown = |text: &str| text.chars().take(2000).collect::<String>();
        format!("stdout {:?}, stderr {:?}", shown(&self.text()), shown(&self.stderr))
    }
}

/// Calls `aegis` with these words and waits for its end.
#[track_caller]
pub(crate) fn aegis<W: AsRef<OsStr>>(home: &Home, words: &[W]) -> Finished {
    aegis_within(home, words, COMMAND_LIMIT)
}

/// The same with a limit of its own.
#[track_caller]
pub(crate) fn aegis_within<W: AsRef<OsStr>>(home: &Home, words: &[W], limit: Duration) -> Finished {
    program_within(home, &path("aegis"), words, limit)
}

/// The same with any program.
#[track_caller]
pub(crate) fn program_within<W: AsRef<OsStr>>(
    home: &Home,
    program: &Path,
    words: &[W],
    limit: Duration,
) -> Finished {
    let mut command = home.command(program);
    command.args(words);
    let words = words.iter().map(|word| word.as_ref().to_string_lossy());
    let shown = words.map(|word| word.chars().take(80).collect::<String>());
    finish(home, command, shown.collect::<Vec<_>>().join(" "), limit)
}

/// Starts `aegis` with these words and lets it run beside the test.
pub(crate) fn start_aegis<W: AsRef<OsStr>>(home: &Home, words: &[W]) -> Process {
    let mut command = home.command(&path("aegis"));
    command.args(words);
    Process::start(command, &home.output("aegis"))
}

/// Runs a shell script of the user's, with `$0`, `$1`, … as given.
#[track_caller]
pub(crate) fn sh(home: &Home, script: &str, words: &[&OsStr]) -> Finished {
    let mut command = home.command(Path::new("sh"));
    command.args(["-ec", script]).args(words);
    finish(home, command, script.to_owned(), COMMAND_LIMIT)
}

/// Waits for the end of a command, its outputs apart in two files: a pipe that nobody reads would
/// stop the program.
#[track_caller]
fn finish(home: &Home, mut command: Command, call: String, limit: Duration) -> Finished {
    let (out, err) = (home.output("stdout"), home.output("stderr"));
    command.stdout(File::create(&out).expect("a file")).stderr(File::create(&err).expect("a file"));
    let mut process = Process::start_as_is(command, &err);
    let status = process.wait(limit);
    Finished {
        call,
        status,
        stdout: fs::read(&out).expect("the output"),
        stderr: String::from_utf8_lossy(&fs::read(&err).expect("the errors")).into_owned(),
    }
}
