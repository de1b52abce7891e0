//! After a crash: find what was left, end it, and queue what was cut off.

use crate::engine::{EngineError, Shared};
use aegis_domain::Run;
use aegis_domain::machine::Command;
use aegis_helper::ProcessIdentity;
use aegis_store::WriteError;
use std::time::Duration;

/// How long an orphan's processes may take to die.
const LIMIT: Duration = Duration::from_secs(5);

/// Puts right every run that has no end. Runs before anything new is claimed.
pub(crate) async fn recover(shared: &Shared) -> Result<(), EngineError> {
    let runs = shared.store.read(|r| r.unended_runs()).await?;
    for run in runs {
        end_orphan(&run).await;
        match shared.submit(Command::Interrupt { run: run.id }).await {
            Ok(_) => tracing::info!(run = %run.id, "a run was cut off"),
            // It was left behind by an occurrence that has gone on without it.
            Err(WriteError::Refused(refused)) => {
                tracing::info!(run = %run.id, %refused, "an old run needs nothing");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Ends what is left of a run's processes. Its helper does that when the engine dies; this is for
/// a helper that was killed too. A process that is not exactly the one is never signalled.
async fn end_orphan(run: &Run) {
    let Some(process) = run.process.clone() else { return };
    let identity = ProcessIdentity {
        pid: process.pid,
        start_time: process.start_time,
        boot_id: process.boot_id,
    };
    let killed = tokio::task::spawn_blocking(move || identity.kill_tree(LIMIT)).await;
    match killed {
        Ok(Ok(tree)) if tree.survivors > 0 => tracing::error!(
            run = %run.id,
            survivors = tree.survivors,
            "processes of a run that was cut off could not be ended"
        ),
        Ok(Ok(tree)) if tree.killed > 0 => {
            tracing::warn!(run = %run.id, killed = tree.killed, "orphans were ended");
        }
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(run = %run.id, %error, "orphans could not be looked for"),
        Err(error) => tracing::error!(%error, "looking for orphans panicked"),
    }
}
