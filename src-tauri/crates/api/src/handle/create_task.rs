//! Making a task.

use super::show_task::states;
use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::from_write;
use aegis_domain::machine::{Command, Refused};
use aegis_domain::{Draft, Guard, Invalid, Key, NewTask, Once, RunId, TaskId, Unique};
use aegis_protocol::{ApiError, CardView, CreateTask, CreatedTask, ErrorKind};
use aegis_store::WriteError;
use async_trait::async_trait;
use sha2::{Digest, Sha256};

#[async_trait]
impl Handle<CreateTask> for Door {
    async fn handle(&self, request: CreateTask) -> Result<CreatedTask, ApiError> {
        let guard = guard(&request)?;
        if guard == Guard::default() {
            let card = self.create(request.task, request.origin).await?;
            return Ok(CreatedTask { card, existing: false });
        }
        let answer_existing = request.unique.as_ref().is_some_and(|unique| unique.existing);
        self.create_once(request.task, request.origin, guard, answer_existing).await
    }
}

/// What has to hold for the task to be made.
fn guard(request: &CreateTask) -> Result<Guard, Invalid> {
    let mut guard = Guard::default();
    if let Some(unique) = &request.unique {
        let mut while_in = Vec::new();
        for word in &unique.while_in {
            let in_field = |e: Invalid| Invalid { field: "unique".to_owned(), ..e };
            while_in.extend(states(word).map_err(in_field)?);
        }
        if while_in.is_empty() {
            while_in = Unique::not_done();
        }
        guard.unique = Some(Unique { key: Key::new("unique", &unique.key)?, while_in });
    }
    if let Some(key) = &request.key {
        // What is asked for, not when: the key is the only part that may differ.
        let asked = (&request.task, request.origin, &request.unique);
        let asked = serde_json::to_vec(&asked).unwrap_or_default();
        let request = hex::encode(Sha256::digest(&asked));
        guard.once = Some(Once { key: Key::new("key", key)?, request });
    }
    Ok(guard)
}

impl Door {
    /// Checks what was asked for, with its executor, and commits it.
    pub(super) async fn create(
        &self,
        new: NewTask,
        origin: Option<RunId>,
    ) -> Result<CardView, ApiError> {
        let draft = self.draft(new)?;
        let id = TaskId(self.api.engine().ctx().uuid());
        let by = self.actor.clone();
        let draft = Box::new(draft);
        self.api.submit(Command::CreateTask { id, draft, by, origin }).await?;
        self.card_of(id).await
    }

    /// The same, unless it is there already: then that one is the answer, or the refusal.
    async fn create_once(
        &self,
        new: NewTask,
        origin: Option<RunId>,
        guard: Guard,
        answer_existing: bool,
    ) -> Result<CreatedTask, ApiError> {
        // First, because what was asked for in time counts, though it could not be asked for now.
        if let Some(made) = self.made_before(&guard).await? {
            return Ok(made);
        }
        let draft = self.draft(new)?;
        let id = TaskId(self.api.engine().ctx().uuid());
        let (by, draft) = (self.actor.clone(), Box::new(draft));
        let guard = Box::new(guard);
        let command = Command::CreateOnce { id, draft, by, origin, guard };
        let (id, existing) = match self.api.engine().submit(command).await {
            Ok(_) => (id, false),
            Err(WriteError::Refused(Refused::MadeBefore { task, .. })) => (task, true),
            Err(WriteError::Refused(Refused::NotUnique { task, .. })) if answer_existing => {
                (task, true)
            }
            Err(error) => return Err(from_write(&error)),
        };
        Ok(CreatedTask { card: self.card_of(id).await?, existing })
    }

    /// What the same request has made before.
    async fn made_before(&self, guard: &Guard) -> Result<Option<CreatedTask>, ApiError> {
        let Some(once) = guard.once.clone() else { return Ok(None) };
        let made = self.api.read(move |r| r.made_by_request(&once)).await?;
        let Some(made) = made else { return Ok(None) };
        Ok(Some(CreatedTask { card: self.card_of(made.task).await?, existing: true }))
    }

    /// What is asked for, checked, with what the settings say where it says nothing.
    fn draft(&self, new: NewTask) -> Result<Draft, Invalid> {
        let retries = new.max_retries.or(Some(self.api.parts.settings.view().retries));
        let draft = NewTask { max_retries: retries, ..new }.check(self.api.now())?;
        self.check_here(&draft)?;
        Ok(draft)
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
        let row = self.api.glance(|r| r.card(id)).await?;
        row.map(|row| self.api.card(row)).ok_or_else(gone)
    }
}

/// The task was there a moment ago.
pub(super) fn gone() -> ApiError {
    ApiError::new(ErrorKind::NotFound, "The task is gone.")
        .with_hint("Somebody else removed it at the same moment.")
}

fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
