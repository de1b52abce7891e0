//! What time it is.

use aegis_domain::Timestamp;
use chrono::TimeDelta;
use tokio::sync::watch;

/// The wall clock.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC, in whole milliseconds. May jump, forwards and backwards.
    fn now(&self) -> Timestamp;

    /// How far this clock is ahead of the system's, for one that is not the system's own; it
    /// changes when somebody sets it. The system's own has none: whoever waits for an instant of
    /// that hears from the kernel when it is set.
    fn ahead(&self) -> Option<watch::Receiver<TimeDelta>> {
        None
    }
}
