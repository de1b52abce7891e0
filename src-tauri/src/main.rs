//! The window of Aegis.
//!
//! A thin shell: it opens the window, reaches the engine — one that runs already, or one of its own
//! — and carries requests and answers between the two.
//!
//! **Invariant:** it holds no rule. What may be done is decided in `aegis-domain` and `aegis-api`.

mod app;
mod bus;
mod engine;
mod environment;
mod ipc;
mod notifier;
mod tray;

use std::process::ExitCode;

fn main() -> ExitCode {
    environment::prepare();
    app::run()
}
