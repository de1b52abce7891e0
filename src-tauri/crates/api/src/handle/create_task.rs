//! Making a task.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::machine::Command;
use aegis_domain::{Draft, Invalid, NewTask, RunId, TaskId};
use aegis_protocol::{ApiError, CardView, CreateTask, CreatedTask, ErrorKind};
use async_trait::async_trait;

#[async_trait]
impl Handle<CreateTask> for Door {
    async fn handle(&self, request: CreateTask) -> Result<CreatedTask, ApiError> {
        let card = self.create(request.task, request.origin).await?;
        Ok(CreatedTask { card })
    }
}

impl Door {
    /// Checks what was asked for, with its executor, and commits it.
    pub(super) async fn create(
        &self,
        new: NewTask,
        origin: Option<RunId>,
    ) -> Result<CardView, ApiError> {
        let retries = new.max_retries.or(Some(self.api.parts.settings.view().retries));
        let draft = NewTask { max_retries: retries, ..new }.check(self.api.now())?;
        self.check_here(&draft)?;
        let id = TaskId(self.api.engine().ctx().uuid());
        let by = self.actor.clone();
        let draft = Box::new(draft);
        self.api.submit(Command::CreateTask { id, draft, by, origin }).await?;
        self.card_of(id).await
    }

    /// Checks what only this machine knows: executors, folders.
    pub(super) fn check_here(&self, draft: &Draft) -> Result<(), Invalid> {
        if let Some(watch) = &draft.only_if_changed {
            self.api.engine().fingerprints().check(watch)?;
        }
        if let Some(spec) = &draft.executor {
            let executor = self.api.engine().executor(&spec.name).ok_or_else(|| {
                let known = self.api.engine().executor_names();
                let known: Vec<_> = known.iter().map(|n| n.as_str()).collect();
                Invalid::new(
                    "executor",
                    format!("There is no executor “{}”.", printable(spec.name.as_str())),
                    format!("Use one of: {}.", known.join(", ")),
                )
            })?;
            executor.check(spec)?;
            if !draft.artifacts.is_empty() && executor.place(spec).is_none() {
                let name = spec.name.as_str();
                return Err(Invalid::new(
                    "artifacts",
                    format!("“{name}” works in no folder, so it leaves no files behind."),
                    "Leave the artifacts out, or let a command make the files.",
                ));
            }
        }
        Ok(())
    }

    /// A task's card, as it is now.
    pub(super) async fn card_of(&self, id: TaskId) -> Result<CardView, ApiError> {
        let row = self.api.read(move |r| r.card(id)).await?;
        row.map(|row| self.api.card(row)).ok_or_else(|| {
            ApiError::new(ErrorKind::NotFound, "The task is gone.")
                .with_hint("Somebody else removed it at the same moment.")
        })
    }
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
