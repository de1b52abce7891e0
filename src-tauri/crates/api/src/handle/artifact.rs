//! Files that runs left behind.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::{Artifact, Run};
use aegis_protocol::{ApiError, ArtifactList, ArtifactView, ErrorKind, ListArtifacts};
use async_trait::async_trait;
use std::sync::Arc;

/// Runs that are looked at.
const RUNS: u32 = 200;
/// Files that are listed.
const LISTED: usize = 1000;

#[async_trait]
impl Handle<ListArtifacts> for Door {
    async fn handle(&self, request: ListArtifacts) -> Result<ArtifactList, ApiError> {
        let task = self.api.task(&request.task).await?.id;
        let runs = self.api.read(move |r| r.runs(task, RUNS)).await?;
        let engine = Arc::clone(&self.api.parts.engine);
        let look = move || {
            let wanted = runs.iter().filter(|run| request.run.is_none_or(|id| id == run.id));
            let all = wanted.flat_map(|run| run.artifacts.iter().map(move |file| (run, file)));
            let view = |(run, file): (&Run, &Artifact)| ArtifactView {
                run: run.id,
                number: run.number,
                at: run.assigned_at,
                artifact: file.clone(),
                file: file
                    .sha256()
                    .and_then(|sha256| engine.artifacts().file(sha256))
                    .map(|path| path.to_string_lossy().into_owned()),
            };
            ArtifactList { artifacts: all.take(LISTED).map(view).collect() }
        };
        tokio::task::spawn_blocking(look)
            .await
            .map_err(|e| ApiError::new(ErrorKind::Internal, format!("Looking failed: {e}.")))
    }
}
