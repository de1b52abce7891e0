//! `aegis serve`: the engine without a window.

use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::Signal;

use super::home::Home;
use super::poll;
use super::process::Process;
use super::program;

/// From the start of the program to its first answer.
const READY: Duration = Duration::from_secs(20);

/// For a graceful end: the children's signals, and room for a busy machine.
pub(crate) const STOP: Duration = Duration::from_secs(15);

/// A running engine. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Serve {
    process: Process,
}

impl Serve {
    /// Starts the engine and waits until it answers.
    pub(crate) fn start(home: &Home) -> Self {
        let mut process = program::start_aegis(home, &["serve"]);
        poll::until("an answer of `aegis serve`", READY, || {
            let ended = process.ended();
            assert!(ended.is_none(), "`aegis serve` ended ({ended:?}): {}", process.output());
            let status = program::aegis(home, &["engine", "status", "--json"]);
            status.status.success().then_some(())
        });
        Self { process }
    }

    /// The program.
    pub(crate) fn process(&self) -> &Process {
        &self.process
    }

    /// Asks it to end, as systemd or Ctrl-C does, and waits for that.
    pub(crate) fn stop(mut self, signal: Signal, limit: Duration) -> (ExitStatus, String) {
        self.process.signal(signal);
        let status = self.process.wait(limit);
        (status, self.process.output())
    }

    /// The exit status if it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.process.ended()
    }

    /// Kills it, as a crash would.
    pub(crate) fn kill(self) {
        self.process.kill();
    }
}
