//! Every command and query of Aegis, once, with its access rule.
//!
//! The window, the command line and every server call in here, so that a rule stands in one place
//! and a capability of one is a capability of all. One handler a file, in `handle/`; one dispatching
//! table, in `dispatch.rs`.
//!
//! **Invariant:** this crate knows no transport: no socket, no IPC, no HTTP.

pub mod answer;
mod api;
mod card;
mod commands;
mod dispatch;
mod error;
mod handle;
mod hold;
mod service;
mod settings;

pub use api::{Api, ApiParts, Door};
pub use error::{StartError, backup_error, export_error, import_error, start_error};
pub use handle::{backup_view, contents_view};
pub use service::{Guest, Items, Service, call, open};
pub use settings::SettingsStore;
