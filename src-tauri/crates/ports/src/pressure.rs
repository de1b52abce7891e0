//! How the machine is.

use aegis_domain::pressure::Reading;

/// Reads how busy the machine is.
pub trait Pressure: Send + Sync + 'static {
    /// How it is now. Takes well under a millisecond, and never waits.
    fn read(&self) -> Reading;
}
