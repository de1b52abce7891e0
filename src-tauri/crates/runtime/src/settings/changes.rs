//! Reading the settings again when somebody has changed the file by hand.

use super::Settings;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::unix::AsyncFd;
use tokio_util::sync::CancellationToken;

/// Watches the settings' file until `stop`. Nothing is asked in between: the kernel says when the
/// file was written or another one was put in its place. Without that, a change by hand counts from
/// the next start on.
pub(crate) async fn read_again_on_change(settings: Arc<Settings>, stop: CancellationToken) {
    let changes = match Changes::of(&settings.file) {
        Ok(changes) => changes,
        Err(error) => {
            tracing::warn!(%error, "the settings' file is not watched");
            return;
        }
    };
    loop {
        let changed = tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.next() => changed,
        };
        match changed {
            Ok(true) => {
                let settings = Arc::clone(&settings);
                let read = tokio::task::spawn_blocking(move || settings.read_again()).await;
                if let Ok(Err(error)) = read {
                    tracing::warn!(%error, "the settings stay as they were");
                }
            }
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "the settings' file is watched no more");
                return;
            }
        }
    }
}

/// What happens in the folders that the file is in: its own, and where a symbolic link leads.
struct Changes {
    events: AsyncFd<OwnedFd>,
    files: Vec<PathBuf>,
}

impl Changes {
    #[allow(unsafe_code)]
    fn of(file: &Path) -> io::Result<Self> {
        let events = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        let mut files = vec![file.to_owned()];
        files.extend(file.canonicalize().ok().filter(|real| real != file));
        for file in &files {
            // The folder, because an editor puts a new file in the place of the old one.
            let folder = file.parent().unwrap_or(Path::new("/"));
            let kinds = WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO;
            inotify::add_watch(&events, folder, kinds)?;
        }
        // SAFETY: an `OwnedFd` names the same open descriptor for as long as it lives, and it
        // lives inside the `AsyncFd`.
        let events = unsafe { AsyncFd::register(events) }.map_err(io::Error::from)?;
        Ok(Self { events, files })
    }

    /// Waits for something to happen in a folder; says whether it was to the file.
    async fn next(&self) -> io::Result<bool> {
        let mut ready = self.events.readable().await?;
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(self.events.get_ref(), &mut buffer);
        let mut ours = false;
        loop {
            match events.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
                    let lost = event.events().contains(ReadFlags::QUEUE_OVERFLOW);
                    ours |= lost || self.files.iter().any(|file| file.file_name() == name);
                }
                Err(Errno::AGAIN) => {
                    ready.clear_ready();
                    return Ok(ours);
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
