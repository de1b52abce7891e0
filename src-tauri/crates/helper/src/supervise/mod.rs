//! One run, from the first report to the last.

pub(crate) mod child;
mod lifeline;
mod phase;
mod run;
mod setup;

use std::io::{self, Write as _};
use std::process::ExitCode;

use aegis_helper::{Control, ProcessIdentity, Report, Spec};
use rustix::io::Errno;
use rustix::process::getpid;

use self::lifeline::{Incoming, Lifeline};
use self::run::Run;

/// Supervises one run on fd 0. The exit code is 0 unless the helper or the engine made a mistake.
pub(crate) fn serve() -> ExitCode {
    let mut lifeline = Lifeline::on_stdin();
    match supervise(&mut lifeline) {
        Ok(()) | Err(Stop::EngineGone) => ExitCode::SUCCESS,
        Err(Stop::NoEngine) => {
            let sentence = "aegis-helper is started by the Aegis engine with a socket as its \
                            standard input; there is nothing to run by hand. See `aegis --help`.\n";
            // Standard error may be closed, and there is nobody else to tell.
            let _ = io::stderr().write_all(sentence.as_bytes());
            ExitCode::from(2)
        }
        Err(Stop::Mistake(report)) => {
            // If the engine is gone too, there is nobody to tell.
            let _ = lifeline.report(&report);
            ExitCode::FAILURE
        }
    }
}

/// Why there is nothing (more) to supervise.
enum Stop {
    /// The engine has closed the lifeline.
    EngineGone,
    /// There has never been an engine.
    NoEngine,
    /// Of the engine or of this program; no process is left behind.
    Mistake(Report),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Mistake(Report::Failed {
            message: format!("the helper of this run cannot do its work: {error}"),
        })
    }
}

fn supervise(lifeline: &mut Lifeline) -> Result<(), Stop> {
    let signals = setup::become_supervisor()?;
    let helper = ProcessIdentity::of(getpid().as_raw_nonzero().get())?;
    lifeline.report(&Report::Ready { helper }).map_err(|errno| match errno {
        Errno::NOTSOCK => Stop::NoEngine,
        _ => Stop::EngineGone,
    })?;
    let Some(spec) = wait_for_go(lifeline)? else { return Ok(()) };
    match child::start(&spec) {
        Ok(child) => Run::new(child, &spec).supervise(lifeline, &signals),
        Err(refused) => lifeline.report(&refused).map_err(|_| Stop::EngineGone),
    }
}

/// What to start, once the engine says so. `None` when it changed its mind.
fn wait_for_go(lifeline: &mut Lifeline) -> Result<Option<Spec>, Stop> {
    let mut held = None;
    loop {
        let control = match lifeline.next() {
            Incoming::Control(control) => control,
            Incoming::Nothing => {
                lifeline.wait()?;
                continue;
            }
            Incoming::Malformed(message) => {
                return Err(Stop::Mistake(Report::Protocol { message }));
            }
            Incoming::Closed => return Err(Stop::EngineGone),
        };
        match (control, held.take()) {
            (Control::Start(spec), None) => held = Some(spec),
            (Control::Go, Some(spec)) => return Ok(Some(spec)),
            (Control::Cancel | Control::Kill, _) => return Ok(None),
            (control, _) => return Err(Stop::Mistake(lifeline::out_of_place(&control))),
        }
    }
}
