//! Making oneself heard.

use async_trait::async_trait;

/// Why nothing was heard.
#[derive(Debug, thiserror::Error)]
pub enum SpeakerError {
    /// The user wants no sound.
    #[error("Sound is switched off")]
    Off,
    /// There is no device to play on.
    #[error("No sound device can be used: {0}")]
    Unavailable(String),
    /// It took too long.
    #[error("The sound device did not finish within {0} seconds")]
    TimedOut(u64),
}

/// Plays sounds on this machine.
#[async_trait]
pub trait Speaker: Send + Sync + 'static {
    /// Plays the reminder sound; returns when it has been played.
    ///
    /// # Errors
    /// [`SpeakerError`] when it could not be.
    async fn chime(&self) -> Result<(), SpeakerError>;
}
