//! Copies of files that runs left behind and that no run names any more.

use super::Cleaning;
use crate::artifacts::Stored;
use crate::engine::{EngineError, Shared};
use aegis_domain::RunId;
use aegis_store::WriteError;
use std::collections::HashSet;

impl Cleaning<'_> {
    /// Once the runs that are old have gone.
    pub(super) async fn copies(&mut self) -> Result<(), WriteError> {
        let gone = std::mem::take(&mut self.gone);
        match unreferenced_artifacts(self.shared, gone, !self.dry).await {
            Ok(copies) => {
                self.done.copies = copies.len() as u64;
                self.done.copy_bytes = copies.iter().map(|copy| copy.bytes).sum();
                Ok(())
            }
            Err(EngineError::Store(error)) => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "copies that no run names stay for now");
                Ok(())
            }
        }
    }
}

/// Copies that no run names, those in `gone` left out; with `remove` they are gone afterwards.
pub(crate) async fn unreferenced_artifacts(
    shared: &Shared,
    gone: HashSet<RunId>,
    remove: bool,
) -> Result<Vec<Stored>, EngineError> {
    let in_use = shared.store.read(move |r| r.artifacts_in_use(&gone)).await?;
    let (artifacts, now) = (shared.artifacts.clone(), shared.clock.now());
    let look = move || {
        let unused = artifacts.unreferenced(&in_use, now)?;
        if remove {
            artifacts.remove(&unused)?;
        }
        Ok(unused)
    };
    tokio::task::spawn_blocking(look).await.map_err(std::io::Error::other)?
}
