//! Changing what is planned: skip, hold, release, enable, disable, archive.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::machine::Command;
use aegis_domain::{Occurrence, SkipReason, StateName};
use aegis_protocol::{
    ApiError, ArchiveTask, CardView, DisableTask, EnableTask, HoldTask, ReleaseTask, SkipTask,
};
use async_trait::async_trait;

fn waits(occurrence: &Occurrence) -> bool {
    matches!(occurrence.state.name(), StateName::Queued | StateName::Blocked)
}

#[async_trait]
impl Handle<SkipTask> for Door {
    async fn handle(&self, request: SkipTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let (id, by) = (task.id, self.actor.clone());
        let all = self.api.read(move |r| r.live_and_last(id)).await?;
        let command = match all.iter().find(|o| waits(o)) {
            Some(o) => Command::Skip { occurrence: o.id, why: SkipReason::Asked, by },
            None => Command::SkipNext { task: id, by },
        };
        self.change(&task, command).await
    }
}

#[async_trait]
impl Handle<HoldTask> for Door {
    async fn handle(&self, request: HoldTask) -> Result<CardView, ApiError> {
        let (task, occurrence) = self.subject(&request.task, "be held back", waits).await?;
        let (question, by) = (request.question, self.actor.clone());
        self.change(&task, Command::Hold { occurrence: occurrence.id, question, by }).await
    }
}

#[async_trait]
impl Handle<ReleaseTask> for Door {
    async fn handle(&self, request: ReleaseTask) -> Result<CardView, ApiError> {
        let blocked = |o: &Occurrence| o.state.name() == StateName::Blocked;
        let (task, occurrence) = self.subject(&request.task, "be released", blocked).await?;
        let by = self.actor.clone();
        self.change(&task, Command::Release { occurrence: occurrence.id, by }).await
    }
}

#[async_trait]
impl Handle<EnableTask> for Door {
    async fn handle(&self, request: EnableTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let by = self.actor.clone();
        self.change(&task, Command::SetActive { task: task.id, active: true, by }).await
    }
}

#[async_trait]
impl Handle<DisableTask> for Door {
    async fn handle(&self, request: DisableTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let by = self.actor.clone();
        self.change(&task, Command::SetActive { task: task.id, active: false, by }).await
    }
}

#[async_trait]
impl Handle<ArchiveTask> for Door {
    async fn handle(&self, request: ArchiveTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let by = self.actor.clone();
        self.change(&task, Command::ArchiveTask { task: task.id, by }).await
    }
}
