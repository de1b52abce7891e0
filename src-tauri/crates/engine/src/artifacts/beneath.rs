//! Files below a folder, and never elsewhere: whatever links are put in their way, and whenever.

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// A folder that is open, so that another one cannot be put in its place.
pub(super) struct Folder {
    fd: OwnedFd,
    path: PathBuf,
}

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self { fd: openat(CWD, path, flags, Mode::empty())?, path: path.to_owned() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A plain file below the folder, for reading, with its size. Links are followed as long as they
    /// stay below it.
    pub(super) fn file(&self, path: &str) -> io::Result<(File, u64)> {
        // Opening a pipe must not wait for who writes into it.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let beneath = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        let opened = match openat2(&self.fd, path, flags, Mode::empty(), beneath) {
            // Before Linux 5.6, and where a container does not let it through.
            Err(Errno::NOSYS | Errno::PERM) => self.step_by_step(path, flags),
            opened => opened,
        };
        let file = File::from(opened.map_err(told)?);
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is no plain file"));
        }
        Ok((file, metadata.len()))
    }

    /// The same without following any link.
    fn step_by_step(&self, path: &str, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        let mut names: Vec<&str> = path.split('/').collect();
        let last = names.pop().unwrap_or_default();
        let through = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut folder = rustix::io::dup(&self.fd)?;
        for name in names.into_iter().filter(|name| *name != "..") {
            folder = openat(&folder, name, through, Mode::empty())?;
        }
        openat(&folder, last, flags | OFlags::NOFOLLOW, Mode::empty())
    }
}

fn told(error: Errno) -> io::Error {
    match error {
        Errno::XDEV | Errno::LOOP => {
            io::Error::other("it leads out of the folder in which the task works")
        }
        Errno::NOENT | Errno::NOTDIR => io::Error::other("there is no such file"),
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_what_lies_below_the_folder_is_opened() {
        let dir = tempfile::tempdir().unwrap();
        let work = dir.path().join("work");
        std::fs::create_dir_all(work.join("sub")).unwrap();
        std::fs::write(dir.path().join("secret"), "s").unwrap();
        std::fs::write(work.join("sub/own"), "own").unwrap();
        symlink("sub/own", work.join("inside")).unwrap();
        symlink("../secret", work.join("outside")).unwrap();
        symlink("/etc/hostname", work.join("absolute")).unwrap();
        symlink("..", work.join("up")).unwrap();
        symlink("/proc/self/root", work.join("magic")).unwrap();
        let folder = Folder::open(&work).unwrap();
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        // The control: a plain open follows them all.
        for path in ["outside", "absolute", "up/secret", "magic/etc/passwd"] {
            assert!(File::open(work.join(path)).is_ok(), "{path}");
            assert!(folder.file(path).is_err(), "{path}");
            assert!(folder.step_by_step(path, flags).is_err(), "{path}");
        }
        assert!(folder.file("../secret").is_err());
        assert!(folder.file("sub").is_err());
        assert_eq!(folder.file("sub/own").unwrap().1, 3);
        assert_eq!(folder.file("inside").unwrap().1, 3);
        assert!(folder.step_by_step("sub/own", flags).is_ok());
    }

    #[test]
    fn a_pipe_is_no_file_and_nobody_waits_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(CWD, dir.path().join("pipe"), pipe, Mode::RUSR, 0).unwrap();
        let error = Folder::open(dir.path()).unwrap().file("pipe").unwrap_err();
        assert_eq!(error.to_string(), "it is no plain file");
    }
}
