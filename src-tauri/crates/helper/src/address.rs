//! Socket paths of any length.

use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

/// What fits into `sockaddr_un`, without the closing zero (unix(7)).
const MAX_PATH: usize = 107;

/// A path that the kernel takes for a socket, for as long as this lives.
#[derive(Debug)]
pub struct SocketAddress {
    path: PathBuf,
    _folder: Option<OwnedFd>,
}

impl SocketAddress {
    /// The address of the socket at `path`. A path that is too long is reached through an open
    /// descriptor of its folder.
    ///
    /// # Errors
    /// When the folder of such a path cannot be opened.
    pub fn of(path: &Path) -> io::Result<Self> {
        if path.as_os_str().len() <= MAX_PATH {
            return Ok(Self { path: path.to_owned(), _folder: None });
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"));
        };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(folder, flags, Mode::empty())?;
        let path = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
        Ok(Self { path, _folder: Some(folder) })
    }

    /// What to bind or connect to.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_fits_is_taken_as_it_is() {
        let path = Path::new("/run/user/1000/aegis/engine.sock");
        assert_eq!(SocketAddress::of(path).unwrap().path(), path);
    }

    #[test]
    fn a_path_that_does_not_fit_is_reached_through_its_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("d".repeat(120));
        std::fs::create_dir(&folder).unwrap();
        let address = SocketAddress::of(&folder.join("engine.sock")).unwrap();
        assert!(address.path().as_os_str().len() <= MAX_PATH);
        assert_eq!(
            std::fs::canonicalize(address.path().parent().unwrap()).unwrap(),
            std::fs::canonicalize(&folder).unwrap()
        );
    }

    #[test]
    fn a_folder_that_is_missing_is_an_error() {
        let path = Path::new("/nowhere").join("d".repeat(120)).join("engine.sock");
        assert_eq!(SocketAddress::of(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
