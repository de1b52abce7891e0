//! Changing a task: run, cancel, pause, resume, done, review, answer, edit, delete, restore.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::machine::{Command, Refused};
use aegis_domain::{
    Cause, Continued, Invalid, MAX_DESCRIPTION, Occurrence, State, StateName, Task, TaskKind,
    TaskRef, Values,
};
use aegis_protocol::{
    AnswerTask, ApiError, CancelTask, CardView, CompleteTask, ContinueTask, DeleteTask, EditTask,
    ErrorKind, PauseTask, RestoreTask, ResumeTask, ReviewTask, RunTask,
};
use async_trait::async_trait;

/// Runs among which a session is looked for.
const SESSIONS: u32 = 20;

impl Door {
    /// The task, and its occurrence in a state that `wanted` accepts; else the refusal that names
    /// the state it is in.
    pub(super) async fn subject(
        &self,
        name: &TaskRef,
        verb: &'static str,
        wanted: impl Fn(&Occurrence) -> bool,
    ) -> Result<(Task, Occurrence), ApiError> {
        let task = self.api.task(name).await?;
        let id = task.id;
        let all = self.api.glance(|r| r.live_and_last(id)).await?;
        if let Some(found) = all.iter().find(|o| wanted(o)) {
            return Ok((task, found.clone()));
        }
        let number = task.number;
        let message = match aegis_domain::coarse::speaker(&all).map(|o| o.state.name()) {
            None => format!("#{number} has not run yet, so it cannot {verb}."),
            Some(state) => format!("#{number} is {state}, so it cannot {verb}."),
        };
        Err(ApiError::new(ErrorKind::Conflict, message)
            .with_hint(format!("Look at it with: aegis task show {number}")))
    }

    pub(super) async fn change(&self, task: &Task, command: Command) -> Result<CardView, ApiError> {
        self.api.submit(command).await?;
        self.card_of(task.id).await
    }
}

#[async_trait]
impl Handle<RunTask> for Door {
    async fn handle(&self, request: RunTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let id = task.id;
        let before = self.api.glance(|r| r.live_and_last(id)).await?;
        let ran = before.iter().any(|o| o.state.is_terminal());
        let cause = if ran { Cause::RunAgain } else { Cause::RunNow };
        if let Some(spec) = &task.definition.executor
            && let Some(executor) = self.api.engine().executor(&spec.name)
        {
            executor.check(spec)?;
        }
        let by = self.actor.clone();
        let RunTask { values, origin, .. } = request;
        self.change(
            &task,
            Command::Trigger { task: id, cause, values, continues: None, by, origin },
        )
        .await
    }
}

#[async_trait]
impl Handle<ContinueTask> for Door {
    async fn handle(&self, request: ContinueTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let (id, words) = (task.id, request.words.trim().to_owned());
        if words.is_empty() || words.len() > MAX_DESCRIPTION {
            let message = format!("What is said has to have 1 to {MAX_DESCRIPTION} bytes.");
            return Err(Invalid::new("words", message, "Say what is to be done next.").into());
        }
        let runs = self.api.read(move |r| r.runs(id, SESSIONS)).await?;
        let session = runs.into_iter().find_map(|run| run.session);
        let session = session.ok_or_else(|| crate::error::from_refused(&Refused::NoSession))?;
        let (by, values) = (self.actor.clone(), Values::new());
        let continues = Some(Continued { session, words });
        let cause = Cause::RunAgain;
        let origin = request.origin;
        self.change(&task, Command::Trigger { task: id, cause, values, continues, by, origin })
            .await
    }
}

#[async_trait]
impl Handle<CancelTask> for Door {
    async fn handle(&self, request: CancelTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let id = task.id;
        let all = self.api.glance(|r| r.live_and_last(id)).await?;
        let live: Vec<_> = all.iter().filter(|o| !o.state.is_terminal()).collect();
        if live.is_empty() && task.next_due.is_some() && task.kind() == TaskKind::Scheduled {
            let by = self.actor.clone();
            return self.change(&task, Command::SkipNext { task: id, by }).await;
        }
        if live.is_empty() {
            let refused = match aegis_domain::coarse::speaker(&all) {
                Some(o) => Refused::AlreadyEnded { state: o.state.name() },
                None => Refused::Illegal { from: StateName::Created, verb: "be cancelled" },
            };
            let mut error = crate::error::from_refused(&refused);
            if all.is_empty() {
                error.message =
                    format!("#{} is not running, so there is nothing to cancel.", task.number);
            }
            return Err(error);
        }
        for occurrence in live {
            let by = self.actor.clone();
            let cancel = Command::Cancel { occurrence: occurrence.id, by };
            match self.api.submit(cancel).await {
                // It ended by itself between the look and the order.
                Err(error) if error.kind == ErrorKind::Conflict && all.len() > 1 => {}
                other => drop(other?),
            }
        }
        self.card_of(id).await
    }
}

