//! The folders of a sandbox, looked at once and held to that.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use aegis_helper::{Sandbox, Spec};
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, fstat, openat2, stat};
use serde::{Deserialize, Serialize};

/// Most sockets of other programs that are covered one by one.
const MAX_SOCKETS: usize = 4096;

/// A folder or a file, and which one it was when it was looked at: between two looks at a path,
/// somebody may put another thing there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) path: PathBuf,
    device: u64,
    inode: u64,
}

impl Held {
    /// Looks, and refuses a path that has a symbolic link in it.
    pub(super) fn look(path: &Path) -> io::Result<(Self, OwnedFd)> {
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        let fd = openat2(CWD, path, flags, Mode::empty(), resolve)?;
        let found = fstat(&fd)?;
        Ok((Self { path: path.to_owned(), device: found.st_dev, inode: found.st_ino }, fd))
    }

    /// Whether the path still leads to the same.
    pub(super) fn is_there(&self) -> bool {
        stat(&self.path).is_ok_and(|now| (now.st_dev, now.st_ino) == (self.device, self.inode))
    }
}

/// Every path of a sandbox.
#[derive(Debug)]
pub(super) struct Places {
    /// What can be written, the working directory first. Each can be opened by its descriptor.
    pub(super) writable: Vec<(Held, OwnedFd)>,
    pub(super) tmp: (Held, OwnedFd),
    pub(super) read_only: Vec<PathBuf>,
    /// Folders that are empty and the run's own.
    pub(super) private: Vec<PathBuf>,
    /// What there is to hide.
    pub(super) hidden: Vec<PathBuf>,
    pub(super) sockets: Vec<PathBuf>,
    /// Of the repositories of the writable folders.
    pub(super) git: Vec<PathBuf>,
}

impl Places {
    /// Looks at all of them.
    ///
    /// # Errors
    /// A clause that says which one cannot be used.
    pub(super) fn look(spec: &Spec, sandbox: &Sandbox) -> Result<Self, String> {
        let held = |path: &Path| {
            Held::look(path).map_err(|error| match error.raw_os_error() {
                Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => {
                    format!("{} leads through a symbolic link", path.display())
                }
                _ => format!("{} cannot be used: {error}", path.display()),
            })
        };
        let mut writable = Vec::new();
        for path in std::iter::once(&spec.cwd).chain(&sandbox.writable) {
            writable.push(held(path)?);
        }
        let hidden = real(&sandbox.hidden);
        let lies_hidden = writable
            .iter()
            .find(|(place, _)| hidden.iter().any(|hidden| hidden.starts_with(&place.path)));
        if let Some((place, _)) = lies_hidden {
            return Err(format!(
                "{} can be written, and holds what is to stay hidden",
                place.path.display()
            ));
        }
        let missing = sandbox.sockets.iter().find(|socket| !is_socket(socket));
        if let Some(missing) = missing {
            return Err(format!("there is no socket {}", missing.display()));
        }
        let git = if sandbox.protect_git {
            writable.iter().flat_map(|(place, _)| repository(&place.path)).collect()
        } else {
            Vec::new()
        };
        Ok(Self {
            tmp: held(&sandbox.tmp)?,
            read_only: real(&sandbox.read_only),
            private: real(&sandbox.private),
            sockets: real(&sandbox.sockets),
            hidden,
            writable,
            git,
        })
    }
}

/// Where paths really lead. What is not there is left out.
fn real(paths: &[PathBuf]) -> Vec<PathBuf> {
    paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect()
}

fn is_socket(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.file_type().is_socket())
}

