//! After a crash: find what was left, end it, and queue what was cut off.

use crate::engine::{EngineError, Shared};
use aegis_domain::Run;
use aegis_domain::machine::Command;
use aegis_helper::{ProcessIdentity, remains};
use aegis_store::WriteError;

/// Puts right every run that has no end. Runs before anything new is claimed.
pub(crate) async fn recover(shared: &Shared) -> Result<(), EngineError> {
    match tokio::fs::remove_dir_all(&shared.scratch).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, "what runs left behind could not be removed");
        }
        _ => {}
    }
    let runs = shared.store.read(|r| r.unended_runs()).await?;
    // The programs of a restored database's runs may belong to the engine that it came from.
    let restored = shared.store.read(|r| r.restored()).await?;
    for run in runs {
        if !restored {
            end_orphan(&run).await;
        }
        match shared.submit(Command::Interrupt { run: run.id }).await {
            Ok(_) => tracing::info!(run = %run.id, "a run was cut off"),
            // It was left behind by an occurrence that has gone on without it.
            Err(WriteError::Refused(refused)) => {
                tracing::info!(run = %run.id, %refused, "an old run needs nothing");
            }
            Err(error) => return Err(error.into()),
        }
    }
    if restored {
        shared.store.restored_is_settled().await?;
    }
    Ok(())
}

/// Ends what is left of a run's processes. Its helper does that when the engine dies; this is for
/// a helper that was killed too. A process that is not exactly the one is never signalled.
async fn end_orphan(run: &Run) {
    let known: Vec<_> = run.process.iter().map(identity).collect();
    let id = run.id.to_string();
    match tokio::task::spawn_blocking(move || remains::end(&id, &known)).await {
        Ok(0) => {}
        Ok(killed) => tracing::warn!(run = %run.id, killed, "orphans were ended"),
        Err(error) => tracing::error!(%error, "looking for orphans panicked"),
    }
}

fn identity(process: &aegis_domain::ProcessIdentity) -> ProcessIdentity {
    ProcessIdentity {
        pid: process.pid,
        start_time: process.start_time,
        boot_id: process.boot_id.clone(),
    }
}
