//! What the engine needs from outside, as traits.
//!
//! Whoever implements one of these (an executor, a notifier, a clock) depends on this crate and on
//! the words of `aegis-domain`, on nothing else of Aegis; whoever uses one does not know who
//! implements it.
//!
//! **Invariant:** there is no implementation here.

mod clock;
mod commands;
mod executor;
mod fingerprint;
mod key_check;
mod notifier;
mod pressure;
mod roots;
mod secrets;
mod speaker;
mod tools;

pub use clock::Clock;
pub use commands::{Caller, Commands};
pub use executor::{
    Answered, Ended, Executor, Job, Left, LogSink, LogStream, RunHandle, Signal, StartLost,
};
pub use fingerprint::Fingerprints;
pub use key_check::{KeyCheck, KeyTrouble};
pub use notifier::{Notification, Notifier, NotifyError, OnAnswer};
pub use pressure::Pressure;
pub use roots::AllowedRoots;
pub use secrets::{Secrets, SecretsError};
pub use speaker::{Speaker, SpeakerError};
pub use tools::{Permit, RunTools, ToolAnswer, ToolHost, ToolInfo, Used};
