//! The engine as a whole.

use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::from_write;
use aegis_domain::hold::{HoldMode, Scope};
use aegis_protocol::{
    ApiError, EngineStatus, GetEngineStatus, NextDue, PauseEngine, ResumeEngine, StopEngine,
};
use aegis_store::Store;
use async_trait::async_trait;

#[async_trait]
impl Handle<GetEngineStatus> for Door {
    async fn handle(&self, _: GetEngineStatus) -> Result<EngineStatus, ApiError> {
        let (next, seq) = self.api.read(|r| Ok((r.upcoming(1)?.pop(), r.last_seq()?))).await?;
        let pool = self.api.engine().pool();
        let parts = &self.api.parts;
        Ok(EngineStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            host: parts.host,
            started_at: self.api.started_at,
            paused: pool.paused,
            slots_used: pool.used,
            slots_total: pool.total,
            next: next.and_then(|task| {
                Some(NextDue {
                    at: task.next_due?,
                    number: task.number,
                    title: task.definition.title.to_string(),
                })
            }),
            seq,
            zone: parts.zone.name().to_owned(),
            data_dir: parts.data_dir.display().to_string(),
            state_dir: parts.state_dir.display().to_string(),
            config_file: parts.config_file.display().to_string(),
            sqlite_version: Store::sqlite_version().to_owned(),
        })
    }
}

#[async_trait]
impl Handle<PauseEngine> for Door {
    async fn handle(&self, _: PauseEngine) -> Result<EngineStatus, ApiError> {
        let (scope, mode) = (Scope::All, HoldMode::Pause);
        let held = self.api.engine().hold(scope, mode, self.actor.clone()).await;
        held.map_err(|e| from_write(&e))?;
        self.handle(GetEngineStatus {}).await
    }
}

#[async_trait]
impl Handle<ResumeEngine> for Door {
    async fn handle(&self, _: ResumeEngine) -> Result<EngineStatus, ApiError> {
        self.api.engine().lift(&Scope::All).await.map_err(|e| from_write(&e))?;
        self.handle(GetEngineStatus {}).await
    }
}

#[async_trait]
impl Handle<StopEngine> for Door {
    async fn handle(&self, _: StopEngine) -> Result<(), ApiError> {
        tracing::info!(by = ?self.actor, "somebody asked the engine to stop");
        self.api.parts.stop.cancel();
        Ok(())
    }
}