/// What a folder's repository consists of: `.git`, and where it leads when it is a file, as that of
/// a worktree or a submodule does (gitrepository-layout(5)).
fn repository(folder: &Path) -> Vec<PathBuf> {
    let git = folder.join(".git");
    let Ok(found) = fs::symlink_metadata(&git) else { return Vec::new() };
    let mut all = vec![git.clone()];
    if found.is_symlink() {
        all.extend(fs::canonicalize(&git));
    } else if found.is_file() {
        let text = fs::read_to_string(&git).unwrap_or_default();
        let leads = text.lines().find_map(|line| line.strip_prefix("gitdir:"));
        if let Some(own) = leads.and_then(|path| fs::canonicalize(folder.join(path.trim())).ok()) {
            let common = fs::read_to_string(own.join("commondir")).unwrap_or_default();
            all.extend(fs::canonicalize(own.join(common.trim())));
            all.push(own);
        }
    }
    all
}

/// The Unix sockets that others listen on in this moment, by their path. To connect to one is no
/// writing, so that it does not help that its folder can only be read.
pub(super) fn listening() -> Vec<PathBuf> {
    let Ok(table) = fs::read("/proc/net/unix") else { return Vec::new() };
    let paths = table.split(|byte| *byte == b'\n').filter_map(|line| {
        let at = line.windows(2).position(|pair| pair == b" /")?;
        Some(PathBuf::from(OsStr::from_bytes(line.get(at + 1..)?)))
    });
    let mut all = real(&paths.filter(|path| is_socket(path)).collect::<Vec<_>>());
    all.sort_unstable();
    all.dedup();
    all.truncate(MAX_SOCKETS);
    all
}

/// What of the system a program needs to run at all, in [`aegis_helper::Profile::Strict`].
pub(super) const SYSTEM: [&str; 7] =
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/// What of `/etc` says how libraries are found and names are looked up, and nothing of what this
/// machine is for.
pub(super) const ETC: [&str; 32] = [
    "alternatives",
    "bash.bashrc",
    "ca-certificates",
    "ca-certificates.conf",
    "crypto-policies",
    "debian_version",
    "fonts",
    "gai.conf",
    "group",
    "host.conf",
    "hosts",
    "inputrc",
    "java-17-openjdk",
    "java-21-openjdk",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "locale.alias",
    "locale.conf",
    "localtime",
    "magic",
    "mime.types",
    "nsswitch.conf",
    "os-release",
    "passwd",
    "perl",
    "pki",
    "profile",
    "protocols",
    "services",
    "ssl",
    "timezone",
];

/// Files that names are looked up with, wherever they are: `/etc/resolv.conf` often leads into
/// `/run`.
pub(super) fn resolver() -> Option<PathBuf> {
    fs::canonicalize("/etc/resolv.conf").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    #[test]
    fn another_folder_of_the_same_name_is_another_folder() {
        let dir = tempfile::tempdir().unwrap();
        let real = fs::canonicalize(dir.path()).unwrap();
        let place = real.join("work");
        fs::create_dir(&place).unwrap();
        let (held, _fd) = Held::look(&place).unwrap();
        assert!(held.is_there());
        fs::rename(&place, real.join("old")).unwrap();
        assert!(!held.is_there());
        fs::create_dir(&place).unwrap();
        assert!(!held.is_there());
        fs::remove_dir(&place).unwrap();
        symlink("/etc", &place).unwrap();
        assert!(!held.is_there());
        assert!(Held::look(&place).is_err());
        assert!(Held::look(&place.join("ssl")).is_err());
    }

    #[test]
    fn a_worktrees_repository_is_found_where_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let real = fs::canonicalize(dir.path()).unwrap();
        let own = real.join("main/.git/worktrees/w");
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("commondir"), "../..\n").unwrap();
        fs::create_dir(real.join("w")).unwrap();
        fs::write(real.join("w/.git"), format!("gitdir: {}\n", own.display())).unwrap();
        let expected = [real.join("w/.git"), real.join("main/.git"), own];
        assert_eq!(repository(&real.join("w")), expected);
        assert_eq!(repository(&real.join("main")), [real.join("main/.git")]);
        assert_eq!(repository(&real), Vec::<PathBuf>::new());
    }

    #[test]
    fn sockets_that_are_listened_on_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let real = fs::canonicalize(dir.path()).unwrap();
        let path = real.join("a b");
        let _listener = UnixListener::bind(&path).unwrap();
        assert!(listening().contains(&path));
    }
}