#[async_trait]
impl Handle<PauseTask> for Door {
    async fn handle(&self, request: PauseTask) -> Result<CardView, ApiError> {
        let executing = |o: &Occurrence| o.state.name() == StateName::Executing;
        let (task, occurrence) = self.subject(&request.task, "be paused", executing).await?;
        let spec = task.definition.executor.as_ref();
        let executor = spec.and_then(|spec| self.api.engine().executor(&spec.name));
        let ways = executor.zip(spec).map(|(e, spec)| e.pauses(spec)).unwrap_or_default();
        let by = self.actor.clone();
        self.change(&task, Command::Pause { occurrence: occurrence.id, ways, by }).await
    }
}

#[async_trait]
impl Handle<ResumeTask> for Door {
    async fn handle(&self, request: ResumeTask) -> Result<CardView, ApiError> {
        let paused = |o: &Occurrence| o.state.name() == StateName::Paused;
        let (task, occurrence) = self.subject(&request.task, "go on", paused).await?;
        let by = self.actor.clone();
        self.change(&task, Command::Resume { occurrence: occurrence.id, by }).await
    }
}

#[async_trait]
impl Handle<CompleteTask> for Door {
    async fn handle(&self, request: CompleteTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let by = self.actor.clone();
        self.change(&task, Command::CompleteByHand { task: task.id, by }).await
    }
}

#[async_trait]
impl Handle<ReviewTask> for Door {
    async fn handle(&self, request: ReviewTask) -> Result<CardView, ApiError> {
        let reviewing = |o: &Occurrence| o.state.name() == StateName::Reviewing;
        let (task, occurrence) = self.subject(&request.task, "be reviewed", reviewing).await?;
        let by = self.actor.clone();
        let ReviewTask { verdict, kind, score, .. } = request;
        let occurrence = occurrence.id;
        self.change(&task, Command::Review { occurrence, verdict, kind, score, by }).await
    }
}

#[async_trait]
impl Handle<AnswerTask> for Door {
    async fn handle(&self, request: AnswerTask) -> Result<CardView, ApiError> {
        // Several occurrences may ask at the same time. A question that is open no more is left to
        // the machine, which says so.
        let named = request.ask;
        let asks =
            |o: &Occurrence| matches!(&o.state, State::Awaiting { ask, .. } if ask.id == named);
        let awaiting = |o: &Occurrence| o.state.name() == StateName::Awaiting;
        let (task, occurrence) = match self.subject(&request.task, "be answered", asks).await {
            Ok(found) => found,
            Err(_) => self.subject(&request.task, "be answered", awaiting).await?,
        };
        let command = Command::Answer {
            occurrence: occurrence.id,
            ask: request.ask,
            answer: request.answer,
            by: self.actor.clone(),
        };
        self.change(&task, command).await
    }
}

#[async_trait]
impl Handle<EditTask> for Door {
    async fn handle(&self, request: EditTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let (draft, _) = request.edit.apply(&task, self.api.now())?;
        self.check_here(&draft)?;
        let by = self.actor.clone();
        self.change(&task, Command::EditTask { task: task.id, edit: request.edit, by }).await
    }
}

#[async_trait]
impl Handle<DeleteTask> for Door {
    async fn handle(&self, request: DeleteTask) -> Result<(), ApiError> {
        let task = self.api.task(&request.task).await?;
        let by = self.actor.clone();
        self.api.submit(Command::DeleteTask { task: task.id, by }).await.map(drop)
    }
}

#[async_trait]
impl Handle<RestoreTask> for Door {
    async fn handle(&self, request: RestoreTask) -> Result<CardView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let by = self.actor.clone();
        self.change(&task, Command::RestoreTask { task: task.id, by }).await
    }
}
