//! What time it is.

use aegis_domain::Timestamp;

/// The wall clock.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC, in whole milliseconds. May jump, forwards and backwards.
    fn now(&self) -> Timestamp;
}
