//! Wires the ports to their implementations, and starts and stops everything.
//!
//! A program asks for a [`Connection`]: to an engine that runs already, or with one of its own. It
//! talks to either through the same [`Service`](aegis_api::Service).
//!
//! **Invariants:** this crate holds no rule of Aegis': what may be done is decided in `aegis-domain`
//! and `aegis-api`. Whoever holds the data directory's lock has the only engine; nothing is opened
//! for writing without it. Everything that starts here also ends here, within a limit.

mod answer;
mod clock;
mod connection;
mod data;
mod doctor;
mod fingerprint;
mod key_check;
mod keychain;
mod lock;
mod logging;
mod machine;
mod notifier;
mod paths;
mod runtime;
mod settings;
mod speaker;
mod tools;
mod zone;

pub use clock::SystemClock;
pub use connection::{Connection, attach, attach_or_open, attach_or_start};
pub use data::{RestoredBackup, backups, export, import, look_into, restore};
pub use doctor::{Check, Diagnosis, Verdict, examine};
pub use fingerprint::FileFingerprints;
pub use key_check::HttpKeyCheck;
pub use keychain::Keychain;
pub use logging::{Logging, LoggingError};
pub use machine::MachinePressure;
pub use notifier::DesktopNotifier;
pub use paths::{Paths, PathsError};
pub use runtime::{Runtime, start};
pub use settings::{Settings, SettingsError};
pub use speaker::DeviceSpeaker;
pub use tools::visitor;
pub use zone::user_zone;

pub use aegis_store::transfer::{ExportError, Exported, Imported};
