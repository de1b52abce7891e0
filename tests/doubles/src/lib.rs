//! Test doubles of the ports: what an engine needs and a test does not look at.
//!
//! What a test does look at (an executor that does as it is told, a keychain that holds keys) is its own.

use aegis_domain::pressure::Reading;
use aegis_domain::redact::Redactor;
use aegis_domain::{Invalid, KeyName, Secret, Timestamp, Watch};
use aegis_ports::{
    Clock, Fingerprints, KeyCheck, KeyTrouble, Notification, Notifier, NotifyError, Pressure,
    Secrets, SecretsError, Speaker, SpeakerError,
};
use async_trait::async_trait;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct WallClock;

impl Clock for WallClock {
    #[allow(clippy::disallowed_methods, reason = "engines and programs are on the real clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        i64::try_from(millis)
            .ok()
            .and_then(Timestamp::from_timestamp_millis)
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Whom nobody can tell anything.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

#[async_trait]
impl Notifier for Nobody {
    async fn notify(&self, _: Notification) -> Result<(), NotifyError> {
        Err(NotifyError::Unavailable("nobody is there".to_owned()))
    }
}

/// Whoever reads notifications.
#[derive(Debug, Default)]
pub struct Told(Mutex<Vec<Notification>>);

impl Told {
    /// What they were told so far.
    #[must_use]
    pub fn all(&self) -> Vec<Notification> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Notifier for Told {
    async fn notify(&self, notification: Notification) -> Result<(), NotifyError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(notification);
        Ok(())
    }
}

/// A machine without sound.
#[derive(Debug, Clone, Copy)]
pub struct Silence;

#[async_trait]
impl Speaker for Silence {
    async fn chime(&self) -> Result<(), SpeakerError> {
        Err(SpeakerError::Off)
    }
}

/// A machine that has nothing else to do.
#[derive(Debug, Clone, Copy)]
pub struct Calm;

impl Pressure for Calm {
    fn read(&self) -> Reading {
        Reading::default()
    }
}

/// Files that never change.
#[derive(Debug, Clone, Copy)]
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

/// A machine without a keychain.
#[derive(Debug, Clone, Copy)]
pub struct NoKeychain;

#[async_trait]
impl Secrets for NoKeychain {
    async fn get(&self, _: &KeyName) -> Result<Secret, SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn set(&self, _: &KeyName, _: Secret) -> Result<(), SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn remove(&self, _: &KeyName) -> Result<(), SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn names(&self) -> Result<Vec<KeyName>, SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn probe(&self) -> Result<(), SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn learn(&self) {}

    fn redactor(&self) -> watch::Receiver<Arc<Redactor>> {
        watch::channel(Arc::default()).1
    }
}

/// No service can be asked about a key.
#[async_trait]
impl KeyCheck for NoKeychain {
    fn service(&self, _: &KeyName) -> Option<&'static str> {
        None
    }

    async fn check(&self, _: &KeyName, _: &Secret) -> Result<String, KeyTrouble> {
        Ok(String::new())
    }
}
