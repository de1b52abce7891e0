//! The window's frontend.
//!
//! It shows what the engine says and hands on what the person wants, through [`bridge`] alone. The crate has pages
//! (`pages`), the task panel (`task`) and the shell around them (`shell`), built from `components`; `state` follows
//! the engine's event stream; `history` gathers events into what came of them; `format` and `messages` turn values
//! into words.
//!
//! **Invariants:** it holds no rule: which state may follow which, what a line of quick-add means and what can be
//! done with a task is asked of the engine. No text that a person reads stands outside `messages`, and no colour
//! outside `styles/tokens.css`. It never blocks on the engine, and works through a lost connection.

#![allow(unreachable_pub, reason = "the component macro makes public functions of private ones")]

mod app;
mod bridge;
mod components;
mod format;
mod history;
mod messages;
mod pages;
mod shell;
mod state;
mod task;

pub use app::mount;
