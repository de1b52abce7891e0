//! Runs that end before their work has begun.

use aegis_domain::{Failure, Outcome};
use aegis_ports::{Ended, RunHandle, StartLost};

/// Ends a run whose work cannot begin. A run can fail only once it has started: until then it is
/// the claim on it that could be lost.
pub(crate) async fn fail(handle: &dyn RunHandle, failure: Failure) -> Ended {
    match handle.started(None).await {
        Ok(()) => Ended::failed(failure),
        Err(StartLost) => lost(),
    }
}

/// The end of a run that has had no effect, and that nobody has been told of.
pub(crate) fn lost() -> Ended {
    Outcome::AgentLost.into()
}
