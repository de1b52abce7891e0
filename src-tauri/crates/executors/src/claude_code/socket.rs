//! A socket of one run, which its own processes reach through `aegis-helper connect`.

use std::convert::Infallible;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aegis_helper::SocketAddress;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

/// Removed when dropped.
pub(super) struct RunSocket {
    socket: UnixListener,
    path: PathBuf,
}

impl RunSocket {
    /// Listens in the run's own folder, which nobody else may enter.
    pub(super) fn open(scratch: &Path, name: &str) -> io::Result<Self> {
        let path = scratch.join(name);
        let address = SocketAddress::of(&path)?;
        let socket = UnixListener::bind(address.path())?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { socket, path })
    }

    /// Where it listens.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Serves everybody who comes, for as long as it is polled: `most` at a time, more wait to be
    /// taken.
    pub(super) async fn serve<F>(
        &self,
        most: usize,
        mut answer: impl FnMut(UnixStream) -> F,
    ) -> Infallible
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.socket.accept(), if open.len() < most => match accepted {
                    Ok((stream, _)) => {
                        open.spawn(answer(stream));
                    }
                    Err(error) => {
                        tracing::warn!(%error, path = %self.path.display(), "somebody was not heard");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_) = open.join_next() => {}
            }
        }
    }
}

impl Drop for RunSocket {
    fn drop(&mut self) {
        // The folder goes with the run; a socket that stays in it hurts nobody.
        let _ = std::fs::remove_file(&self.path);
    }
}
