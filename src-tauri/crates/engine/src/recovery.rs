//! After a crash: find what was left, end it, and queue what was cut off.

use crate::engine::{EngineError, Shared};
use aegis_domain::Run;
use aegis_domain::machine::Command;
use aegis_helper::ProcessIdentity;
use aegis_helper::remains::{self, Orphan};
use aegis_store::WriteError;
use futures::future::join_all;

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
    if !restored {
        end_orphans(&runs).await;
    }
    let cut_off = runs.iter().map(|run| shared.submit(Command::Interrupt { run: run.id }));
    // Together, so that they share a commit.
    for (run, settled) in runs.iter().zip(join_all(cut_off).await) {
        match settled {
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

/// Ends what is left of the runs' processes. Their helpers do that when the engine dies; this is
/// for helpers that were killed too. A process that is not exactly the one is never signalled.
async fn end_orphans(runs: &[Run]) {
    let orphan = |run: &Run| Orphan {
        run: run.id.to_string(),
        known: run.process.iter().map(identity).collect(),
    };
    let orphans: Vec<_> = runs.iter().map(orphan).collect();
    match tokio::task::spawn_blocking(move || remains::end(&orphans)).await {
        Ok(0) => {}
        Ok(killed) => tracing::warn!(killed, "orphans were ended"),
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
