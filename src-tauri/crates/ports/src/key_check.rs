//! Whether a service takes a key.

use aegis_domain::{ErrorCategory, KeyName, Secret};
use async_trait::async_trait;

/// Asks the service that a key is for whether it takes it.
#[async_trait]
pub trait KeyCheck: Send + Sync + 'static {
    /// The service of a key with this name, in people's words, if it is one that can be asked.
    fn service(&self, name: &KeyName) -> Option<&'static str>;

    /// Makes one request that costs nothing, within a limit. Returns what the service says, in a
    /// sentence.
    ///
    /// # Errors
    /// [`KeyTrouble`].
    async fn check(&self, name: &KeyName, secret: &Secret) -> Result<String, KeyTrouble>;
}

/// Why a service did not take a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct KeyTrouble {
    /// What kind: `auth` is the key's own fault, others are not.
    pub category: ErrorCategory,
    /// What happened: one sentence.
    pub message: String,
    /// What to do: one sentence.
    pub hint: String,
}
