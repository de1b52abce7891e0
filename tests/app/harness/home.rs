//! A user of one test's own: home, data, runtime directory and environment.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::Pid;
use tempfile::TempDir;

use super::{poll, process, tasks};

/// A fresh user. Everything below it goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Home {
    root: TempDir,
    data: PathBuf,
    /// Whether the user says where the data lies.
    chooses_data: bool,
    extra: Vec<(OsString, OsString)>,
    wrapper: Vec<OsString>,
}

impl Home {
    /// A user with an empty home and nothing of Aegis yet.
    pub(crate) fn new() -> Self {
        // A socket's path holds at most 108 bytes: the names stay short.
        let root = tempfile::Builder::new().prefix("aegis-").tempdir().expect("a folder");
        for name in ["home", "run", "tmp", "out"] {
            fs::create_dir(root.path().join(name)).expect("a folder");
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(root.path().join("run"), private).expect("a private folder");
        let data = root.path().join("data");
        Self { root, data, chooses_data: true, extra: Vec::new(), wrapper: Vec::new() }
    }

    /// The same user with the data in a folder of this name inside the test's own.
    pub(crate) fn with_data_in(mut self, name: &str) -> Self {
        self.data = self.root.path().join(name);
        self
    }

    /// The same user with everything where the desktop's standard puts it, and no `AEGIS_HOME`.
    pub(crate) fn with_xdg_folders(mut self) -> Self {
        self.data = self.home().join(".local/share/aegis");
        self.chooses_data = false;
        self
    }

    /// Sets one more environment variable for every program of this user.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.extra.push((name.into(), value.into()));
    }

    /// Runs every program of this user behind a command, such as one that enters a namespace.
    pub(crate) fn wrap(&mut self, wrapper: Vec<OsString>) {
        self.wrapper = wrapper;
    }

    /// The user's home, where tasks may work.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// Database, logs of runs, lock and socket; all of Aegis when it is `AEGIS_HOME`.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// `XDG_RUNTIME_DIR`.
    pub(crate) fn runtime(&self) -> PathBuf {
        self.root.path().join("run")
    }

    /// A path of its own for what a program prints.
    pub(crate) fn output(&self, name: &str) -> PathBuf {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        self.root.path().join("out").join(format!("{number:03}-{name}"))
    }

    /// A path outside of the user's home, where tasks may not work.
    pub(crate) fn outside(&self) -> PathBuf {
        self.root.path().join("out")
    }

    /// A folder in the user's home.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.home().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    /// A program in this user's environment, and in no other: nothing of the developer's gets in.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut words = self.wrapper.clone();
        words.extend(process::tied(program));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("HOME", self.home())
            .env("XDG_RUNTIME_DIR", self.runtime())
            .env("TMPDIR", self.root.path().join("tmp"))
            // What the machine does beside the tests is no part of them.
            .env("AEGIS_PRESSURE", "off")
            .envs(self.extra.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home());
        if self.chooses_data {
            command.env("AEGIS_HOME", &self.data);
        }
        command
    }

    /// The processes that work in a folder of the user's home: those that a task left behind.
    pub(crate) fn processes_in(&self, folder: &str) -> Vec<Pid> {
        let folder = self.home().join(folder);
        let entries = fs::read_dir("/proc").expect("/proc").flatten();
        entries
            .filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == folder))
            .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
            .collect()
    }

    /// Waits until so many processes work in a folder.
    #[track_caller]
    pub(crate) fn wait_for_processes_in(&self, folder: &str, is_so: impl Fn(usize) -> bool) {
        poll::until(&format!("the number of processes in {folder}"), tasks::RUN, || {
            is_so(self.processes_in(folder).len()).then_some(())
        });
    }

    /// The databases below the data directory, found by what SQLite writes at their beginning.
    pub(crate) fn databases(&self) -> Vec<PathBuf> {
        files_below(&self.data)
            .into_iter()
            .filter(|file| {
                fs::read(file).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"))
            })
            .collect()
    }

    /// The bytes of all files below the data directory.
    pub(crate) fn data_bytes(&self) -> u64 {
        files_below(&self.data)
            .iter()
            .filter_map(|file| file.metadata().ok())
            .map(|m| m.len())
            .sum()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        // Of a test that failed: what Aegis wrote down last.
        let logs = files_below(&self.data).into_iter();
        for log in logs.filter(|file| file.file_name().is_some_and(is_own_log)) {
            let text = fs::read(&log).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let last: Vec<&str> = text.lines().rev().take(20).collect();
            eprintln!("{}:", log.display());
            for line in last.iter().rev() {
                eprintln!("  {line}");
            }
        }
    }
}

/// `aegis.<date>.log` and `aegis-desktop.<date>.log`; logs of runs are named by their run.
fn is_own_log(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("aegis") && name.ends_with(".log")
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files
}
