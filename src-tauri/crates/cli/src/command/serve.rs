//! `aegis serve`.

use crate::connection::Serving;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{Canvas, visible};
use crate::signals::Signals;
use clap::Args;
use serde::Serialize;

/// Run the engine without a window, until it is told to stop
#[derive(Debug, Args)]
#[command(after_help = "\
It stops gracefully at Ctrl-C, SIGTERM or `aegis engine stop`: what runs is ended
and everything is written down. A second Ctrl-C stops at once.")]
pub(crate) struct Serve {
    /// Do not say when it is ready
    #[arg(short, long)]
    quiet: bool,
}

/// What is said when the engine can be used.
#[derive(Serialize)]
struct Ready {
    pid: u32,
    socket: String,
    data_dir: String,
}

impl Serve {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        // Before anything is started: a signal that comes early is not lost.
        let mut signals = Signals::watch()?;
        let serving = tokio::select! {
            serving = Serving::start() => serving?,
            () = signals.next() => return Ok(Exit::Success),
        };
        if let Some(sentence) = serving.complaint() {
            out.note(&sentence);
        }
        if !self.quiet {
            let ready = Ready {
                pid: std::process::id(),
                socket: serving.socket().display().to_string(),
                data_dir: serving.data_dir().display().to_string(),
            };
            // The engine serves whether or not somebody reads this.
            let _ = out.answer(&ready, draw);
            let _ = out.flush();
        }
        tokio::select! {
            () = serving.stop_requested() => {}
            () = signals.next() => {}
        }
        if !self.quiet {
            out.note(
                "Stopping: ending what runs, and writing everything down. \
                      Press Ctrl-C again to stop at once.",
            );
        }
        tokio::select! {
            () = serving.stop() => Ok(Exit::Success),
            () = signals.next() => Ok(Exit::Interrupted),
        }
    }
}

fn draw(ready: &Ready, _: &Canvas) -> String {
    format!(
        "Aegis is ready. Data: {} · socket: {} · stop with Ctrl-C",
        visible::cell(&ready.data_dir),
        visible::cell(&ready.socket)
    )
}
