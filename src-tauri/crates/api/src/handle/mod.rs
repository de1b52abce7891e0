//! One family of requests a file.

mod approval;
mod artifact;
mod board;
mod change_task;
mod create_task;
mod data;
mod engine;
mod events;
mod key;
mod keys_in;
mod knowledge;
mod log;
mod metrics;
mod planned;
mod pool;
mod purge;
mod quick_add;
mod schedule;
mod search;
mod settings;
mod show_task;
mod tool_use;

pub use data::{backup_view, contents_view};
