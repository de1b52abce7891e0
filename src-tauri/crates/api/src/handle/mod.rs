//! One family of requests a file.

mod board;
mod change_task;
mod create_task;
mod engine;
mod events;
mod log;
mod quick_add;
mod settings;
mod show_task;
