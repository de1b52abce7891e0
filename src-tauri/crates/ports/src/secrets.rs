//! Where keys are kept.

use aegis_domain::redact::Redactor;
use aegis_domain::{ErrorCategory, Failure, KeyName, Secret};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Keeps keys where only their owner gets at them: the system's keychain.
///
/// Nothing here waits without a limit, also when somebody would have to be asked to unlock it.
#[async_trait]
pub trait Secrets: Send + Sync + 'static {
    /// A key.
    ///
    /// # Errors
    /// [`SecretsError`].
    async fn get(&self, name: &KeyName) -> Result<Secret, SecretsError>;

    /// Keeps a key, in the place of one that had the name.
    ///
    /// # Errors
    /// [`SecretsError`].
    async fn set(&self, name: &KeyName, secret: Secret) -> Result<(), SecretsError>;

    /// Removes a key.
    ///
    /// # Errors
    /// [`SecretsError`]; [`SecretsError::NotFound`] when there is none.
    async fn remove(&self, name: &KeyName) -> Result<(), SecretsError>;

    /// The names of all keys, in order.
    ///
    /// # Errors
    /// [`SecretsError`].
    async fn names(&self) -> Result<Vec<KeyName>, SecretsError>;

    /// Whether there is a keychain that can be used now. Asks nobody.
    ///
    /// # Errors
    /// [`SecretsError`] that says why not.
    async fn probe(&self) -> Result<(), SecretsError>;

    /// Returns when every key that can be had without asking anybody is known to the redactor; does
    /// its work once, within a limit.
    async fn learn(&self);

    /// Takes every key out of a text that was read or set in this process; changes as more are.
    fn redactor(&self) -> watch::Receiver<Arc<Redactor>>;
}

/// Why a key could not be had, kept or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The system has none.
    #[error("There is no keychain here: no Secret Service answers on the session bus.")]
    NoKeychain,
    /// Its owner has to unlock it first.
    #[error("The keychain is locked.")]
    Locked,
    /// It, or its owner, said no.
    #[error("The keychain did not let Aegis in.")]
    Denied,
    /// There is no key of that name.
    #[error("There is no key “{0}” in the keychain.")]
    NotFound(KeyName),
    /// It did not answer in time.
    #[error("The keychain did not answer within {} seconds.", .0.as_secs())]
    NoAnswer(Duration),
    /// Something else went wrong, which the keychain says in its words.
    #[error("The keychain failed: {0}.")]
    Failed(String),
}

impl SecretsError {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoKeychain => {
                "Install and start gnome-keyring or KWallet, in the session in which \
                                 Aegis runs. Without one, a command can read its key from a file \
                                 that only you can read."
                    .to_owned()
            }
            Self::Locked => "Unlock it, for example in Passwords and Keys, or by logging in with \
                             your password."
                .to_owned(),
            Self::Denied => "Unlock the keychain when it asks, and let Aegis use it.".to_owned(),
            Self::NotFound(name) => format!("Keep it there with: aegis key set {name}"),
            Self::NoAnswer(_) => {
                "It may be waiting for you to unlock it: look for its window.".to_owned()
            }
            Self::Failed(_) => "Look whether gnome-keyring or KWallet is well.".to_owned(),
        }
    }

    /// The failure of a run that needed the key.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure::new(ErrorCategory::Auth, self.to_string()).with_hint(self.hint())
    }
}
