//! What the user or the system wants of this process.

use crate::error::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The wish to end: Ctrl-C, SIGTERM, or a terminal that closes.
///
/// From the first [`Signals::watch`] on, these no longer end the process by themselves.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    /// Watches from now on.
    ///
    /// # Errors
    /// [`Error::Signals`] when the system does not let it.
    pub(crate) fn watch() -> Result<Self, Error> {
        let listen = |kind| signal(kind).map_err(Error::Signals);
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    /// Returns at the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}
