//! Who may open the database for writing.

use crate::paths::from_io;
use aegis_protocol::{ApiError, ErrorKind};
use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::process::{Pid, test_kill_process};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tracing::warn;

/// How long the lock of a process that was killed is waited for.
const AFTER_A_KILL: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// The data directory's lock. The kernel releases it with this process, however that ends, and
/// nothing else does but [`Lock::release`]: an engine that was not closed never loses it.
#[derive(Debug)]
pub(crate) struct Lock(ManuallyDrop<File>);

/// Why it is not ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    /// Another process holds it.
    #[error("Another Aegis{} works with “{}”", by(.pid), .folder.display())]
    Held {
        /// The process, as far as the file says.
        pid: Option<u32>,
        /// The data directory.
        folder: PathBuf,
    },
    /// The file system refused.
    #[error("The lock “{path}” cannot be taken: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl From<LockError> for ApiError {
    fn from(error: LockError) -> Self {
        match &error {
            LockError::Held { .. } => ApiError::new(ErrorKind::Locked, format!("{error}."))
                .with_hint(
                    "Wait until it has ended, or end it; or set AEGIS_HOME to another folder.",
                ),
            LockError::Io { source, .. } => from_io(source, format!("{error}.")),
        }
    }
}

fn by(pid: &Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}

/// What the file says, for people who look: who holds it, and how often it was taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Holder {
    pid: Option<u32>,
    epoch: u64,
}

impl Lock {
    /// Takes the lock, without waiting for anybody who lives. Whoever was killed may hold it for a
    /// moment more: a child that has not become another program yet has it open.
    pub(crate) fn take(path: &Path) -> Result<Self, LockError> {
        let until = Instant::now() + AFTER_A_KILL;
        loop {
            match Self::take_now(path) {
                Err(LockError::Held { pid: Some(pid), .. })
                    if Instant::now() < until && is_gone(pid) =>
                {
                    std::thread::sleep(LOOK_AGAIN);
                }
                taken => return taken,
            }
        }
    }

    fn take_now(path: &Path) -> Result<Self, LockError> {
        let failed = |source| LockError::Io { path: path.to_owned(), source };
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let file = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)
            .map_err(|error| failed(error.into()))?;
        let mut file = File::from(file);
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let folder = path.parent().unwrap_or(path).to_owned();
                return Err(LockError::Held { pid: read(&mut file).pid, folder });
            }
            Err(error) => return Err(failed(error.into())),
        }
        let epoch = read(&mut file).epoch.saturating_add(1);
        if let Err(error) = write(&mut file, epoch) {
            // The disk may be full. The lock holds all the same.
            warn!(%error, "the lock file does not say who holds it");
        }
        Ok(Self(ManuallyDrop::new(file)))
    }

    /// Lets the next one have it. The database must be closed.
    pub(crate) fn release(self) {
        drop(ManuallyDrop::into_inner(self.0));
    }
}

/// Whether there is no process of this number.
fn is_gone(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

/// Whether a process holds the lock. One that takes it at this very moment may be turned away: it
/// tries again.
pub(crate) fn is_held(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(false),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Whatever cannot be read is not there: the lock is the kernel's, not the text's.
fn read(file: &mut File) -> Holder {
    let mut text = String::new();
    if file.rewind().and_then(|()| file.take(1024).read_to_string(&mut text)).is_err() {
        return Holder::default();
    }
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
    Holder {
        pid: value("pid ").and_then(|pid| pid.parse().ok()),
        epoch: value("epoch ").and_then(|epoch| epoch.parse().ok()).unwrap_or(0),
    }
}

fn write(file: &mut File, epoch: u64) -> io::Result<()> {
    file.rewind()?;
    file.set_len(0)?;
    write!(file, "pid {}\nepoch {epoch}\n", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let lock = Lock::take(&path).unwrap();
        let error = Lock::take(&path).unwrap_err();
        let us = std::process::id();
        assert_eq!(
            error.to_string(),
            format!("Another Aegis (process {us}) works with “{}”", folder.path().display())
        );
        assert_eq!(ApiError::from(error).kind, ErrorKind::Locked);
        assert!(is_held(&path).unwrap());
        lock.release();
        assert!(!is_held(&path).unwrap());
        Lock::take(&path).unwrap().release();
    }

    /// The file of a lock that a child holds on for its parent, which is gone.
    #[test]
    fn who_was_killed_is_waited_for_and_who_lives_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let gone = {
            #[allow(clippy::disallowed_types, reason = "a process that has been")]
            let mut child = std::process::Command::new("true").spawn().unwrap();
            child.wait().unwrap();
            child.id()
        };
        let held = File::create(&path).unwrap();
        flock(&held, FlockOperation::NonBlockingLockExclusive).unwrap();
        fs::write(&path, format!("pid {gone}\nepoch 7\n")).unwrap();
        let child = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            drop(held);
        });
        let lock = Lock::take(&path).unwrap();
        child.join().unwrap();
        let begun = Instant::now();
        assert!(matches!(Lock::take(&path), Err(LockError::Held { .. })));
        assert!(begun.elapsed() < AFTER_A_KILL / 2, "we live");
        lock.release();
    }

    #[test]
    fn forgetting_to_release_it_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let _ = Lock::take(&path).unwrap();
        assert!(matches!(Lock::take(&path), Err(LockError::Held { .. })));
    }

    #[test]
    fn the_file_says_who_holds_it_and_how_often_it_was_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        for epoch in 1..=3 {
            Lock::take(&path).unwrap().release();
            let expected = format!("pid {}\nepoch {epoch}\n", std::process::id());
            assert_eq!(fs::read_to_string(&path).unwrap(), expected);
        }
    }

    #[test]
    fn what_the_file_says_decides_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        for text in ["", "pid 1\nepoch 9\n", "pid many\nepoch -1\n", "\u{0}\u{0}"] {
            fs::write(&path, text).unwrap();
            Lock::take(&path).unwrap().release();
        }
        fs::write(&path, [0xff, 0xfe]).unwrap();
        Lock::take(&path).unwrap().release();
    }

    #[test]
    fn a_folder_that_is_missing_is_an_error_with_the_path() {
        let error = Lock::take(Path::new("/nowhere/engine.lock")).unwrap_err();
        assert!(error.to_string().starts_with("The lock “/nowhere/engine.lock” cannot be taken"));
    }
}
