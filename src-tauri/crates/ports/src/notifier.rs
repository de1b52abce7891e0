//! Telling the person at this machine.

use aegis_domain::machine::Answerable;
use async_trait::async_trait;
use std::sync::Arc;

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// One line.
    pub title: String,
    /// The rest; may be empty.
    pub body: String,
    /// The question that can be answered where it is shown.
    pub asks: Option<Answerable>,
}

/// Why nobody was told.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// There is nobody to hand it to.
    #[error("No notification service answered on this desktop: {0}")]
    Unavailable(String),
    /// It took too long.
    #[error("The notification service did not answer within {0} seconds")]
    TimedOut(u64),
}

/// What becomes of an answer: the question, and whether it was a yes.
pub type OnAnswer = Arc<dyn Fn(Answerable, bool) + Send + Sync>;

/// Shows notifications of the operating system.
#[async_trait]
pub trait Notifier: Send + Sync + 'static {
    /// Shows `notification`; returns when the desktop has taken it.
    ///
    /// # Errors
    /// [`NotifyError`] when it did not.
    async fn notify(&self, notification: Notification) -> Result<(), NotifyError>;

    /// Hands the answers that are given where questions are shown to `on_answer`, from now on.
    /// Without a way to answer there, nothing ever comes.
    fn on_answer(&self, _on_answer: OnAnswer) {}
}
