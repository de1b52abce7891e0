//! What an engine needs and these measurements do not use.

use aegis_domain::pressure::Reading;
use aegis_domain::{Invalid, Timestamp, Watch};
use aegis_ports::{Clock, Fingerprints, Notification, Notifier, NotifyError, Pressure};
use async_trait::async_trait;

/// The system's clock.
pub struct WallClock;

impl Clock for WallClock {
    #[allow(clippy::disallowed_methods, reason = "what is measured happens in real time")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        i64::try_from(millis)
            .ok()
            .and_then(Timestamp::from_timestamp_millis)
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Whom nobody can tell anything.
pub struct Nobody;

#[async_trait]
impl Notifier for Nobody {
    async fn notify(&self, _: Notification) -> Result<(), NotifyError> {
        Err(NotifyError::Unavailable("nobody is there".to_owned()))
    }
}

/// A machine that is never busy: the measurements make it so.
pub struct Calm;

impl Pressure for Calm {
    fn read(&self) -> Reading {
        Reading::default()
    }
}

/// Files that never change.
pub struct NoFiles;

#[async_trait]
impl Fingerprints for NoFiles {
    fn check(&self, _: &Watch) -> Result<(), Invalid> {
        Ok(())
    }

    async fn of(&self, _: &Watch) -> Result<String, Invalid> {
        Ok("the same".to_owned())
    }
}
