//! The socket in the file system.

use aegis_helper::SocketAddress;
use rustix::fs::Mode;
use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

/// Why nobody can be listened to.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Something else has the name.
    #[error("“{0}” is in the way: it is not a socket. Move it away, and try again")]
    Occupied(PathBuf),
    /// The file system refused.
    #[error("The socket “{path}” cannot be made: {source}")]
    Io {
        /// Where it was to be.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// A socket that clients find by its path. The path goes away with it.
#[derive(Debug)]
pub struct Listener {
    socket: UnixListener,
    path: PathBuf,
}

impl Listener {
    /// Listens at `path`, in place of what an earlier holder of the data directory left there.
    ///
    /// Only the holder of the data directory's lock may call this: it takes the path from whoever
    /// listens there. It has to be called within a tokio runtime.
    ///
    /// # Errors
    /// [`BindError`] when the path is taken by something else, or cannot be written.
    pub fn bind(path: &Path) -> Result<Self, BindError> {
        let failed = |source| BindError::Io { path: path.to_owned(), source };
        match fs::symlink_metadata(path) {
            Ok(found) if found.file_type().is_socket() => fs::remove_file(path).map_err(failed)?,
            Ok(_) => return Err(BindError::Occupied(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let address = SocketAddress::of(path).map_err(failed)?;
        let socket = UnixListener::bind(address.path()).map_err(failed)?;
        // The folder keeps others out already; this holds where somebody loosened the folder.
        rustix::fs::chmod(address.path(), Mode::RUSR | Mode::WUSR)
            .map_err(|error| failed(error.into()))?;
        Ok(Self { socket, path: path.to_owned() })
    }

    /// Waits for the next client.
    pub(crate) async fn accept(&self) -> io::Result<UnixStream> {
        self.socket.accept().await.map(|(stream, _)| stream)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Whoever cannot remove it leaves a stale socket, which the next holder replaces.
        let _ = fs::remove_file(&self.path);
    }
}
