//! The window of Aegis: a Tauri shell around the pages of `ui/`.
//!
//! It hands what the pages ask to the engine, its own or another process's, and does what only a
//! window can: tray, notifications, one window a desktop, an orderly end.
//!
//! **Invariant:** it holds no rule, and knows no method of the engine but those of its tray.

mod app;
mod backend;
mod batches;
mod ipc;
mod messages;
mod notifier;
mod streams;
mod tray;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    avoid_blank_windows();
    app::run()
}

/// WebKitGTK's DMABUF renderer shows nothing on some graphics cards. It reads this before its first
/// window; whoever set it knows better.
fn avoid_blank_windows() {
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(VARIABLE).is_none() {
        #[allow(unsafe_code, reason = "the environment is the only way to tell WebKitGTK")]
        // SAFETY: this is the first thing in `main`: no other thread reads the environment yet.
        unsafe {
            std::env::set_var(VARIABLE, "1");
        }
    }
}
