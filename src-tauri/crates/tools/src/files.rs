//! Files below the folder of the work, and nowhere else.

use crate::registry::ToolError;
use aegis_domain::ErrorCategory;
use rustix::fs::{Mode, OFlags, ResolveFlags, open, openat2};
use rustix::io::Errno;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;

/// Most bytes that are read or written at a time.
pub(crate) const MAX_BYTES: u64 = 1024 * 1024;

/// Reads a file, from a byte on.
pub(crate) fn read(workspace: &str, path: &str, from: u64) -> Result<(Vec<u8>, u64), ToolError> {
    use std::io::{Seek as _, SeekFrom};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut file = File::from(below(workspace, path, flags)?);
    let meta = file.metadata().map_err(|error| broken(path, &error.to_string()))?;
    if !meta.is_file() {
        return Err(ToolError::new(
            ErrorCategory::FileNotFound,
            format!("{path} is no plain file, so it is not read."),
        ));
    }
    file.seek(SeekFrom::Start(from)).map_err(|error| broken(path, &error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|e| broken(path, &e.to_string()))?;
    Ok((bytes, meta.len()))
}

/// Writes a file, in the place of what was there. Its folder has to be there.
pub(crate) fn write(workspace: &str, path: &str, bytes: &[u8]) -> Result<(), ToolError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ToolError::new(
            ErrorCategory::SyntaxError,
            format!("{path} would have more than {MAX_BYTES} bytes. Write it with a program."),
        ));
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let mut file = File::from(below(workspace, path, flags | OFlags::NOCTTY)?);
    // What is there is looked at before anything is taken from it.
    let plain = file.metadata().is_ok_and(|meta| meta.is_file());
    if !plain {
        let message = format!("{path} is no plain file, so it is not written.");
        return Err(ToolError::new(ErrorCategory::PermissionDenied, message));
    }
    file.set_len(0)
        .and_then(|()| file.write_all(bytes))
        .map_err(|error| broken(path, &error.to_string()))
}

/// Opens what lies below the folder: the kernel refuses every way out (`..`, links, magic links),
/// at the moment of opening.
fn below(workspace: &str, path: &str, flags: OFlags) -> Result<OwnedFd, ToolError> {
    let relative =
        Path::new(path).strip_prefix(workspace).unwrap_or_else(|_| Path::new(path)).to_owned();
    if relative.is_absolute() || path.contains('\0') {
        return Err(outside(path));
    }
    let folder = open(workspace, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .map_err(|errno| broken(workspace, &errno.to_string()))?;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    let mode = if flags.contains(OFlags::CREATE) {
        Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH
    } else {
        Mode::empty()
    };
    openat2(&folder, &relative, flags, mode, resolve).map_err(|errno| match errno {
        Errno::XDEV | Errno::LOOP => outside(path),
        Errno::NOENT => ToolError::new(
            ErrorCategory::FileNotFound,
            format!("There is no {path} in the folder of the work."),
        ),
        Errno::ACCESS | Errno::PERM => ToolError::new(
            ErrorCategory::PermissionDenied,
            format!("{path} may not be opened by this user."),
        ),
        errno => broken(path, &errno.to_string()),
    })
}

fn outside(path: &str) -> ToolError {
    let shown: String = path.chars().filter(|c| !c.is_control()).take(200).collect();
    ToolError::new(
        ErrorCategory::SandboxDenied,
        format!("{shown} leads out of the folder of the work. Only files below it can be reached."),
    )
}

fn broken(path: &str, error: &str) -> ToolError {
    let shown: String = path.chars().filter(|c| !c.is_control()).take(200).collect();
    ToolError::new(ErrorCategory::CommandFailed, format!("{shown} cannot be used: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::CWD;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_below_the_folder_is_read_and_written() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_str().unwrap();
        write(folder, "a.txt", b"hello").unwrap();
        assert_eq!(read(folder, "a.txt", 0).unwrap(), (b"hello".to_vec(), 5));
        assert_eq!(read(folder, &format!("{folder}/a.txt"), 2).unwrap().0, b"llo");
        write(folder, "a.txt", b"hi").unwrap();
        assert_eq!(fs::read(dir.path().join("a.txt")).unwrap(), b"hi");
        symlink("a.txt", dir.path().join("inside")).unwrap();
        assert_eq!(read(folder, "inside", 0).unwrap().0, b"hi");
    }

    #[test]
    fn no_way_leads_out() {
        let dir = tempfile::tempdir().unwrap();
        let work = dir.path().join("work");
        fs::create_dir(&work).unwrap();
        fs::write(dir.path().join("secret"), "secret").unwrap();
        let folder = work.to_str().unwrap();
        symlink(dir.path().join("secret"), work.join("link")).unwrap();
        symlink("..", work.join("up")).unwrap();
        symlink("/proc/self/root/etc/hostname", work.join("magic")).unwrap();
        let outside = dir.path().join("secret").display().to_string();
        for path in
            ["../secret", "link", "up/secret", "magic", "./../secret", &outside, "/etc/hostname"]
        {
            let refused = read(folder, path, 0).unwrap_err();
            assert_eq!(refused.category, ErrorCategory::SandboxDenied, "{path}");
            let refused = write(folder, path, b"x").unwrap_err();
            assert_eq!(refused.category, ErrorCategory::SandboxDenied, "{path}");
        }
        // The same without the guard reaches it.
        assert_eq!(fs::read_to_string(work.join("up/secret")).unwrap(), "secret");
        assert_eq!(fs::read_to_string(dir.path().join("secret")).unwrap(), "secret");
    }

    #[test]
    fn what_is_no_file_is_refused_and_does_not_hang() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_str().unwrap();
        rustix::fs::mknodat(
            CWD,
            dir.path().join("pipe"),
            rustix::fs::FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .unwrap();
        assert_eq!(read(folder, "pipe", 0).unwrap_err().category, ErrorCategory::FileNotFound);
        assert!(write(folder, "pipe", b"x").is_err());
        assert_eq!(read(folder, ".", 0).unwrap_err().category, ErrorCategory::FileNotFound);
        assert_eq!(read(folder, "none", 0).unwrap_err().category, ErrorCategory::FileNotFound);
        let large = vec![0; usize::try_from(MAX_BYTES).unwrap() + 1];
        assert_eq!(write(folder, "b", &large).unwrap_err().category, ErrorCategory::SyntaxError);
    }
}
