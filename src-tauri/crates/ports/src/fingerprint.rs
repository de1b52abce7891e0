//! Whether files have changed.

use aegis_domain::{Invalid, Watch};
use async_trait::async_trait;

/// Looks at files that a task watches.
#[async_trait]
pub trait Fingerprints: Send + Sync + 'static {
    /// Checks whether these files may be watched.
    ///
    /// # Errors
    /// [`Invalid`], with the field, the sentence and the hint that the user will see.
    fn check(&self, watch: &Watch) -> Result<(), Invalid>;

    /// A text that differs whenever a file has come, gone or changed. A path that is not there is
    /// as good as any: its coming is a change.
    ///
    /// # Errors
    /// [`Invalid`] when the files cannot be looked at.
    async fn of(&self, watch: &Watch) -> Result<String, Invalid>;
}
